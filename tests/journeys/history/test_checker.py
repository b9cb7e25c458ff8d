"""The checker of histories finds what it is there to find."""

import copy
import random
from collections.abc import Callable

import pytest

from .checker import faults
from .records import ADD, REMOVE, SAY, Act, Entry, History, Probe, Seen, View

KEEPER, ALWAYS, SOMETIMES = 1, 2, 3
CONVERSATION = 7


def kept() -> History:
    """A history in which all promises are kept: one member is there all the time, one comes, goes and comes again."""
    history, log, clock = History(), list[Entry](), 0.0
    views = [View("always-1", ALWAYS), View("sometimes-1", SOMETIMES), View("keeper-1", KEEPER)]
    there = {ALWAYS, KEEPER}
    log.append(Entry(1, ADD, actors=(KEEPER, ALWAYS)))
    history.acts += [Act("add", CONVERSATION, KEEPER, str(member), 0, 0.5) for member in (KEEPER, ALWAYS)]
    changes = {10: ("add", ADD), 30: ("remove", REMOVE), 50: ("add", ADD)}
    for seq in range(2, 80):
        clock += 1
        if seq in changes:
            kind, entry = changes[seq]
            log.append(Entry(seq, entry, actors=(SOMETIMES,)))
            history.acts.append(Act(kind, CONVERSATION, KEEPER, str(SOMETIMES), clock, clock + 0.5))  # type: ignore[arg-type]
            shown_to = there | {SOMETIMES}
            there = there | {SOMETIMES} if kind == "add" else there - {SOMETIMES}
        else:
            sender, mark = random.Random(seq).choice(sorted(there)), f"m{seq}"
            log.append(Entry(seq, SAY, sender, mark))
            ended = None if seq == 20 else clock + 0.5
            history.acts.append(Act("say", CONVERSATION, sender, mark, clock, ended, None if seq == 20 else seq))
            shown_to = there
            for view in views:
                if view.member in there:
                    view.placed[CONVERSATION].append(Seen(seq, mark))
        for view in views:
            if view.member in shown_to:
                view.shown[CONVERSATION].add(seq)
    history.logs[CONVERSATION] = log
    history.views = views
    history.probes.append(Probe(SOMETIMES, CONVERSATION, "GET messages", tuple(range(50, 60))))
    return history


def placed(history: History, device: int = 0) -> list[Seen]:
    return history.views[device].placed[CONVERSATION]


def lose(history: History) -> None:
    placed(history).pop(5)


def repeat(history: History) -> None:
    placed(history).insert(9, placed(history)[8])


def reorder(history: History) -> None:
    seen = placed(history)
    seen[5], seen[6] = seen[6], seen[5]


def leak(history: History) -> None:
    history.views[1].shown[CONVERSATION].add(35)


def lose_the_last(history: History) -> None:
    placed(history).pop()


def lose_for_good(history: History) -> None:
    """The server forgets an acknowledged message, and renumbers as if it had never been."""
    log = history.logs[CONVERSATION]
    del log[40]
    log[40:] = [entry._replace(seq=entry.seq - 1) for entry in log[40:]]


def lose_before_a_removal(history: History) -> None:
    placed(history, 1).pop(3)


def forget_who_came(history: History) -> None:
    placed(history, 1).clear()


def say_twice(history: History) -> None:
    """The server takes a retry for a new message."""
    log = history.logs[CONVERSATION]
    log.append(log[20]._replace(seq=len(log) + 1))
    for view in history.views:
        view.placed[CONVERSATION].append(Seen(len(log), log[20].mark))


def number_otherwise(history: History) -> None:
    """The server numbers two messages against the order in which they were said and acknowledged."""
    log = history.logs[CONVERSATION]
    log[40], log[41] = log[41]._replace(seq=41), log[40]._replace(seq=42)
    history.acts = [
        act._replace(seq={41: 42, 42: 41}.get(act.seq or 0, act.seq)) if act.kind == "say" else act
        for act in history.acts
    ]
    for view in history.views:
        view.placed[CONVERSATION] = [
            Seen(entry.seq, entry.mark) for entry in log if entry.kind == SAY and entry.seq in view.shown[CONVERSATION]
        ]


def let_a_removal_wait(history: History) -> None:
    """A removal is acknowledged, and what is said afterwards still reaches who was removed."""
    log = history.logs[CONVERSATION]
    log[29], log[30] = log[30]._replace(seq=30), log[29]._replace(seq=31)
    history.acts = [act._replace(seq=30) if act.seq == 31 else act for act in history.acts]
    for view in history.views:
        view.placed[CONVERSATION] = [
            Seen(30, seen.mark) if seen.seq == 31 else seen for seen in view.placed[CONVERSATION]
        ]
    history.views[1].shown[CONVERSATION].add(31)
    placed(history, 1)[19:19] = [Seen(30, log[29].mark)]


def put_words_in_a_mouth(history: History) -> None:
    log = history.logs[CONVERSATION]
    log[40] = log[40]._replace(mark="x", sender=SOMETIMES)


def show_what_is_not_there(history: History) -> None:
    placed(history)[-1] = Seen(placed(history)[-1].seq, "x")


def show_history(history: History) -> None:
    """An interface gives somebody who came later what was said before."""
    history.probes.append(Probe(SOMETIMES, CONVERSATION, "GET changes", (5,)))


def break_the_protocol(history: History) -> None:
    history.views[0].complaints.append("a frame ends before it begins")


def forget_a_removal(history: History) -> None:
    log = history.logs[CONVERSATION]
    log[29] = Entry(30, "conversation.renamed")


SEEDED: dict[str, tuple[Callable[[History], None], str]] = {
    "a loss": (lose, "lost"),
    "a repeat": (repeat, "repeated"),
    "a reorder": (reorder, "reordered"),
    "a leak": (leak, "leaked"),
    "the last message lost": (lose_the_last, "lost"),
    "an acknowledged message forgotten by the server": (lose_for_good, "lost"),
    "a loss in an interval that ended": (lose_before_a_removal, "lost"),
    "an interval never seen": (forget_who_came, "lost"),
    "a retry taken for a message": (say_twice, "repeated"),
    "numbers against real time": (number_otherwise, "reordered"),
    "a removal that waits": (let_a_removal_wait, "reordered"),
    "a message that nobody said": (put_words_in_a_mouth, "invented"),
    "a message that is not there": (show_what_is_not_there, "invented"),
    "history shown to who came later": (show_history, "leaked"),
    "a broken protocol": (break_the_protocol, "protocol"),
    "a removal forgotten": (forget_a_removal, "lost"),
}


def test_a_promise_that_was_kept_is_no_fault() -> None:
    assert faults(kept()) == []
    assert kept().acknowledged == 74


@pytest.mark.parametrize("what", SEEDED)
def test_a_seeded_fault_is_caught(what: str) -> None:
    history = copy.deepcopy(kept())
    seed, kind = SEEDED[what]
    seed(history)
    assert kind in {fault.kind for fault in faults(history)}


def test_who_was_away_when_removed_need_not_have_the_end() -> None:
    history = kept()
    seen = placed(history, 1)
    del seen[[each.seq for each in seen].index(25) : [each.seq for each in seen].index(51)]
    assert faults(history) == []
