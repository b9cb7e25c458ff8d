"""Members leave the company."""

from collections.abc import Sequence

from ...foundation.db import Tx
from .. import accounts, directory, messaging, preferences
from ..directory import Progress


async def leave(tx: Tx, actor_id: int, member_id: int, *, address: str = "") -> None:
    """End all that a member has and is here. What they said stays; their userid may be given to somebody new."""
    await leave_many(tx, actor_id, [member_id], address=address)


async def leave_many(
    tx: Tx, actor_id: int, member_ids: Sequence[int], *, address: str = "", told: Progress | None = None
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
    await messaging.leave_everywhere(tx, ids, actor_id)
    for id in ids:
        await accounts.end_sessions(tx, id, "left")
