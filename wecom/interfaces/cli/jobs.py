"""`wecom jobs`: work that failed until it was given up."""

import argparse

import orjson

from wecom.foundation.db import Pool
from wecom.foundation.jobs import failed_jobs, retry_failed
from wecom.settings import Settings

from .reach import with_database


def arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_subparsers(dest="what", metavar="list|retry", required=True)
    listing = what.add_parser("list", help="what was given up, newest first")
    listing.add_argument("--limit", type=int, default=100)
    retrying = what.add_parser("retry", help="make it due again")
    retrying.add_argument("id", type=int, nargs="?", help="one of them; else all")


def run(arguments: argparse.Namespace) -> int:
    async def step(pool: Pool, settings: Settings) -> int:
        if arguments.what == "retry":
            count = await retry_failed(pool, arguments.id)
            print(f"{count} made due again")
            return 0 if count or arguments.id is None else 1
        for job in await failed_jobs(pool, arguments.limit):
            at = job.failed_at.isoformat(timespec="seconds")
            print(f"{job.id}\t{at}\t{job.kind}\t{orjson.dumps(job.args).decode()}\t{job.error}")
        return 0

    return with_database(arguments, step)
