"""How far people have read."""

from ...foundation import streams
from ...foundation.db import Tx
from .events import ReadMoved
from .model import NoSuchConversation
from .queries import conversations, messages


async def mark_read(tx: Tx, member_id: int, conversation_id: int, seq: int) -> int | None:
    """Note that a member has read up to `seq`; the mark, or None where it did not move.

    It goes to the member's own stream, so that their devices agree. Others ask.
    """
    if not await conversations.standing(tx, conversation_id, member_id):
        return await mark_app_read(tx, member_id, conversation_id, seq)
    moved = await messages.move_read(tx, conversation_id, member_id, seq)
    if moved is not None:
        streams.tell(tx, member_id, ReadMoved(conversation_id=conversation_id, read_seq=moved))
    return moved


async def mark_app_read(tx: Tx, member_id: int, conversation_id: int, seq: int) -> int | None:
    """The same in an app's conversation, where nobody has a row before they read."""
    if not await conversations.app_standing(tx, conversation_id):
        raise NoSuchConversation
    moved = await messages.move_app_read(tx, conversation_id, member_id, seq)
    if moved is not None:
        streams.tell(tx, member_id, ReadMoved(conversation_id=conversation_id, read_seq=moved))
    return moved
