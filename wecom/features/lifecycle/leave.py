"""Members leave the company."""

from collections.abc import Sequence
from dataclasses import dataclass

from ...foundation.db import Db, Tx
from ...foundation.errors import Invalid
from .. import accounts, directory, messaging, preferences
from ..directory import EVERYTHING, Progress
from ..directory.refusals import NoSuchMember


@dataclass(frozen=True, slots=True)
class Leaving:
    """What somebody's leaving would end."""

    devices: int
    conversations: int
    groups_owned: int
    roles: tuple[str, ...]


class HeirUnfit(Invalid):
    """Groups are handed over to somebody else, who works here and is not disabled: name another."""


async def leave(tx: Tx, actor_id: int, member_id: int, *, hand_over_to: int | None = None, address: str = "") -> None:
    """End all that a member has and is here. What they said stays; their userid may be given to somebody new.

    `hand_over_to`: whose the groups are then that were theirs.
    """
    if hand_over_to is not None:
        await directory.keep_imports_away(tx)
        heirs = await directory.members_by_ids(tx, [hand_over_to], seen_by=EVERYTHING)
        if hand_over_to == member_id or not heirs or not heirs[0].enabled:
            raise HeirUnfit
    await leave_many(tx, actor_id, [member_id], heir_id=hand_over_to, address=address)


async def leaving(db: Db, member_id: int) -> Leaving:
    """What it would end, before it is done."""
    if not await directory.members_by_ids(db, [member_id], seen_by=EVERYTHING):
        raise NoSuchMember
    held = tuple(sorted(each.role for each in await accounts.grants(db, member_id)))
    conversations, owned = await messaging.count_conversations(db, member_id)
    return Leaving(len(await accounts.devices_of(db, member_id)), conversations, owned, held)


async def leave_many(
    tx: Tx,
    actor_id: int,
    member_ids: Sequence[int],
    *,
    heir_id: int | None = None,
    address: str = "",
    told: Progress | None = None,
) -> None:
    """The same for several at once: all of them, or nobody.

    Imports are kept away before anything else is locked, and conversations come last: whoever wants to
    speak in one of them waits neither for an import nor for what is done member by member.
    """
    await directory.keep_imports_away(tx)
    ids = sorted(set(member_ids))
    for number, id in enumerate(ids):
        if told:
            told("leaving", number, len(ids))
        await accounts.revoke_all(tx, actor_id, id, address=address)
        await directory.mark_left(tx, actor_id, id, from_address=address)
        await accounts.void_invitations(tx, id)
    await preferences.forget_settings(tx, ids)
    await messaging.leave_everywhere(tx, ids, actor_id, heir_id=heir_id)
    for id in ids:
        await accounts.end_sessions(tx, id, "left")
