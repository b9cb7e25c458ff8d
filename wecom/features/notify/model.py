"""Subscriptions, pushes that wait, and how they are refused."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ...foundation.errors import Busy, Invalid, Missing

TEST = 0
"""Stands for a conversation where a push is only a test."""

CHECKIN = -1
"""Stands for a conversation where a push reminds of checking in or out."""

REPORT = -2
"""Stands for a conversation where a push says that a health report is due, and no more."""

REMINDED = timedelta(minutes=30)
"""How long that is of use."""

LIFE = timedelta(days=1)
"""How long a push is worth bringing: push services keep it as long for a device that is off."""


class NoSuchSubscription(Missing):
    """There is no such subscription, or this device has none: subscribe first."""


class BadSubscription(Invalid):
    """The browser's subscription cannot be used: its keys must be those that it gave, in base64url."""


class TooManyTests(Busy):
    """You have just sent yourself several tests: wait a moment."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A device of a member that pushes reach."""

    id: int
    session_id: int
    device: str
    user_agent: str
    origin: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Wait:
    """A conversation in which `(from_seq, ripe_seq]` was said long enough ago for whoever is there to have shown it."""

    conversation_id: int
    kind: str
    from_seq: int
    ripe_seq: int


@dataclass(frozen=True, slots=True)
class Claimed:
    """A push that is ours to send, for a while."""

    subscription_id: int
    conversation_id: int
    from_seq: int
    seq: int
    at: datetime
    attempt: int


@dataclass(frozen=True, slots=True)
class Facts:
    """All that there is to know to write a push, as it is now."""

    subscription_id: int
    conversation_id: int
    member_id: int
    endpoint: str
    p256dh: bytes
    auth: bytes
    seq: int
    kind: str
    name: str
    said_by: str
    body: dict[str, Any] | None
    called: bool
    unread: int
