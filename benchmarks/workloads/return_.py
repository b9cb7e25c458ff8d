"""W4: somebody comes back to 1,000 messages in ten rooms."""

import asyncio
import statistics
import time

from ..options import Options
from ..peers.peer import Peer, Room
from ..report import Report
from ..tally import Tally
from ..usage import Facts, Usage

ROOMS = 10
EACH = 100
AWAY = 5


async def measure(peer: Peer, options: Options, report: Report) -> None:
    speaker, *away = await peer.create_members(1 + AWAY * options.reps)
    rooms = [await peer.create_room(speaker, [speaker, *away]) for _ in range(ROOMS)]
    marks = [await peer.mark(member) for member in away]
    tally = Tally()
    session = await peer.connect(speaker, tally.hear)
    for room in rooms:
        await session.enter(room)

    async def talk(room: Room) -> None:
        for _ in range(EACH):
            await tally.send(session, room)

    await asyncio.gather(*(talk(room) for room in rooms))
    await session.close()
    await peer.analyze()
    await asyncio.sleep(2)
    for rep in range(options.reps):
        usage, took, got = Usage(peer.groups), [], []
        for n in range(rep, len(away), options.reps):
            started = time.perf_counter()
            got.append(await peer.catch_up(away[n], marks[n], rooms))
            took.append((time.perf_counter() - started) * 1000)
        facts: Facts = {"ms": statistics.median(took), "first_ms": took[0], "worst_ms": max(took), "got": min(got)}
        report.add(f"{ROOMS * EACH} messages in {ROOMS} rooms", facts | usage.stop())
