"""The operations that the replay test replays, wherever they are written."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from tests.world import World

Act = Callable[[World], AsyncIterator[None]]


@dataclass(frozen=True)
class Operation:
    """What happens before and after its `yield`, who watches, and which kinds of entries some of them get."""

    act: Act
    viewers: tuple[str, ...]
    kinds: frozenset[str]


OPERATIONS: list[Operation] = []


def operation(*kinds: str, viewers: tuple[str, ...] = ("zhangsan", "lisi", "wangwu")) -> Callable[[Act], Act]:
    def add(act: Act) -> Act:
        OPERATIONS.append(Operation(act, viewers, frozenset(kinds)))
        return act

    return add
