"""Taking a message back."""

from datetime import timedelta

from ...foundation import audit, streams
from ...foundation.db import Tx
from ...foundation.streams import lock_streams
from . import carrying
from .events import MessageRecalled
from .model import NoSuchMessage, NotAllowedHere, TooLateToRecall
from .participants import entered
from .queries import messages
from .searching.queries import indexing


async def recall(tx: Tx, by: int, conversation_id: int, seq: int, *, window: timedelta, address: str = "") -> None:
    """Take a message back: its sender within `window`, the group's owner or administrators at any time.

    What it said leaves every device and every list; the audit log keeps the original, though of a file only what it
    was called and how large it was: nobody can fetch it any more, and its bytes are deleted unless another holds them.
    """
    conversation = await entered(tx, conversation_id, by)
    found = await messages.message_of(tx, conversation_id, seq) if seq > conversation.from_seq else None
    if found is None:
        raise NoSuchMessage
    sender_id, body, audience = found
    if body is None:
        return
    if sender_id == by:
        if not await messages.sent_within(tx, conversation_id, seq, window):
            raise TooLateToRecall
    elif conversation.role not in ("owner", "administrator"):
        raise NotAllowedHere("Only its sender, or who leads the group, can take a message back.")
    await _take_back(tx, by, conversation_id, seq, sender_id, body, audience, address)


async def withdraw(tx: Tx, by: int, conversation_id: int, seq: int, *, address: str = "") -> None:
    """Take back any message as the company's administrator, or as the app that sent it.

    Whether the caller may is the interface's to say; that it was done is on record.
    """
    await lock_streams(tx, [conversation_id])
    found = await messages.message_of(tx, conversation_id, seq)
    if found is None:
        raise NoSuchMessage
    sender_id, body, audience = found
    if body is not None:
        await _take_back(tx, by, conversation_id, seq, sender_id, body, audience, address)


async def _take_back(
    tx: Tx, by: int, conversation_id: int, seq: int, sender_id: int, body: object, audience: bytes | None, address: str
) -> None:
    await messages.set_recalled(tx, conversation_id, seq, by)
    await indexing.blank(tx, conversation_id, seq)
    if isinstance(body, dict) and body["msgtype"] in carrying.CARRYING:
        await carrying.let_go(tx, sender_id, conversation_id, seq)
    await streams.advance(tx, conversation_id, MessageRecalled(message_seq=seq, by=by), audience=audience)
    await audit.record(
        tx,
        by,
        "message.recall",
        f"message:{conversation_id}:{seq}",
        address=address,
        content=body,
        sender_id=sender_id,
    )
