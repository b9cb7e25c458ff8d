"""W5: from the start of the process to the first answer to somebody who is signed in; memory when idle."""

import asyncio
import time

from ..options import Options
from ..peers.peer import Peer
from ..report import Report
from ..usage import Facts, memory

IDLE = 5.0


async def measure(peer: Peer, options: Options, report: Report) -> None:
    (member,) = await peer.create_members(1)
    for _ in range(options.reps):
        await peer.stop()
        await asyncio.sleep(1)
        started = time.perf_counter()
        peer.launch()
        await peer.ready(member)
        took = time.perf_counter() - started
        await asyncio.sleep(IDLE)
        groups = peer.groups()
        facts: Facts = {"ready_s": took, "pss_mb": memory(groups["server"]) * 1024 / 1e6}
        facts |= {f"{name}_pss_mb": memory(pids) * 1024 / 1e6 for name, pids in groups.items() if name != "server"}
        report.add("cold start", facts)
