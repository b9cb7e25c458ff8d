"""Listening to LDAP: whoever changes there is looked at again, here and at once."""

import contextlib
import logging
import os
import secrets
import time
from datetime import timedelta
from typing import Any

from ...foundation.blobs import Store
from ...foundation.db import Pool, transaction
from ...foundation.errors import WecomError
from ...foundation.jobs import enqueue_once
from ..accounts import SYSTEM
from ..directory import sync
from ..directory.ldap_refusals import LdapBeginAnew, LdapHungUp
from ..directory.sync import LdapSource
from ..directory.sync.changes import Changes, Noticed, open_changes
from .jobs import LANE, ReadLdap
from .syncing import sync_groups, sync_some

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=20)
PATIENCE = 1.0
AGAIN_AFTER = 5.0
"""Seconds before a server that went away is asked again."""


class Listening:
    """One worker listens at a time, and another goes on where it stood."""

    def __init__(self) -> None:
        self.worker = f"{os.getpid()}-{secrets.token_hex(4)}"
        self.changes: Changes | None = None
        self.trouble = ""
        self.not_before = 0.0

    async def step(self, services: Any) -> bool:
        """Hear for a moment, and act on it; whether to go on at once."""
        source: LdapSource | None = services.ldap
        if source is None or source.config.incremental == "off" or time.monotonic() < self.not_before:
            return False
        try:
            if not await sync.queries.hold_listening(services.pool, self.worker, LEASE):
                await self._hang_up(source)
                return False
            return await self._hear(services.pool, services.blobs, source)
        except LdapBeginAnew:
            await sync.queries.forget_cursors(services.pool)
        except LdapHungUp:
            self.changes = None
            return False
        except WecomError as problem:
            if str(problem) != self.trouble:  # once for each time it goes
                log.warning("listening to LDAP", extra={"why": str(problem)})
            self.trouble = str(problem)
            self.not_before = time.monotonic() + AGAIN_AFTER
        except Exception:
            # What was heard and could not be kept is said once more to who listens anew, from where the cursor stands.
            await self._hang_up(source)
            raise
        await self._hang_up(source)
        return False

    async def close(self, services: Any) -> None:
        """Let another worker listen at once."""
        if services.ldap is not None:
            await sync.queries.stop_listening(services.pool, self.worker)
            await self._hang_up(services.ldap)

    async def _hang_up(self, source: LdapSource) -> None:
        if self.changes:
            changes, self.changes = self.changes, None
            with contextlib.suppress(LdapHungUp):
                await source.asking.ask(changes.close)

    async def _hear(self, pool: Pool, store: Store, source: LdapSource) -> bool:
        if self.changes is None:
            cursors = await sync.queries.cursors(pool)
            self.changes = await source.asking.ask(open_changes, source, cursors)
            if self.changes is None:
                return False
        noticed = await source.asking.ask(self.changes.notice, PATIENCE)
        self.trouble = ""
        if noticed != Noticed():
            await attend(pool, store, source, noticed)
        if ended := await sync.queries.ended(pool):  # of which no server tells
            await attend(pool, store, source, Noticed(ids=ended))
            await sync.queries.forget_ends(pool, ended)
        if self.changes.pause:
            self.not_before = time.monotonic() + self.changes.pause
        return not self.changes.pause


async def attend(pool: Pool, store: Store, source: LdapSource, noticed: Noticed) -> None:
    """Look at those who changed; and have everything read where that is not enough."""
    known = await sync.queries.links(pool, noticed.if_known) if noticed.if_known else []
    ids = list(dict.fromkeys([*noticed.ids, *(each[0] for each in known)]))
    everything = noticed.everything
    named: list[str] = []
    if noticed.keys:
        named = await sync.queries.ids_of_keys(pool, noticed.keys)
        everything |= len(named) < len(set(noticed.keys))
        ids += named
    groups = noticed.units_or_groups
    groups |= bool(noticed.groups) and await sync.queries.stands_for_many(pool, noticed.groups)
    try:
        left = await sync_some(pool, source, SYSTEM, ids, store=store, there=noticed.others, known=named)
        everything |= left.everything
        if (groups or left.groups) and not everything:
            everything |= (await sync_groups(pool, source, SYSTEM)).everything
    except sync.SyncRefused as refused:
        log.warning("LDAP sync refused", extra={"why": str(refused)})
        everything = True  # which the guards look at as a whole, and somebody can then look at
    async with transaction(pool) as tx:
        for place, cursor in noticed.cursors.items():
            await sync.queries.put_cursor(tx, place, cursor)
        if everything:
            await enqueue_once(tx, ReadLdap(), lane=LANE)
