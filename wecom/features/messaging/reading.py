"""Reading conversations, for who takes part in them and whom an app speaks to."""

from collections.abc import Sequence
from dataclasses import dataclass

from ...foundation.blobs import Held
from ...foundation.db import Db
from . import carrying
from .model import NoSuchConversation, NoSuchMessage, NoSuchMessageFile, Participant
from .queries import conversations, messages
from .queries.conversations import Listed
from .queries.messages import Message

LOOKS = 200
"""How often a page looks on for what an app told somebody, who may be one of few that it told next to nothing."""


@dataclass(frozen=True, slots=True)
class Readers:
    """Of those who could see a message and take part now: who has read it, and who has not. Its sender is neither."""

    read: tuple[int, ...]
    unread: tuple[int, ...]


async def conversations_of(db: Db, member_id: int) -> list[Listed]:
    """A member's conversations, the liveliest first; those of apps that have written to them."""
    return await conversations.list_conversations(db, member_id)


async def conversation_of(db: Db, member_id: int, conversation_id: int) -> Listed:
    """One conversation. An app's is there for everybody, before it has written to them too, but then without a name."""
    if listed := await conversations.list_conversations(db, member_id, conversation_id):
        return listed[0]
    silent = await conversations.silent_app(db, member_id, conversation_id)
    if silent is None:
        raise NoSuchConversation
    return silent


async def participants_of(db: Db, member_id: int, conversation_id: int) -> list[Participant]:
    """Who takes part now, the longest first."""
    if not await conversations.standing(db, conversation_id, member_id):
        raise NoSuchConversation
    return await conversations.participants(db, conversation_id)


async def page_of(
    db: Db, member_id: int, ordinal: int, conversation_id: int, *, before: int, limit: int
) -> list[Message]:
    """The messages that end just before `before`, oldest first, of those that the member may see."""
    if standing := await conversations.standing(db, conversation_id, member_id):
        return await messages.messages_before(db, conversation_id, before, limit, from_seq=standing.from_seq)
    if not await conversations.app_standing(db, conversation_id):
        raise NoSuchConversation
    return await _told_before(db, member_id, ordinal, conversation_id, before, limit)


async def file_of(
    db: Db, member_id: int, ordinal: int, conversation_id: int, seq: int, small_one: str | None = None
) -> tuple[str, str, Held]:
    """The name and type of a message's file, and where its bytes are; or of a small one of its picture.

    Whoever may see the message now may have it: the question is asked as for the message itself.
    """
    page = await page_of(db, member_id, ordinal, conversation_id, before=seq + 1, limit=1)
    content = page[0].content if page and page[0].seq == seq else None
    if content is None or content["msgtype"] not in carrying.CARRYING:
        raise NoSuchMessageFile
    held = await carrying.held_by_message(db, conversation_id, seq, small_one)
    return content["name"], held.media_type if small_one else content["media_type"], held


async def page_after(
    db: Db, member_id: int, ordinal: int, conversation_id: int, *, after: int, limit: int
) -> list[Message]:
    """Those that begin just after `after`, oldest first."""
    if standing := await conversations.standing(db, conversation_id, member_id):
        return await messages.messages_after(db, conversation_id, after, limit, from_seq=standing.from_seq)
    if not await conversations.app_standing(db, conversation_id):
        raise NoSuchConversation
    return await _told_after(db, member_id, ordinal, conversation_id, after, limit)


async def _told_before(
    db: Db, member_id: int, ordinal: int, conversation_id: int, before: int, limit: int
) -> list[Message]:
    """What an app told this member. Of what it told many, one look comes only so far: nothing behind that is taken from
    the member's own rows either, or the next page would begin there and what lies between were never shown."""
    found: list[Message] = []
    for _ in range(LOOKS):
        oldest = await messages.looked_at_before(db, conversation_id, before)
        more = await messages.app_messages_before(
            db,
            conversation_id,
            before,
            limit - len(found),
            above=oldest - 1 if oldest is not None else 0,
            member_id=member_id,
            ordinal=ordinal,
        )
        found = more + found
        if oldest is None or len(found) == limit:
            break
        before = oldest
    return found


async def _told_after(
    db: Db, member_id: int, ordinal: int, conversation_id: int, after: int, limit: int
) -> list[Message]:
    """The same onwards."""
    found: list[Message] = []
    for _ in range(LOOKS):
        newest = await messages.looked_at_after(db, conversation_id, after)
        found += await messages.app_messages_after(
            db, conversation_id, after, limit - len(found), upto=newest, member_id=member_id, ordinal=ordinal
        )
        if newest is None or len(found) == limit:
            break
        after = newest
    return found


async def readers_of(db: Db, member_id: int, conversation_id: int, seq: int) -> Readers:
    """Who has read a message."""
    standing = await conversations.standing(db, conversation_id, member_id)
    if standing is None or not standing.from_seq < seq <= standing.head:
        raise NoSuchMessage
    listed = await messages.readers(db, conversation_id, seq)
    read = tuple(each.actor_id for each in listed if each.read_seq >= seq)
    return Readers(read, tuple(each.actor_id for each in listed if each.read_seq < seq))


async def met(db: Db, member_id: int, actor_ids: Sequence[int]) -> set[int]:
    """Which of these actors take or took part in conversations of the member's, while the member did."""
    return await conversations.met(db, member_id, actor_ids)


async def chatid_of(db: Db, conversation_id: int, actor_id: int) -> str | None:
    """The chatid of a conversation that the actor takes part in."""
    standing = await conversations.standing(db, conversation_id, actor_id)
    return standing.chatid if standing else None


async def taking_part(db: Db, conversation_id: int, actor_ids: Sequence[int]) -> set[int]:
    """Which of these actors take part now."""
    return await conversations.taking_part(db, conversation_id, actor_ids)


async def conversation_called(db: Db, chatid: str) -> tuple[int, str] | None:
    """The id and kind of the conversation with this chatid, if it goes on."""
    found = await conversations.by_chatid(db, chatid)
    return found[:2] if found else None
