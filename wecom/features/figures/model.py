"""A day's use, the busiest groups, and how the server stands."""

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Day:
    """What was said in a day of the company's, and by how many."""

    day: date
    messages: int
    """Of members; apps' and robots' are counted apart."""
    app_messages: int
    files: int
    senders: int
    members: int
    """Who was here."""


@dataclass(frozen=True, slots=True)
class Busiest:
    """A group in which much was said. Those of members are not named: what they are called is theirs."""

    kind: str
    name: str | None
    members: int
    messages: int


@dataclass(frozen=True, slots=True)
class Lag:
    """How far whoever follows what is said is behind."""

    name: str
    seconds: float
    moved_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """How many there are of everything, and how far behind work is."""

    members: int
    members_enabled: int
    members_activated: int
    members_left: int
    administrators: int
    departments: int
    conversations: int
    apps: int
    sessions: int
    database_bytes: int
    blobs: int
    blob_bytes: int
    jobs_waiting: int
    jobs_failed: int
    oldest_due_seconds: float
    """How long the job that is due longest has waited; 0: none is."""
    unsealed_seconds: float
    """How old the oldest record of the audit log without a position is."""
    last_message_at: datetime | None


@dataclass(frozen=True, slots=True)
class Notice:
    """What somebody should look at, and what helps."""

    code: str
    message: str
    facts: dict[str, int | str] = field(default_factory=dict)
    """What the message says, for whoever says it in another language."""
