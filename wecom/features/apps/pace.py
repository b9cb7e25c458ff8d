"""How often an app may write to the same people.

Nothing is kept per recipient. Whom an app's messages of late went to is in their audiences, so who was
reached too often is a sum over those bitmaps: added bit by bit in parallel, a thousand audiences of
50,000 members take a few milliseconds, and only an app that has sent as many messages as one
member may get in that time pays for it. For a handful of recipients Postgres looks at their bits alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from wecom.foundation.db import Db

from . import queries
from .audience import Reached, bits_of
from .queries.sent import Lately

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
FEW = 16


@dataclass(frozen=True, slots=True)
class Quotas:
    """What an app may send. 0: as much as it likes."""

    persons_a_day: int
    to_one_a_minute: int
    to_one_an_hour: int


async def reached_too_often(db: Db, app_id: int, reached: Reached, lately: Lately, quotas: Quotas) -> int:
    """The bits of those whom the app may not write to just now."""
    over = 0
    for sent, limit, within in (
        (lately.in_minute, quotas.to_one_a_minute, MINUTE),
        (lately.in_hour, quotas.to_one_an_hour, HOUR),
    ):
        if not limit or sent < limit:
            continue
        if len(reached.members.ordinals) <= FEW:
            over |= bits_of(await queries.hit_often(db, app_id, within, reached.members.ordinals, limit))
        else:
            over |= set_in_at_least(limit, await queries.audiences_since(db, app_id, within))
    return over & reached.bits


def set_in_at_least(times: int, audiences: Iterable[bytes]) -> int:
    """The bits that are set in at least so many of these bitmaps.

    `planes[k]` holds bit k of every member's count; adding an audience is adding one to the counts
    of all its members at once, with carries.
    """
    planes: list[int] = []
    anyone = 0
    for each in audiences:
        carry = int.from_bytes(each, "little")
        anyone |= carry
        for k, plane in enumerate(planes):
            if not carry:
                break
            planes[k], carry = plane ^ carry, plane & carry
        if carry:
            planes.append(carry)
    if times >> len(planes):
        return 0
    more, same = 0, anyone
    for k in reversed(range(len(planes))):
        if times >> k & 1:
            same &= planes[k]
        else:
            more |= same & planes[k]
            same &= ~planes[k]
    return more | same
