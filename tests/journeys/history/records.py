"""What is written down of a run: what people did, what the server keeps of it, what each device was shown."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

SAY = "message.sent"
ADD = "participants.added"
REMOVE = "participants.removed"


class Act(NamedTuple):
    """Something a person did, on a clock that all of them share. `ended`: when it was acknowledged, if ever.

    `mark` is the message's client_id, or who was added or removed; `seq` the number that was acknowledged.
    """

    kind: Literal["say", "add", "remove"]
    conversation: int
    by: int
    mark: str
    started: float
    ended: float | None
    seq: int | None = None


class Entry(NamedTuple):
    """One entry of a conversation's stream, as whoever was there all the time reads it in the end."""

    seq: int
    kind: str
    sender: int = 0
    mark: str = ""
    actors: tuple[int, ...] = ()


class Seen(NamedTuple):
    """A message, as a device placed it."""

    seq: int
    mark: str


@dataclass(repr=False)
class View:
    """One device's side: messages as it placed them, and the number of everything that it was ever shown."""

    device: str
    member: int
    placed: dict[int, list[Seen]] = field(default_factory=lambda: defaultdict(list))
    shown: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    complaints: list[str] = field(default_factory=list)
    """Where the server did not keep to its protocol."""


class Probe(NamedTuple):
    """What some interface gave when asked, in the end, for a conversation; nothing where it refused."""

    member: int
    conversation: int
    way: str
    seqs: tuple[int, ...]


@dataclass(repr=False)
class History:
    """A whole run. Without a repr, since asyncio's Runner makes one of what it ran, which took it seconds."""

    acts: list[Act] = field(default_factory=list)
    logs: dict[int, list[Entry]] = field(default_factory=dict)
    views: list[View] = field(default_factory=list)
    probes: list[Probe] = field(default_factory=list)

    @property
    def acknowledged(self) -> int:
        return sum(act.kind == "say" and act.ended is not None for act in self.acts)
