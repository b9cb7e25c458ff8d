"""Pages of a conversation as it is shown: its messages and, where they are wanted, what else happened in a group."""

from collections.abc import Sequence
from dataclasses import dataclass

from ...foundation.db import Db
from .participants import GROUPS
from .queries import conversations, notices
from .queries.messages import Message
from .queries.notices import Notice
from .reading import page_after, page_of

Lines = list[Message | Notice]


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks, at which conversation, and whether at what happened too, each counted as a message is."""

    member_id: int
    ordinal: int
    conversation_id: int
    notices: bool = False


async def lines_before(db: Db, viewer: Viewer, *, before: int, limit: int) -> Lines:
    """The lines that end just before `before`, oldest first."""
    told: Sequence[Notice] = ()
    if (noted := await _noted_from(db, viewer)) is not None:
        told = await notices.notices_before(db, viewer.conversation_id, before, limit, from_seq=noted)
    said = await page_of(db, viewer.member_id, viewer.ordinal, viewer.conversation_id, before=before, limit=limit)
    return _in_order(said, told)[-limit:]


async def lines_after(db: Db, viewer: Viewer, *, after: int, limit: int) -> Lines:
    """Those that begin just after `after`, oldest first."""
    told: Sequence[Notice] = ()
    if (noted := await _noted_from(db, viewer)) is not None:
        told = await notices.notices_after(db, viewer.conversation_id, after, limit, from_seq=noted)
    said = await page_after(db, viewer.member_id, viewer.ordinal, viewer.conversation_id, after=after, limit=limit)
    return _in_order(said, told)[:limit]


async def lines_around(db: Db, viewer: Viewer, *, around: int, limit: int) -> Lines:
    """Those about `around`, which is the last of the first half; near an end, as many more on the other side."""
    earlier = await lines_before(db, viewer, before=around + 1, limit=limit)
    later = await lines_after(db, viewer, after=around, limit=limit)
    taken = min(len(later), max(limit // 2, limit - len(earlier)))
    return earlier[max(0, len(earlier) + taken - limit) :] + later[:taken]


async def _noted_from(db: Db, viewer: Viewer) -> int | None:
    """After which number a member is told what happens; None where it is not wanted, or this is no group."""
    if not viewer.notices:
        return None
    standing = await conversations.standing(db, viewer.conversation_id, viewer.member_id)
    return standing.from_seq if standing and standing.kind in GROUPS else None


def _in_order(said: Sequence[Message], told: Sequence[Notice]) -> Lines:
    return sorted([*said, *told], key=lambda each: each.seq)
