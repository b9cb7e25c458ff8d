"""Turns at the directory: an import, or a reading of LDAP, has it for itself; other changes go side by side.

Whoever waits holds a connection, and an import may take a minute. So few wait, in all processes together, and not for
long; the others are told so at once. Connections are left for those who only read, or speak.
"""

from wecom.foundation.db import LockTimeout, Tx

from . import queries
from .refusals import DirectoryBusy

SEATS = 3
"""How many wait for an import to end."""

PATIENCE = 2.0
"""Seconds that they wait."""

PATIENCE_OF_IMPORTS = 45.0
"""The same of an import, or a reading of LDAP, for another: nobody waits for its answer."""


async def keep_imports_away(tx: Tx) -> None:
    """Let no import begin until the transaction ends; raises `DirectoryBusy` where one goes on.

    Every change to the directory does so itself; a story that also locks anything else does so first.
    """
    if await queries.share_directory(tx):
        return
    if not await queries.take_seat(tx, SEATS):
        raise DirectoryBusy(retry_after=PATIENCE)
    try:
        await queries.wait_for_directory(tx, PATIENCE)
    except LockTimeout:
        raise DirectoryBusy(retry_after=PATIENCE) from None


async def own_directory(tx: Tx) -> None:
    """Keep every other change to the directory away until the transaction ends."""
    try:
        await queries.own_directory(tx, PATIENCE_OF_IMPORTS)
    except LockTimeout:
        raise DirectoryBusy(retry_after=PATIENCE_OF_IMPORTS) from None
