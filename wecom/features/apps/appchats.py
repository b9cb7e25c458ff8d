"""Chats that an app makes for members and speaks in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from wecom.features import directory, messaging
from wecom.features.messaging.model import MAX_NAME
from wecom.features.messaging.participants import ROLES_OF_MEMBERS
from wecom.features.messaging.queries import conversations
from wecom.foundation import audit
from wecom.foundation.db import Db, Tx
from wecom.foundation.streams import lock_streams

from .model import (
    App,
    AppchatSize,
    InvalidChatid,
    InvalidChatOwner,
    NoSuchAppchat,
    NotForWholeCompany,
    NotItsAppchat,
    OwnerOutsideChat,
    UnknownChatMember,
)

FEWEST, MOST = 2, 2000
_CHATID = re.compile(r"[0-9A-Za-z]{1,32}")


@dataclass(frozen=True, slots=True)
class Appchat:
    """A chat that an app made. `members` are in the order in which they came."""

    conversation_id: int
    chatid: str
    name: str
    owner_id: int | None
    members: tuple[int, ...]


async def create_appchat(
    tx: Tx,
    app: App,
    *,
    chatid: str,
    name: str,
    owner: str,
    userids: Sequence[str],
    from_address: str = "",
) -> str:
    """Start a chat of these members; its chatid. Without an owner named, the first of them owns it."""
    if not app.sight.everything:
        raise NotForWholeCompany
    if chatid and not _CHATID.fullmatch(chatid):
        raise InvalidChatid
    members = await _members(tx, app, userids)
    owner_id = await _owner(tx, app, owner) if owner else members[0] if members else None
    if owner_id is None or not FEWEST <= len(members) <= MOST:
        raise AppchatSize
    if owner_id not in members:
        raise OwnerOutsideChat
    name = name[:MAX_NAME]
    id, chatid = await messaging.create_appchat(tx, app.id, chatid, name, owner_id, members)
    await audit.record(
        tx, app.id, "appchat.create", f"conversation:{id}", address=from_address, name=name, members=members
    )
    return chatid


async def appchat(db: Db, app: App, chatid: str) -> Appchat:
    """A chat that this app made; raises `NoSuchAppchat` or `NotItsAppchat`."""
    found = await conversations.by_chatid(db, chatid)
    if not found:
        raise NoSuchAppchat
    id, kind, app_id = found
    if kind != "appchat" or app_id != app.id:
        raise NotItsAppchat
    standing = await conversations.standing(db, id, app.id)
    if not standing:
        raise NoSuchAppchat
    people = [each for each in await conversations.participants(db, id) if each.role in ROLES_OF_MEMBERS]
    owner_id = next((each.actor_id for each in people if each.role == "owner"), None)
    return Appchat(id, chatid, standing.name, owner_id, tuple(each.actor_id for each in people))


async def change_appchat(
    tx: Tx,
    app: App,
    chatid: str,
    *,
    name: str = "",
    owner: str = "",
    add: Sequence[str] = (),
    remove: Sequence[str] = (),
    from_address: str = "",
) -> None:
    """Rename a chat, give it another owner, let members in and put others out; what is empty stays."""
    chat = await appchat(tx, app, chatid)
    await lock_streams(tx, [chat.conversation_id])
    chat = await appchat(tx, app, chatid)
    coming, going = await _members(tx, app, add), await _members(tx, app, remove, seen=False)
    after = [id for id in dict.fromkeys([*chat.members, *coming]) if id not in going]
    owner_id = await _owner(tx, app, owner) if owner else None
    if not FEWEST <= len(after) <= MOST:
        raise AppchatSize
    if owner_id is not None and owner_id not in after:
        raise OwnerOutsideChat
    id = chat.conversation_id
    if name:
        await messaging.rename(tx, app.id, id, name[:MAX_NAME])
    if coming:
        await messaging.add_participants(tx, app.id, id, coming)
    if owner_id is not None:
        await messaging.transfer(tx, app.id, id, owner_id)
    if gone := [each for each in going if each in chat.members]:
        await messaging.remove_participants(tx, app.id, id, gone)
    await audit.record(
        tx,
        app.id,
        "appchat.change",
        f"conversation:{id}",
        address=from_address,
        name=name,
        owner=owner_id,
        added=[each for each in coming if each not in chat.members],
        removed=gone,
    )


async def _members(db: Db, app: App, userids: Sequence[str], *, seen: bool = True) -> list[int]:
    """The members named, in the order named, each once. `seen`: all must be seen by the app and enabled."""
    ids = await directory.member_ids(db, userids) if userids else {}
    wanted = list(dict.fromkeys(ids[name] for each in userids if (name := each.lower()) in ids))
    if len(ids) < len({each.lower() for each in userids}):
        raise UnknownChatMember
    if seen and wanted:
        there = await directory.members_under(db, [], [], wanted, seen_by=app.sight)
        if set(wanted) - set(there.member_ids):
            raise UnknownChatMember
    return wanted


async def _owner(db: Db, app: App, userid: str) -> int:
    try:
        return (await _members(db, app, [userid]))[0]
    except UnknownChatMember:
        raise InvalidChatOwner from None
