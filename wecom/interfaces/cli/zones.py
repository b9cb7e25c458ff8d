"""`wecom zones`: time zones as check-ins keep them, beside what this machine's zone database says by now.

A zone's offsets are stored when a rule first uses it, so that a new edition of the database changes no past result.
Where a government changes its clocks, an operator lets what is to come be taken over.
"""

import argparse
from datetime import UTC, datetime

from wecom.features import checkins
from wecom.features.accounts import SYSTEM
from wecom.features.checkins.calendar import stored_zones
from wecom.foundation.db import Pool, transaction
from wecom.settings import Settings

from .reach import with_database


def arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_subparsers(dest="what", metavar="list|adopt")
    what.add_parser("list", help="those that check-ins use, and whether the zone database says otherwise by now")
    adopting = what.add_parser("adopt", help="take what the zone database says of the time to come; what was, stays")
    adopting.add_argument("zone", help="such as Europe/Berlin")


def run(arguments: argparse.Namespace) -> int:
    async def adopt(pool: Pool, settings: Settings) -> int:
        async with transaction(pool) as tx:
            changed = await checkins.adopt_offsets(tx, SYSTEM, arguments.zone, now=datetime.now(UTC))
        print(f"{arguments.zone} is taken over" if changed else f"nothing to take over for {arguments.zone}")
        return 0

    async def show(pool: Pool, settings: Settings) -> int:
        for zone, same in await stored_zones(pool, now=datetime.now(UTC)):
            print(zone if same else f"{zone}  (the zone database says otherwise: `wecom zones adopt {zone}`)")
        return 0

    return with_database(arguments, adopt if arguments.what == "adopt" else show)
