"""Members leave all their conversations."""

from collections.abc import Sequence
from contextlib import suppress

from ...foundation import streams
from ...foundation.db import Tx
from ...foundation.streams import Event, lock_streams
from .events import ConversationLeft, ParticipantsRemoved, RoleChanged
from .model import TooManyMembers
from .participants import admit, pass_on
from .queries import leaving as queries
from .queries import preferences
from .queries.leaving import Going


async def leave_everywhere(
    tx: Tx, member_ids: Sequence[int], by: int | None = None, *, heir_id: int | None = None
) -> int:
    """Take members out of every conversation; of how many. Their words stay, and what they own has an heir:
    `heir_id` where somebody is named, who comes into the group if need be and there is room.

    However many they are, their conversations are locked once, by ascending id, and for a few statements:
    whoever is about to speak in one of them waits for these.
    """
    count = await _take_out(tx, member_ids, by, heir_id)
    # Once they take part in nothing: whoever keeps a draft or a wish holds their place in a conversation first.
    await preferences.forget_drafts(tx, member_ids)
    await preferences.forget_preferences(tx, member_ids)
    return count


async def _take_out(tx: Tx, member_ids: Sequence[int], by: int | None, heir_id: int | None) -> int:
    conversation_ids = await queries.conversations_of_all(tx, member_ids)
    await lock_streams(tx, conversation_ids)
    if heir_id is not None:
        await _hand_over(tx, by, await queries.going(tx, conversation_ids, member_ids), heir_id)
    found = await queries.going(tx, conversation_ids, member_ids)
    if not found:
        return 0
    roles = [
        (each.conversation_id, actor_id, role)
        for each in found
        if each.owner is not None and each.heir is not None
        for actor_id, role in ((each.owner, "member"), (each.heir, "owner"))
    ]
    if roles:
        await queries.set_roles(tx, *(list(column) for column in zip(*roles, strict=True)))
    events: list[tuple[int, Event]] = [
        (id, RoleChanged(actor_id=actor_id, role=role, by=by)) for id, actor_id, role in roles
    ]
    events += [(each.conversation_id, ParticipantsRemoved(actor_ids=each.actor_ids, by=by)) for each in found]
    seqs = (await streams.advance_all(tx, events))[len(roles) :]
    await queries.close_participations(tx, [each.conversation_id for each in found], seqs, member_ids)
    for each, seq in zip(found, seqs, strict=True):
        for id in each.actor_ids:
            streams.tell(tx, id, ConversationLeft(conversation_id=each.conversation_id, to_seq=seq))
    return len(found)


async def _hand_over(tx: Tx, by: int | None, found: Sequence[Going], heir_id: int) -> None:
    """Make somebody the owner of the groups, which are locked, that those who go own."""
    for each in found:
        if each.owner is None:
            continue
        with suppress(TooManyMembers):  # then whoever was to inherit it anyway does
            await admit(tx, by, each.conversation_id, [heir_id], "member")
            await pass_on(tx, by, each.conversation_id, each.owner, heir_id)
