"""Reading and writing messages, for our own clients."""

from datetime import timedelta
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from wecom.features import messaging
from wecom.features.accounts import Admin, Me
from wecom.features.messaging import Draft, Mailroom, NewBody
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

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if sum(each is not None for each in (self.before, self.after, self.around)) > 1:
            raise ValueError("give one of before, after and around")
        return self


class MessageView(BaseModel):
    seq: int
    sender_id: int
    client_id: str
    sent_at: Instant
    reply_to: int | None
    recalled: bool
    content: dict[str, Any] | None = Field(description="Null where it was recalled.")


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
    id, limit = path.conversation_id, query.limit
    if query.after is not None:
        page = await messaging.page_after(db, me.id, me.ordinal, id, after=query.after, limit=limit)
    elif query.around is not None:
        page = await messaging.page_around(db, me.id, me.ordinal, id, around=query.around, limit=limit)
    else:
        page = await messaging.page_of(db, me.id, me.ordinal, id, before=query.before or ABOVE_ALL, limit=limit)
    return Messages(messages=[MessageView.model_validate(each, from_attributes=True) for each in page])


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
