"""Who is to be pushed to: noting what is said, and deciding a moment later who missed it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from ...foundation.db import Pool, Tx, transaction
from ...foundation.streams import follow
from ...foundation.streams.queries import Followed
from . import queries

FOLLOWED = 5000
DECIDED = 100


async def attend(services: Any) -> bool:
    """Note what was said since the last time, and decide on what waited long enough; whether there may be more."""
    wait = timedelta(seconds=services.settings.push_after_seconds)

    async def note(tx: Tx, changes: Sequence[Followed]) -> None:
        said: dict[int, tuple[int, int]] = {}
        for each in changes:
            if each.kind == "message.sent":
                low, high = said.get(each.stream_id, (each.seq, each.seq))
                said[each.stream_id] = min(low, each.seq), max(high, each.seq)
        if said:
            spans = said.values()
            await queries.note_said(tx, list(said), [low - 1 for low, _ in spans], [high for _, high in spans], wait)

    followed = await follow(services.pool, "push", note, limit=FOLLOWED, bodies=False)
    return await _decide(services.pool, wait) or followed == FOLLOWED


async def _decide(pool: Pool, wait: timedelta) -> bool:
    async with transaction(pool) as tx:
        waits = await queries.due_waits(tx, wait, DECIDED)
        if shared := [each for each in waits if each.kind != "app"]:
            await queries.insert_pushes(tx, shared)
        for each in waits:
            if each.kind == "app":
                audiences = await queries.audiences(tx, each)
                if audiences:
                    await queries.insert_app_pushes(tx, each, _ordinals(audiences))
        if waits:
            await queries.end_waits(tx, waits, wait)
        return len(waits) == DECIDED


def _ordinals(audiences: Sequence[bytes | None]) -> list[int] | None:
    """Whom any of these was for; None: everybody."""
    bits = 0
    for audience in audiences:
        if audience is None:
            return None
        bits |= int.from_bytes(audience, "little")
    return [8 * n + bit for n, byte in enumerate(_bytes(bits)) if byte for bit in range(8) if byte >> bit & 1]


def _bytes(bits: int) -> bytes:
    return bits.to_bytes((bits.bit_length() + 7) // 8, "little")
