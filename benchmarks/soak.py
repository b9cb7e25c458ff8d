"""`make soak SOAK=60`: for an hour, hurt a server and call it wrongly, and see whether its promises hold.

Every round is a run of the history checker on one server that lives through all of them: web processes, the worker,
Postgres and Valkey are killed, devices cut off, members added and removed, and then everybody's view is held against
what was acknowledged. Before the rounds, every operation of both APIs is called well and badly, as each role
and with each kind of token (`--fuzz 0` leaves that out; `0 --fuzz 200` does nothing else).
"""

import argparse
import os
import secrets
import subprocess
import sys
import time

from tests.journeys.history.checker import faults
from tests.journeys.history.crowd import Plan, make_history, with_uvloop
from tests.journeys.history.server import Server, running_server


def main() -> int:
    parser = argparse.ArgumentParser(prog="soak", description=__doc__)
    parser.add_argument("minutes", type=float, nargs="?", default=10.0, help="how long to hurt the server")
    parser.add_argument("--devices", type=int, default=50, help="devices that talk")
    parser.add_argument("--fuzz", type=int, metavar="N", default=50, help="good and bad calls of every operation")
    arguments = parser.parse_args()
    if arguments.fuzz and _fuzz(arguments.fuzz):
        return 1
    if not arguments.minutes:
        return 0
    end = time.monotonic() + arguments.minutes * 60
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


def _fuzz(calls: int) -> int:
    """Draw other calls than the last time; the seed is told, to draw them again."""
    seed = os.environ.get("WECOM_FUZZ_SEED") or str(secrets.randbelow(2**32))
    print(f"{calls} good and {calls} bad calls of every operation, WECOM_FUZZ_SEED={seed}", flush=True)
    documents = ["tests/journeys/test_bad_input.py", "tests/journeys/test_bad_wecom_calls.py"]
    command = [sys.executable, "-m", "pytest", "-q", "-s", *documents]
    environment = os.environ | {"WECOM_FUZZ": str(calls), "WECOM_FUZZ_SEED": seed}
    return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
