"""Conversations, participants, drafts, and how they are refused."""

from dataclasses import dataclass
from datetime import datetime

from ...foundation.errors import Busy, Conflict, Denied, Invalid, Missing
from .bodies import ToSay

MAX_MEMBERS = 10_000
MAX_NAME = 50


class NoSuchConversation(Missing):
    """There is no such conversation, or you do not take part in it."""


class NoSuchMessage(Missing):
    """There is no such message in this conversation."""


class NotAllowedHere(Denied):
    """Only the group's owner or one of its administrators may do this: ask one of them."""


class NotAGroup(Conflict):
    """This can be done in groups only; a conversation between two stays as it is."""


class TooManyMembers(Conflict):
    """A group has at most 10,000 members: remove some first, or start another."""


class NameTooLong(Invalid):
    """A group's name has 1 to 50 characters."""


class NoSuchParticipant(Missing):
    """This member does not take part in the conversation."""


class UnknownMembers(Invalid):
    """Some of those named do not work here, or you may not see them."""


class TooLateToRecall(Conflict):
    """The time in which a message can be taken back is over: ask an administrator."""


class NotShown(Invalid):
    """This file cannot be shown as a picture: send it as a file."""


class NoSuchMessageFile(Missing):
    """This message has no such file, or it is not to be seen any more."""


class ChatidTaken(Conflict):
    """There is a conversation of this chatid already: choose another, or leave it empty."""


class TooFast(Busy):
    """You are sending faster than anybody could read: wait a moment."""


class TalkingToOneself(Invalid):
    """A conversation between two needs somebody else: name another member."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation, as one who takes part in it stands to it."""

    id: int
    kind: str
    chatid: str
    name: str
    app_id: int | None
    head: int
    role: str
    from_seq: int


@dataclass(frozen=True, slots=True)
class Preferences:
    """How a member wants a conversation to be. `hidden_up_to`: hidden until a message above this number."""

    pinned_at: datetime | None = None
    notify: str = "all"
    muted_until: datetime | None = None
    hidden_up_to: int | None = None


@dataclass(frozen=True, slots=True)
class Participant:
    """An actor in a conversation now."""

    actor_id: int
    role: str
    from_seq: int
    read_seq: int
    joined_at: datetime


@dataclass(frozen=True, slots=True)
class Draft:
    """Something to be said. `client_id` makes saying it again harmless."""

    conversation_id: int
    sender_id: int
    client_id: str
    body: ToSay
    reply_to: int | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    """A draft that was said: its number. `repeated`: it had been said before."""

    seq: int
    sent_at: datetime
    repeated: bool
