"""`wecom search rebuild`: make the index of messages anew, while the server runs."""

import argparse
import sys

from wecom.features.messaging.searching import rebuild
from wecom.foundation.db import Pool
from wecom.settings import Settings

from .progress import Progress
from .reach import with_database


def arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_subparsers(dest="what", metavar="rebuild", required=True)
    what.add_parser(
        "rebuild",
        help="make it anew from every message, without holding anybody up; goes on where it was stopped",
    )


def run(arguments: argparse.Namespace) -> int:
    async def step(pool: Pool, settings: Settings) -> int:
        progress, done = Progress(sys.stderr), 0

        def tell(count: int) -> None:
            nonlocal done
            done += count
            progress("changes read", done, 0)

        try:
            await rebuild(pool, tell)
        finally:
            progress.end()
        print(f"the index is made anew from {done:,} changes")
        return 0

    return with_database(arguments, step)
