"""Wishes and requests to join, and how they are refused."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from wecom.foundation.errors import Busy, Conflict, Denied, Invalid, Missing
from wecom.foundation.streams import Event

State = Literal["waiting", "approved", "declined"]


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody who has not joined yet and whom an app wants invited."""

    member_id: int
    userid: str
    name: str
    asked_by: int
    """The app's actor."""
    asked_at: datetime
    link_until: datetime | None
    """Until when the link that they have works, if they have one."""


@dataclass(frozen=True, slots=True)
class JoinRequest:
    """Somebody who asks to be let in, as they say of themselves."""

    id: int
    name: str
    mobile: str
    userid: str
    """The one they wish for."""
    words: str
    address: str
    """Where they asked from."""
    asked_at: datetime
    state: State
    userid_taken: bool
    mobile_taken: bool
    """By whoever works here now; for those who wait."""
    asked_before: int
    """Others who wait with the same mobile number."""
    decided_by: int | None
    decided_at: datetime | None
    member_id: int | None
    because: str


class JoinRequestsChanged(Event):
    """In the streams of those who decide: somebody asks to join, or has been answered. Ask for the requests again."""

    kind: ClassVar[str] = "join_requests.changed"


class JoiningClosed(Denied):
    """Nobody can ask to join by a QR code here: ask the company's HR department."""


class JoinCodeInvalid(Denied):
    """This code is not good, or not any more: ask whoever showed it to you for a new one."""


class TooManyJoinRequests(Busy):
    """Too many have asked to join from here, or today: try again later."""


class MobileMissing(Invalid):
    """A mobile number is needed: outside China with + and the country code."""


class WordsTooLong(Invalid):
    """What is said to HR has at most 200 characters: shorten it."""


class NoSuchJoinRequest(Missing):
    """There is no such request to join, or it has been forgotten."""


class AlreadyDecided(Conflict):
    """This request has been decided already: look at it again."""
