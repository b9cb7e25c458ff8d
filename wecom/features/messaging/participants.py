"""Coming into a conversation and going out of it."""

from collections.abc import Sequence

from ...foundation import streams
from ...foundation.db import Tx
from ...foundation.streams import lock_streams
from .events import (
    ConversationJoined,
    ConversationLeft,
    ParticipantsAdded,
    ParticipantsRemoved,
    PreferencesChanged,
    RoleChanged,
)
from .model import (
    MAX_MEMBERS,
    Conversation,
    NoSuchConversation,
    NoSuchParticipant,
    NotAGroup,
    NotAllowedHere,
    Preferences,
    TooManyMembers,
)
from .queries import conversations as queries
from .queries import preferences

GROUPS = ("group", "appchat")
ROLES_OF_MEMBERS = ("owner", "administrator", "member")


async def entered(tx: Tx, conversation_id: int, actor_id: int, *, group: bool = False) -> Conversation:
    """Lock a conversation through one who takes part in it.

    The lock is a statement of its own: what is read after it is what was committed while it waited.
    """
    await lock_streams(tx, [conversation_id])
    conversation = await queries.standing(tx, conversation_id, actor_id)
    if conversation is None:
        raise NoSuchConversation
    if group and conversation.kind not in GROUPS:
        raise NotAGroup
    return conversation


def must_lead(conversation: Conversation) -> None:
    if conversation.role not in ("owner", "administrator", "app"):
        raise NotAllowedHere


async def add_participants(
    tx: Tx, by: int, conversation_id: int, actor_ids: Sequence[int], *, role: str = "member"
) -> list[int]:
    """Let members into a group, from now on; who was not in it already.

    Anybody in a group may bring in others. What was said before stays unseen by newcomers.
    """
    await entered(tx, conversation_id, by, group=True)
    return await admit(tx, by, conversation_id, actor_ids, role)


async def admit(tx: Tx, by: int | None, conversation_id: int, actor_ids: Sequence[int], role: str) -> list[int]:
    """Let actors into a conversation that is locked."""
    there = await queries.taking_part(tx, conversation_id, actor_ids)
    new = [id for id in dict.fromkeys(actor_ids) if id not in there]
    if not new:
        return []
    if await queries.count_members(tx, conversation_id) + len(new) > MAX_MEMBERS:
        raise TooManyMembers
    seq = await streams.advance(tx, conversation_id, ParticipantsAdded(actor_ids=tuple(new), by=by, role=role))
    await queries.insert_participants(tx, conversation_id, new, seq - 1, role)
    if role in ROLES_OF_MEMBERS:
        for id in new:
            streams.tell(tx, id, ConversationJoined(conversation_id=conversation_id, from_seq=seq - 1))
    return new


async def remove_participants(tx: Tx, by: int, conversation_id: int, actor_ids: Sequence[int]) -> list[int]:
    """Put members out of a group; its owner and administrators may. Its owner cannot be put out."""
    conversation = await entered(tx, conversation_id, by, group=True)
    must_lead(conversation)
    owner = await queries.owner(tx, conversation_id)
    if owner in actor_ids and conversation.role != "app":
        raise NotAllowedHere("The owner cannot be put out: make another member the owner first.")
    roles = await queries.roles_of(tx, conversation_id, actor_ids)
    going = [id for id in actor_ids if roles.get(id) in ROLES_OF_MEMBERS]  # apps and robots have doors of their own
    if not going:
        raise NoSuchParticipant
    return await put_out(tx, by, conversation_id, going)


async def put_out(tx: Tx, by: int | None, conversation_id: int, actor_ids: Sequence[int]) -> list[int]:
    """End taking part in a conversation that is locked; an owner who goes leaves it to an heir."""
    going = await queries.roles_of(tx, conversation_id, actor_ids)
    if not going:
        return []
    gone = tuple(id for id in dict.fromkeys(actor_ids) if id in going)
    if (owner := await queries.owner(tx, conversation_id)) in going and owner is not None:
        await pass_on(tx, by, conversation_id, owner, await queries.heir(tx, conversation_id, gone))
    seq = await streams.advance(tx, conversation_id, ParticipantsRemoved(actor_ids=gone, by=by))
    await queries.close_participation(tx, conversation_id, gone, seq)
    await preferences.forget_drafts(tx, gone, conversation_id)
    for id in await preferences.forget_preferences(tx, gone, conversation_id):
        streams.tell(tx, id, PreferencesChanged.of(conversation_id, Preferences()))
    for id in gone:
        if going[id] not in ROLES_OF_MEMBERS:
            continue
        streams.tell(tx, id, ConversationLeft(conversation_id=conversation_id, to_seq=seq))
    return list(gone)


async def pass_on(tx: Tx, by: int | None, conversation_id: int, owner: int, heir: int | None) -> None:
    """Make `heir` the owner of a locked group in place of `owner`."""
    if heir is None:
        return
    for actor_id, role in ((owner, "member"), (heir, "owner")):
        if not await queries.set_role(tx, conversation_id, actor_id, role):
            raise NoSuchParticipant
        await streams.advance(tx, conversation_id, RoleChanged(actor_id=actor_id, role=role, by=by))
