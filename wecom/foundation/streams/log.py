"""Writing to streams, and reading one on."""

from collections.abc import Sequence

from ..db import Db, Tx
from . import queries
from .doorbell import Change
from .model import Event, Slice


async def advance(tx: Tx, stream_id: int, event: Event, *, audience: bytes | None = None) -> int:
    """Record `event` at once in a stream that the operation has locked; its number.

    `audience`: member ordinals as bits, where only some of those who hear the stream may hear of it.
    """
    seq = await queries.bump_head(tx, stream_id)
    if seq is None:
        raise LookupError(f"stream {stream_id} does not exist")
    await _write(tx, [(stream_id, seq, event)], audience)
    return seq


async def advance_all(tx: Tx, told: Sequence[tuple[int, Event]]) -> list[int]:
    """Record events at once, each in its stream, in the order given; their numbers.

    The streams are locked in ascending order: an operation has locked them before, or locks none after.
    """
    counts: dict[int, int] = {}
    for stream_id, _ in told:
        counts[stream_id] = counts.get(stream_id, 0) + 1
    heads = await queries.lock_streams(tx, list(counts))
    await queries.bump_heads(tx, list(counts), list(counts.values()))
    numbered = []
    for stream_id, event in told:
        heads[stream_id] += 1
        numbered.append((stream_id, heads[stream_id], event))
    await _write(tx, numbered)
    return [seq for _, seq, _ in numbered]


def tell(tx: Tx, stream_id: int, event: Event) -> None:
    """Record `event`; its number is taken as the transaction ends."""
    if not tx.told:
        tx.before_commit.append(_flush)
    tx.told.append((stream_id, event))


async def amend(tx: Tx, stream_id: int, seq: int, event: Event) -> None:
    """Make an entry say less than it did, for those who have not heard it: a later one has replaced what it said."""
    await queries.update_entry(tx, stream_id, seq, event.kind, event.model_dump_json())


async def since(
    db: Db, stream_id: int, cursor: int, *, to: int, limit: int = 1000, ordinal: int | None = None
) -> Slice:
    """What one viewer may see of a stream in `(cursor, to]`, at most `limit` entries of it."""
    rows = await queries.entries_between(db, stream_id, cursor, to, limit, ordinal)
    more = len(rows) == limit
    return Slice(cursor, rows[-1][0] if more else max(to, cursor), [row[1].encode() for row in rows], more)


async def _flush(tx: Tx) -> None:
    told = sorted(tx.told, key=lambda item: item[0])  # stable: each stream keeps the order it was told in
    tx.told.clear()
    await advance_all(tx, told)


async def _write(tx: Tx, numbered: list[tuple[int, int, Event]], audience: bytes | None = None) -> None:
    bodies = [event.model_dump_json() for _, _, event in numbered]
    ids, seqs = [s for s, _, _ in numbered], [n for _, n, _ in numbered]
    await queries.insert_entries(tx, ids, seqs, [e.kind for _, _, e in numbered], bodies, audience)
    tx.changes.extend(
        Change.of(stream_id, seq, event.kind, body.encode(), audience or b"")
        for (stream_id, seq, event), body in zip(numbered, bodies, strict=True)
    )
