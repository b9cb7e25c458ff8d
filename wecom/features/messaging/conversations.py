"""Starting conversations, naming them, saying who leads them, ending them."""

import re
import secrets
from collections.abc import Sequence

from ...foundation import streams
from ...foundation.db import Tx
from ...foundation.streams import lock_streams
from .events import ConversationDissolved, ConversationRenamed, RoleChanged
from .model import (
    MAX_NAME,
    ChatidTaken,
    NameTooLong,
    NoSuchParticipant,
    NotAGroup,
    NotAllowedHere,
    TalkingToOneself,
)
from .participants import admit, entered, must_lead, pass_on, put_out
from .queries import conversations as queries

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def good_name(name: str) -> str:
    """A group's name as it is kept; raises `NameTooLong`."""
    name = _CONTROL.sub(" ", name).strip()
    if not 1 <= len(name) <= MAX_NAME:
        raise NameTooLong
    return name


async def direct_with(tx: Tx, me: int, other: int) -> int:
    """The one conversation between two members, made when there is none yet; its id."""
    if me == other:
        raise TalkingToOneself
    if (found := await queries.direct_between(tx, me, other)) is not None:
        return found
    id = await queries.new_id(tx)
    if not await queries.insert_conversation(tx, id, "direct", _chatid(), "", me, pair=(me, other)):
        again = await queries.direct_between(tx, me, other)
        assert again is not None
        return again
    await lock_streams(tx, [id])
    await admit(tx, me, id, [me, other], "member")
    return id


async def create_group(tx: Tx, creator: int, name: str, member_ids: Sequence[int]) -> int:
    """Start a group that the creator owns; its id. An empty name is allowed: clients show the members'."""
    id = await queries.new_id(tx)
    kept = good_name(name) if name.strip() else ""
    await queries.insert_conversation(tx, id, "group", _chatid(), kept, creator)
    await _people(tx, creator, id, creator, [m for m in member_ids if m != creator])
    return id


async def create_appchat(
    tx: Tx, app_id: int, chatid: str, name: str, owner_id: int, member_ids: Sequence[int]
) -> tuple[int, str]:
    """Start a group for an app, which speaks in it; its id and chatid. Raises `ChatidTaken`."""
    id = await queries.new_id(tx)
    chatid = chatid or _chatid()
    kept = good_name(name) if name.strip() else ""
    if not await queries.insert_conversation(tx, id, "appchat", chatid, kept, app_id, app_id=app_id):
        raise ChatidTaken
    await lock_streams(tx, [id])
    await admit(tx, app_id, id, [app_id], "app")
    await _people(tx, app_id, id, owner_id, [m for m in member_ids if m != owner_id])
    return id, chatid


async def open_app_conversation(tx: Tx, app_id: int) -> int:
    """The conversation that an app has with everybody; its id."""
    if (found := await queries.app_conversation(tx, app_id)) is not None:
        return found
    id = await queries.new_id(tx)
    if not await queries.insert_conversation(tx, id, "app", _chatid(), "", app_id, app_id=app_id):
        again = await queries.app_conversation(tx, app_id)
        assert again is not None
        return again
    await queries.insert_participants(tx, id, [app_id], 0, "app")
    return id


async def rename(tx: Tx, by: int, conversation_id: int, name: str) -> None:
    """Rename a group; any who takes part may, as in WeCom."""
    conversation = await entered(tx, conversation_id, by, group=True)
    kept = good_name(name)
    if kept != conversation.name:
        await queries.set_name(tx, conversation_id, kept)
        await streams.advance(tx, conversation_id, ConversationRenamed(name=kept, by=by))


async def set_role(tx: Tx, by: int, conversation_id: int, member_id: int, role: str) -> None:
    """Make a member an administrator of the group, or an ordinary member again; the owner may."""
    conversation = await entered(tx, conversation_id, by, group=True)
    if conversation.role not in ("owner", "app") or role not in ("administrator", "member"):
        raise NotAllowedHere("Only the group's owner names its administrators.")
    if member_id == await queries.owner(tx, conversation_id):
        raise NotAllowedHere("The owner stays the owner until another member is made the owner.")
    if not await queries.set_role(tx, conversation_id, member_id, role):
        raise NoSuchParticipant
    await streams.advance(tx, conversation_id, RoleChanged(actor_id=member_id, role=role, by=by))


async def transfer(tx: Tx, by: int, conversation_id: int, to: int) -> None:
    """Make another participant the owner; the owner may, and the app that made the chat."""
    conversation = await entered(tx, conversation_id, by, group=True)
    if conversation.role not in ("owner", "app"):
        raise NotAllowedHere("Only the group's owner can make another member the owner.")
    owner = await queries.owner(tx, conversation_id)
    if owner == to:
        return
    if to not in await queries.taking_part(tx, conversation_id, [to]):
        raise NoSuchParticipant
    if owner is not None:
        await pass_on(tx, by, conversation_id, owner, to)


async def leave(tx: Tx, member_id: int, conversation_id: int) -> None:
    """Go out of a group. An owner leaves it to the longest administrator, or else member."""
    await entered(tx, conversation_id, member_id, group=True)
    await put_out(tx, member_id, conversation_id, [member_id])


async def dissolve(tx: Tx, by: int, conversation_id: int) -> None:
    """End a group for everybody; its owner may."""
    conversation = await entered(tx, conversation_id, by, group=True)
    if conversation.kind != "group":
        raise NotAGroup("This chat belongs to an app: leave it instead.")
    must_lead(conversation)
    if conversation.role != "owner":
        raise NotAllowedHere("Only the group's owner can end it.")
    await queries.set_dissolved(tx, conversation_id)
    await streams.advance(tx, conversation_id, ConversationDissolved(by=by))
    everyone = [each.actor_id for each in await queries.participants(tx, conversation_id)]
    others = [id for id in everyone if id != by]
    await put_out(tx, by, conversation_id, others)
    await put_out(tx, by, conversation_id, [by])


async def _people(tx: Tx, by: int, id: int, owner_id: int, member_ids: Sequence[int]) -> None:
    await lock_streams(tx, [id])
    await admit(tx, by, id, [owner_id], "owner")
    await admit(tx, by, id, member_ids, "member")


def _chatid() -> str:
    return "wr" + secrets.token_hex(15)
