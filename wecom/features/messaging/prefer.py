"""Saying how one wants a conversation to be: pinned, muted, hidden. Nobody else learns of it."""

from datetime import datetime
from typing import Literal, TypedDict

from ...foundation import streams
from ...foundation.db import Tx
from .events import PreferencesChanged
from .model import NoSuchConversation, Preferences
from .queries import conversations
from .queries import preferences as queries

Notify = Literal["all", "mentions", "none"]


class Wanted(TypedDict, total=False):
    """What to change; what is not named stays."""

    pinned: bool
    notify: Notify
    muted_until: datetime | None
    hidden: bool


async def prefer(tx: Tx, member_id: int, conversation_id: int, wanted: Wanted) -> Preferences:
    """Change what is named; how the conversation stands for the member then. Pinning again does not move a pin."""
    standing = await conversations.standing_kept(tx, conversation_id, member_id)
    if not (standing or await conversations.app_standing(tx, conversation_id)):
        raise NoSuchConversation
    before = await queries.lock_preferences(tx, member_id, conversation_id)
    after = await queries.put_preferences(
        tx,
        member_id,
        conversation_id,
        pinned=wanted.get("pinned", before.pinned_at is not None),
        notify=wanted.get("notify", before.notify),
        muted_until=wanted.get("muted_until", before.muted_until),
        hide=wanted.get("hidden"),
    )
    if after != before:
        streams.tell(tx, member_id, PreferencesChanged.of(conversation_id, after))
    return after
