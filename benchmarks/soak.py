"""`make soak SOAK=60`: for an hour, hurt a server and call it wrongly, and see whether its promises hold.

Every round is a run of the history checker on one server that lives through all of them: web processes, the worker,
Postgres and Valkey are killed, devices cut off, members added and removed, and then everybody's view is held against
what was acknowledged. Before the rounds, every operation of the API is called well and badly, as each role.
"""

import argparse
import os
import subprocess
import sys
import time

from tests.journeys.history.checker import faults
from tests.journeys.history.crowd import Plan, make_history, with_uvloop
from tests.journeys.history.server import Server, running_server

CALLS = 50
"""Good and bad calls of each operation."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="soak", description=__doc__)
    parser.add_argument("minutes", type=float, nargs="?", default=10.0, help="how long to hurt the server")
    parser.add_argument("--devices", type=int, default=50, help="devices that talk")
    parser.add_argument("--no-fuzzing", action="store_true", help="leave out the calls of every operation")
    arguments = parser.parse_args()
    end = time.monotonic() + arguments.minutes * 60
    if not arguments.no_fuzzing and _fuzz():
        return 1
    number, plan = 0, Plan(messages=0, kills=0, devices=arguments.devices)
    with running_server(message_rate="1000000") as server:
        while time.monotonic() < end:
            number += 1
            if not _round(server, plan, number):
                print(server.log()[-20_000:])
                return 1
    return 0


def _round(server: Server, plan: Plan, number: int) -> bool:
    crowd, history = with_uvloop(make_history(server, plan))
    found = faults(history)
    print(
        f"round {number}: {history.acknowledged} messages acknowledged, {crowd.comings} came, {crowd.goings} went,"
        f" {crowd.cuts} devices cut off, killed {server.killed}: {len(found) or 'no'} faults",
        flush=True,
    )
    for fault in found:
        print(f"  {fault.kind}: {fault.what}")
    return not found


def _fuzz() -> int:
    command = [sys.executable, "-m", "pytest", "-q", "tests/journeys/test_bad_input.py"]
    return subprocess.run(command, env=os.environ | {"WECOM_FUZZ": str(CALLS)}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
