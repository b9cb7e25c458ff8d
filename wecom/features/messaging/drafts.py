"""Keeping what somebody has begun to write, for all their devices."""

from collections.abc import Sequence

from ...foundation import streams
from ...foundation.db import Tx
from ...foundation.streams import lock_streams
from .events import DraftChanged, UnsentDraft
from .model import NoSuchConversation, NoSuchMessage
from .queries import conversations
from .queries import preferences as queries


async def keep_draft(
    tx: Tx, member_id: int, conversation_id: int, content: str, reply_to: int | None, mentions: Sequence[int]
) -> UnsentDraft | None:
    """Keep a draft in place of the one before; without content, none. Sending does not end it: its writer does.

    Each change of it is an entry of the member's own stream. What the entry before said is blanked, so that of
    all that was typed only the last is kept.
    """
    standing = await conversations.standing_kept(tx, conversation_id, member_id)
    if standing is None:
        raise NoSuchConversation
    if reply_to is not None and not standing.from_seq < reply_to <= standing.head:
        raise NoSuchMessage("The message that this one answers is not there.")
    await lock_streams(tx, [member_id])
    kept = await queries.draft_of(tx, member_id, conversation_id)
    if kept is None and not content.strip():
        return None
    draft = None
    if content.strip():
        mentioned = tuple(dict.fromkeys(mentions))
        at = await queries.moment(tx)
        draft = UnsentDraft(content=content, reply_to=reply_to, mentions=mentioned, updated_at=at)
    seq = await streams.advance(tx, member_id, DraftChanged(conversation_id=conversation_id, draft=draft))
    if kept is not None:
        await streams.amend(tx, member_id, kept, DraftChanged(conversation_id=conversation_id, draft=None))
    if draft is None:
        await queries.delete_draft(tx, member_id, conversation_id)
    else:
        await queries.put_draft(
            tx, member_id, conversation_id, draft.content, draft.reply_to, draft.mentions, draft.updated_at, seq
        )
    return draft
