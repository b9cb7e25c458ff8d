"""W6: signing in with a password, sixteen at a time, each on a new connection."""

import asyncio
import itertools
import time

from ..options import Options
from ..peers.peer import Peer
from ..report import Report
from ..usage import Facts, Usage, latencies

AT_ONCE = 16
MEMBERS = 50


async def measure(peer: Peer, options: Options, report: Report) -> None:
    members = itertools.cycle(await peer.create_members(MEMBERS))
    for _ in range(options.reps):
        usage, started = Usage(peer.groups), time.perf_counter()
        end = started + options.seconds
        took: list[float] = []

        async def sign_in(end: float, took: list[float]) -> None:
            while (began := time.perf_counter()) < end:
                await peer.sign_in(next(members))
                took.append(time.perf_counter() - began)

        await asyncio.gather(*(sign_in(end, took) for _ in range(AT_ONCE)))
        facts: Facts = {"sign_ins_per_s": len(took) / (time.perf_counter() - started)}
        report.add(f"{AT_ONCE} at a time", facts | latencies("sign_in", took) | usage.stop())
