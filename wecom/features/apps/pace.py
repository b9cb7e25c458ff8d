"""How often an app may write to the same people.

Nothing is counted per recipient. Whom an app's messages of late went to is in their audiences, so who was
reached too often is a sum over those bitmaps: added bit by bit in parallel, a thousand audiences of
50,000 members take a few milliseconds. A message to a handful keeps their ordinals beside it, so that
thousands of those are summed without a look at any bitmap. And only an app that has sent as many messages
as one member may get in that time pays for any of it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from wecom.foundation.db import Db

from . import queries
from .audience import Reached, bits_of, ordinals_of
from .queries.sent import Lately

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
HANDFUL = 16


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
        if limit and sent >= limit:
            wide = await queries.audiences_since(db, app_id, within)
            # Fewer hits than this in handfuls cannot reach the limit, whatever the others are.
            least = max(1, limit - len(wide))
            hits = await queries.hits_in_handfuls(db, app_id, within, handful_of(reached.bits), least)
            over |= set_in_at_least(limit, wide, hits)
    return over & reached.bits


def handful_of(bits: int) -> list[int] | None:
    """The ordinals of an audience, where they are few."""
    return list(ordinals_of(bits)) if bits.bit_count() <= HANDFUL else None


def set_in_at_least(times: int, audiences: Iterable[bytes], counted: Mapping[int, int] | None = None) -> int:
    """The bits that are set in at least so many of these bitmaps; `counted` are hits that ordinals have already.

    `planes[k]` holds bit k of every member's count; adding an audience is adding one to the counts
    of all its members at once, with carries.
    """
    counted = counted or {}
    planes = [
        bits_of([ordinal for ordinal, hits in counted.items() if hits >> k & 1])
        for k in range(max(counted.values(), default=0).bit_length())
    ]
    anyone = bits_of(list(counted))
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
