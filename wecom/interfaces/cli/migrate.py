"""`wecom migrate`: bring the database to this version's schema."""

import argparse

from wecom.foundation.db import Pool
from wecom.migrations.run import SCHEMA, dump_schema, newest_revision
from wecom.settings import Settings

from .prepare import owner_url
from .reach import with_database


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dump", action="store_true", help="also write the schema down, for reading, in schema.sql")


def run(arguments: argparse.Namespace) -> int:
    async def step(pool: Pool, settings: Settings) -> int:
        print(f"the database is at {newest_revision()}")
        if arguments.dump:
            SCHEMA.write_text(await dump_schema(owner_url(settings)))
            print(f"wrote {SCHEMA}")
        return 0

    return with_database(arguments, step)
