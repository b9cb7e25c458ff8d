"""Members leave all their conversations."""

from collections.abc import Sequence

from ...foundation import streams
from ...foundation.db import Tx
from ...foundation.streams import Event, lock_streams
from .events import ConversationLeft, ParticipantsRemoved, RoleChanged
from .queries import leaving as queries
from .queries import preferences


async def leave_everywhere(tx: Tx, member_ids: Sequence[int], by: int | None = None) -> int:
    """Take members out of every conversation; of how many. Their words stay, and what they own has an heir.

    However many they are, their conversations are locked once, by ascending id, and for a few statements:
    whoever is about to speak in one of them waits for these.
    """
    await preferences.forget_drafts(tx, member_ids)
    await preferences.forget_preferences(tx, member_ids)
    conversation_ids = await queries.conversations_of_all(tx, member_ids)
    await lock_streams(tx, conversation_ids)
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
