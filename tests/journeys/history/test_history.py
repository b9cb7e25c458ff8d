"""Nothing is lost, repeated, reordered or leaked while processes are killed and people come and go."""

from collections.abc import Callable

import pytest

from .checker import faults
from .crowd import Plan, make_history, with_uvloop
from .records import History, Seen
from .server import running_server


def lose(history: History) -> None:
    longest(history).pop(7)


def repeat(history: History) -> None:
    seen = longest(history)
    seen.insert(18, seen[17])


def reorder(history: History) -> None:
    seen = longest(history)
    seen[27], seen[28] = seen[28], seen[27]


def leak(history: History) -> None:
    """A device is shown one message of a conversation that its member never came into, or came into later."""
    view = history.views[0]
    conversation = next(each for each in history.logs if not view.shown.get(each))
    view.shown[conversation].add(2)


def longest(history: History) -> list[Seen]:
    return max((seen for view in history.views for seen in view.placed.values()), key=len)


# One after the other in the same history, each at a place of its own.
SEEDED: dict[str, Callable[[History], None]] = {"lost": lose, "repeated": repeat, "reordered": reorder, "leaked": leak}


@pytest.mark.timeout(400)
def test_nothing_is_lost_repeated_reordered_or_leaked() -> None:
    plan = Plan()
    with running_server(message_rate="1000000") as server:
        crowd, history = with_uvloop(make_history(server, plan))
        found = faults(history)
        assert not found, "\n".join([*(f"{fault.kind}: {fault.what}" for fault in found[:30]), server.log()[-3000:]])
        assert history.acknowledged >= plan.messages
        assert min(server.killed.values()) >= plan.kills, server.killed
        assert crowd.comings and crowd.goings and crowd.cuts
    for kind, seed in SEEDED.items():
        seed(history)
        assert kind in {fault.kind for fault in faults(history)}, f"a seeded fault was not found: {kind}"
