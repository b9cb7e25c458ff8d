"""`wecom restored`: say that the database comes from a backup, before the server starts again."""

import argparse

from wecom.foundation.db import Pool, transaction
from wecom.migrations.restored import begin_anew
from wecom.settings import Settings

from .prepare import as_owner
from .reach import with_database


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Say that the database comes from a backup, while no server is running: every client loads anew, and "
        "what is kept of the old server's transactions is forgotten. A dump that was loaded into another server is "
        "recognised at the next start without this."
    )


def run(arguments: argparse.Namespace) -> int:
    async def step(pool: Pool, settings: Settings) -> int:
        async with as_owner(settings) as owner, transaction(owner) as tx:
            await begin_anew(tx)
        print("the company begins a new epoch: clients load everything anew")
        return 0

    return with_database(arguments, step)
