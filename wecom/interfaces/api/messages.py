"""Reading and writing messages, for our own clients."""

from datetime import timedelta
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from wecom.features import messaging
from wecom.features.accounts import Admin, Me
from wecom.features.messaging import Draft, Mailroom, Message, NewBody, Notice, Viewer
from wecom.foundation.db import Db, Tx
from wecom.foundation.http import Caller, Endpoints
from wecom.foundation.instants import Instant
from wecom.foundation.streams import Doorbell, Whisper
from wecom.settings import Settings

endpoints = Endpoints("/api/conversations/{conversation_id}")

Id = Annotated[int, Field(ge=1, lt=2**62)]
ABOVE_ALL = 2**61


class Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class InConversation(Request):
    conversation_id: Id


class OfMessage(Request):
    conversation_id: Id
    seq: Id


class NewMessage(Request):
    client_id: str = Field(
        min_length=1,
        max_length=64,
        pattern=r"^[\x21-\x7e]+$",
        description="Chosen by you: sending it again, however late, says nothing twice.",
    )
    body: NewBody
    reply_to: Id | None = Field(None, description="The number of the message that this one quotes.")


class SentMessage(BaseModel):
    seq: int = Field(description="The message's number in its conversation.")
    sent_at: Instant
    repeated: bool = Field(description="Whether it had been said before.")


class Page(Request):
    before: Id | None = Field(None, description="The newest messages below this number; of all where nothing is named.")
    after: int | None = Field(None, ge=0, lt=2**62, description="The oldest messages above this number.")
    around: Id | None = Field(None, description="As many up to this number as above it; more on one side near an end.")
    limit: int = Field(50, ge=1, le=200)
    notices: bool = Field(False, description="Also what else happened in a group, each counted as a message is.")

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if sum(each is not None for each in (self.before, self.after, self.around)) > 1:
            raise ValueError("give one of before, after and around")
        return self


class NoticeView(BaseModel):
    """What happened in a group besides messages. Those it happened to, and what they are or what it is called now."""

    kind: str = Field(description="As in the stream: participants.added and removed, participant.role_changed, …")
    by: int | None
    actor_ids: list[int]
    role: str | None
    name: str | None


class MessageView(BaseModel):
    seq: int
    sender_id: int = Field(description="0 where nobody is known to have brought about what a notice tells.")
    client_id: str
    sent_at: Instant
    reply_to: int | None
    recalled: bool
    content: dict[str, Any] | None = Field(description="Null where it was recalled.")
    notice: NoticeView | None = Field(None, description="Nothing was said: something happened. Only where asked for.")

    @classmethod
    def of(cls, line: Message | Notice) -> Self:
        if isinstance(line, Message):
            return cls.model_validate(line, from_attributes=True)
        about = NoticeView.model_validate(line, from_attributes=True)
        return cls(
            seq=line.seq,
            sender_id=line.by or 0,
            client_id="",
            sent_at=line.at,
            reply_to=None,
            recalled=False,
            content=None,
            notice=about,
        )


class Messages(BaseModel):
    messages: list[MessageView] = Field(description="Oldest first.")


class ReadUpTo(Request):
    seq: Id


class Read(BaseModel):
    read_seq: int | None = Field(description="Where the mark is now; null where it did not move.")


class Readers(BaseModel):
    read: list[int] = Field(description="Members who have read it.")
    unread: list[int] = Field(description="Members who have not.")


class Done(BaseModel):
    """It is done; the conversation's stream says the rest."""


@endpoints.post("/messages")
async def send_message(mailroom: Mailroom, me: Me, path: InConversation, body: NewMessage) -> SentMessage:
    """Say something. Answers once it is durable.

    Errors: 404 when you do not take part, 429 with Retry-After when you send too fast.
    """
    draft = Draft(path.conversation_id, me.id, body.client_id, body.body, body.reply_to)
    posted = await mailroom.say(draft)
    return SentMessage(seq=posted.seq, sent_at=posted.sent_at, repeated=posted.repeated)


@endpoints.get("/messages")
async def read_messages(db: Db, me: Me, path: InConversation, query: Page) -> Messages:
    """A page of a conversation, oldest first: the newest below `before`, the oldest above `after`, those `around`."""
    viewer = Viewer(me.id, me.ordinal, path.conversation_id, query.notices)
    if query.after is not None:
        page = await messaging.lines_after(db, viewer, after=query.after, limit=query.limit)
    elif query.around is not None:
        page = await messaging.lines_around(db, viewer, around=query.around, limit=query.limit)
    else:
        page = await messaging.lines_before(db, viewer, before=query.before or ABOVE_ALL, limit=query.limit)
    return Messages(messages=[MessageView.of(each) for each in page])


@endpoints.post("/messages/{seq}/recall")
async def recall_message(tx: Tx, me: Me, path: OfMessage, settings: Settings, caller: Caller) -> Done:
    """Take a message back: your own for a while, any where you lead the group. The audit log keeps it.

    Errors: 403 for another's message, 409 when it is too late.
    """
    window = timedelta(minutes=settings.recall_minutes)
    await messaging.recall(tx, me.id, path.conversation_id, path.seq, window=window, address=caller.address)
    return Done()


@endpoints.post("/messages/{seq}/withdraw")
async def withdraw_message(tx: Tx, admin: Admin, path: OfMessage, caller: Caller) -> Done:
    """Take back any message, as the company's administrator. The audit log keeps it, and who did it."""
    await messaging.withdraw(tx, admin.id, path.conversation_id, path.seq, address=caller.address)
    return Done()


@endpoints.get("/messages/{seq}/readers")
async def read_readers(db: Db, me: Me, path: OfMessage) -> Readers:
    """Who has read a message, of those who could see it and take part now. Whoever said it is in neither list."""
    found = await messaging.readers_of(db, me.id, path.conversation_id, path.seq)
    return Readers(read=list(found.read), unread=list(found.unread))


@endpoints.post("/read")
async def mark_read(tx: Tx, me: Me, path: InConversation, body: ReadUpTo, doorbell: Doorbell) -> Read:
    """Note that you have read up to `seq`, never back. Your other devices hear of it."""
    moved = await messaging.mark_read(tx, me.id, path.conversation_id, body.seq)
    if moved is not None:
        hint = Whisper("reads", str(path.conversation_id).encode())
        tx.after_commit.append(lambda: doorbell.ring([hint]))
    return Read(read_seq=moved)
