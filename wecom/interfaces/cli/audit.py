"""`wecom audit verify`: recompute the log of what was done, and say whether it is whole."""

import argparse
import sys

from wecom.foundation.audit import seal, verify
from wecom.foundation.db import Pool
from wecom.settings import Settings

from .reach import with_database


def arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_subparsers(dest="what", metavar="verify", required=True)
    verifying = what.add_parser("verify", help="recompute every leaf, link and commitment")
    verifying.add_argument(
        "--kept", metavar="POSITION:CHAIN", type=_kept, help="what an earlier verification printed, kept elsewhere"
    )


def run(arguments: argparse.Namespace) -> int:
    async def step(pool: Pool, settings: Settings) -> int:
        while await seal(pool):
            pass
        verdict = await verify(pool, kept=arguments.kept)
        print(f"{verdict.sealed}:{verdict.chain.hex()}")
        if verdict.fault:
            print(f"wecom: {verdict.fault}", file=sys.stderr)
            return 1
        return 0

    return with_database(arguments, step)


def _kept(text: str) -> tuple[int, bytes]:
    position, _, chain = text.partition(":")
    return int(position), bytes.fromhex(chain)
