"""One process's settings, which follow what administrators set."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any

from wecom.settings import Settings, Source

from ...foundation.db import ConnectionLost, Pool
from . import queries
from .model import accepted

log = logging.getLogger(__name__)

EVERY = 1.0


class Live:
    """Keeps `settings`, which everybody in this process is handed, as they are set."""

    def __init__(self, pool: Pool, started_with: Settings, given: Mapping[str, Source]) -> None:
        self.started_with = started_with
        self.given = given
        """Where those stand that the server was given."""
        self.settings = started_with.model_copy()
        self.listeners: list[Callable[[Settings], None]] = []
        """Called with the settings after each change, for whoever has to do more than to read them anew."""
        self._pool = pool
        self._heard: dict[str, Any] = {}

    async def hear(self) -> None:
        """Take on what was changed since the last time."""
        kept = await queries.kept_values(self._pool)
        if kept == self._heard:
            return
        self._heard = kept
        values, refused = accepted(kept)
        for why in refused:
            log.warning("a setting in the database is passed over: %s", why)
        self.settings.become(self.started_with.model_copy(update=values))
        for listener in self.listeners:
            listener(self.settings)

    async def follow_for_ever(self) -> None:
        away = False
        while True:
            await asyncio.sleep(EVERY)
            try:
                await self.hear()
                away = False
            except ConnectionLost as problem:
                if not away:  # Once for each time it goes; what was set before holds meanwhile.
                    log.warning("no database", extra={"task": "settings", "why": repr(problem)})
                away = True
            except Exception:
                log.exception("bug", extra={"task": "settings"})
