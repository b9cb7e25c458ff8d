"""W2: one room of many connected members; how long a message takes to reach the last of them."""

import asyncio
import random
import statistics

from ..options import Options
from ..peers.peer import Peer, Room, Session, at_most, connect_all
from ..report import Report
from ..tally import Tally
from ..usage import Facts, Usage, percentile

MESSAGES = 20


async def measure(peer: Peer, options: Options, report: Report) -> None:
    tally = Tally()
    members = await peer.create_members(max(options.crowds))
    for size in options.crowds:
        room = await peer.create_room(members[0], members[:size])
        sessions = await connect_all(peer, members[:size], tally.hear)
        await at_most(16, [session.enter(room) for session in sessions])
        await peer.analyze()
        await asyncio.sleep(3)
        await _one(tally, random.choice(sessions), room, size)
        for _ in range(options.reps):
            usage = Usage(peer.groups)
            each = [await _one(tally, random.choice(sessions), room, size) for _ in range(MESSAGES)]
            used = usage.stop()
            half, last, answer = (statistics.median(column) for column in zip(*each, strict=True))
            facts: Facts = {"half_ms": half, "last_ms": last, "worst_ms": max(last for _, last, _ in each)}
            report.add(f"{size} members", facts | {"acknowledge_ms": answer} | used)
        await asyncio.gather(*(session.close() for session in sessions))
        await asyncio.sleep(1)


async def _one(tally: Tally, session: Session, room: Room, size: int) -> tuple[float, float, float]:
    """Milliseconds until half have it, until all have, and until its sender is answered."""
    await asyncio.sleep(0.1)
    tally.reset()
    await asyncio.wait_for(tally.send(session, room), 300)
    await tally.all_heard(size - 1, 60)
    if len(tally.heard) < size - 1:
        raise RuntimeError(f"only {len(tally.heard)} of {size - 1} heard it")
    return (percentile(tally.heard, 0.5) or 0) * 1000, max(tally.heard) * 1000, tally.acknowledged[0] * 1000
