"""How a conversation stands in one's own list, and what one has begun to write there."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from wecom.features import messaging
from wecom.features.accounts import Me
from wecom.features.messaging.bodies import MAX_CONTENT
from wecom.features.messaging.events import UnsentDraft
from wecom.features.messaging.prefer import Notify
from wecom.foundation.db import Tx
from wecom.foundation.http import Endpoints
from wecom.foundation.instants import Instant

from .conversations import DraftView, Id, InConversation
from .wire import Text

endpoints = Endpoints("/api/conversations/{conversation_id}")


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


def _keepable(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("must say in which time zone it is meant, as 2026-01-31T08:15:00Z does")
    if not 2000 <= at.year <= 9000:
        raise ValueError("must be between the years 2000 and 9000")
    return at


class NewPreferences(_Request):
    """What is to change; what is left out stays."""

    pinned: bool = Field(False, description="A pin keeps the time at which it was first set.")
    notify: Notify = Field("all", description="What of it notifies you: everything, what calls on you, or nothing.")
    muted_until: Annotated[Instant, AfterValidator(_keepable)] | None = Field(
        None, description="Nothing of it notifies you until then; null: it is not muted."
    )
    hidden: bool = Field(False, description="Whether it is gone from the list until the next message.")


class PreferencesView(BaseModel):
    pinned_at: Instant | None
    notify: Notify
    muted_until: Instant | None
    hidden_up_to: int | None = Field(description="It is hidden for as long as no message is above this number.")


class NewDraft(_Request):
    content: Annotated[Text, Field(max_length=MAX_CONTENT)] = Field(description="Empty: there is none any more.")
    reply_to: Id | None = Field(None, description="The number of the message that it quotes.")
    mentions: list[Id] = Field([], max_length=200, description="Ids of members called on.")


class KeptDraft(BaseModel):
    draft: DraftView | None


@endpoints.put("/preferences")
async def prefer(tx: Tx, me: Me, path: InConversation, body: NewPreferences) -> PreferencesView:
    """Pin, mute or hide a conversation, for yourself. Your devices hear of it.

    Errors: 404 when you do not take part.
    """
    named = {name: getattr(body, name) for name in body.model_fields_set}
    wanted = messaging.Wanted(**named)  # type: ignore[typeddict-item]
    return PreferencesView.model_validate(
        await messaging.prefer(tx, me.id, path.conversation_id, wanted), from_attributes=True
    )


@endpoints.put("/draft")
async def keep_draft(tx: Tx, me: Me, path: InConversation, body: NewDraft) -> KeptDraft:
    """Keep what you have begun to write, for all your devices; only the last is kept. Sending does not end it: say so.

    Errors: 404 when you do not take part, or there is no message to quote.
    """
    kept = await messaging.keep_draft(tx, me.id, path.conversation_id, body.content, body.reply_to, body.mentions)
    return KeptDraft(draft=_view(kept) if kept else None)


def _view(draft: UnsentDraft) -> DraftView:
    return DraftView.model_validate(draft, from_attributes=True)
