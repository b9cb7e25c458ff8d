"""What happens in a conversation's stream, and in a member's own, besides messages."""

from datetime import UTC, datetime
from typing import ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field

from ...foundation.instants import Instant
from ...foundation.streams import Event
from .bodies import Body
from .model import Preferences


def now() -> datetime:
    return datetime.now(UTC)


class MessageSent(BaseModel):
    """A message, as the entry that its own row is: nobody tells this, the view `changes` shows it."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    sender_id: int
    client_id: str
    sent_at: Instant
    reply_to: int | None = Field(description="The number of the message that this one quotes.")
    recalled: bool
    content: Body | None = Field(description="Null where it was recalled.")


class ParticipantsAdded(Event):
    """Actors take part from this entry on."""

    kind: ClassVar[str] = "participants.added"
    actor_ids: tuple[int, ...]
    by: int | None
    role: str = "member"
    at: Instant = Field(default_factory=now)


class ParticipantsRemoved(Event):
    """Actors no longer take part; this entry is the last they see."""

    kind: ClassVar[str] = "participants.removed"
    actor_ids: tuple[int, ...]
    by: int | None
    at: Instant = Field(default_factory=now)


class RoleChanged(Event):
    """A participant is owner, administrator or member now."""

    kind: ClassVar[str] = "participant.role_changed"
    actor_id: int
    role: str
    by: int | None
    at: Instant = Field(default_factory=now)


class ConversationRenamed(Event):
    """The group has another name."""

    kind: ClassVar[str] = "conversation.renamed"
    name: str
    by: int | None
    at: Instant = Field(default_factory=now)


class ConversationDissolved(Event):
    """The group is over; nobody takes part any more."""

    kind: ClassVar[str] = "conversation.dissolved"
    by: int | None


class MessageRecalled(Event):
    """A message was taken back: show that it was, not what it said."""

    kind: ClassVar[str] = "message.recalled"
    message_seq: int
    by: int | None


class ConversationJoined(Event):
    """In a member's own stream: you take part in a conversation, from after `from_seq`."""

    kind: ClassVar[str] = "conversation.joined"
    conversation_id: int
    from_seq: int


class ConversationLeft(Event):
    """In a member's own stream: you no longer take part; forget what was said there."""

    kind: ClassVar[str] = "conversation.left"
    conversation_id: int
    to_seq: int


class ReadMoved(Event):
    """In a member's own stream: you have read a conversation up to here, on whichever device."""

    kind: ClassVar[str] = "read.moved"
    conversation_id: int
    read_seq: int


class PreferencesChanged(Event):
    """In a member's own stream: how you want a conversation to be, on whichever device."""

    kind: ClassVar[str] = "conversation.preferences_changed"
    conversation_id: int
    pinned_at: Instant | None
    notify: str
    muted_until: Instant | None
    hidden_up_to: int | None = Field(
        description="Hidden for as long as no message is above this number; null: it is not hidden."
    )

    @classmethod
    def of(cls, conversation_id: int, now: Preferences) -> Self:
        return cls(
            conversation_id=conversation_id,
            pinned_at=now.pinned_at,
            notify=now.notify,
            muted_until=now.muted_until,
            hidden_up_to=now.hidden_up_to,
        )


class UnsentDraft(BaseModel):
    """What a member has begun to write in a conversation."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    content: str
    reply_to: int | None
    mentions: tuple[int, ...]
    updated_at: Instant


class DraftChanged(Event):
    """In a member's own stream: what you have begun to write in a conversation is now this.

    One that a later entry replaced says null: only the last one counts.
    """

    kind: ClassVar[str] = "draft.changed"
    conversation_id: int
    draft: UnsentDraft | None
