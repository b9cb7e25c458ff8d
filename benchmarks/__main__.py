"""`python -m benchmarks`: run the workloads, print what came of them."""

import asyncio
import gc
import os
import platform
import resource
import shutil
import sys
import tempfile
from pathlib import Path

import uvloop

from . import options
from .options import Options
from .peers import PEERS, peer
from .report import Report
from .workloads import WORKLOADS

SHORT = {"w3", "w4", "w5", "w6", "all", "ldap", "search", "push", "checkins", "health"}
"""What one process more or less says nothing new about: left to `wecom` unless it is asked for alone."""


async def run(chosen: Options, place: Path, report: Report) -> None:
    for workload in chosen.workloads:
        title, measure = WORKLOADS[workload]
        print(f"{workload}: {title}", flush=True)
        for name in chosen.peers:
            if name == "wecom_1" and workload in SHORT and "wecom" in chosen.peers:
                continue
            measured = peer(name)(place)
            if workload not in measured.workloads:
                continue
            if lacking := measured.missing():
                print(f"  {name:<10} not installed: {lacking}", flush=True)
                continue
            report.workload, report.peer = workload, name
            try:
                await measured.start()
                await measure(measured, chosen, report)
            except Exception as problem:
                report.failed(problem)
            finally:
                await measured.close()
            gc.collect()


def main() -> int:
    chosen = options.read(None, list(PEERS), list(WORKLOADS))
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    place = chosen.place or Path(tempfile.mkdtemp(prefix="wecom-bench-"))
    place.mkdir(parents=True, exist_ok=True)
    place.chmod(0o755)
    report = Report()
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.platform()}", flush=True)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(run(chosen, place, report))
    finally:
        if chosen.place is None:
            shutil.rmtree(place, ignore_errors=True)
    print(f"\n{report.tables()}\n\n{report.targets()}")
    for name in chosen.peers:
        print(f"{name}: {peer(name)(place).settings}")
    if chosen.save:
        report.save(chosen.save)
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
