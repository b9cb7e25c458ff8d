"""The Postgres and Valkey of our own that `wecom run` looks after, where the settings name no others."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Any

from pydantic import SecretStr

from wecom.foundation.embedded import CannotStart, EmbeddedPostgres, EmbeddedValkey
from wecom.settings import Settings

log = logging.getLogger(__name__)

LONGEST_PAUSE = 10.0
LOOKS_EVERY = 0.1


@dataclass
class Patience:
    """How long to wait before the next attempt: nothing at first, then ever longer."""

    pause: float = 0.0
    until: float = 0.0

    def failed(self) -> None:
        self.pause = min(max(self.pause * 2, 0.1), LONGEST_PAUSE)
        self.until = time.monotonic() + self.pause

    def succeeded(self) -> None:
        self.pause = self.until = 0.0

    @property
    def over(self) -> bool:
        return time.monotonic() >= self.until


@dataclass
class OwnServers:
    """Started together, watched, started again when they die, stopped in the end.

    Nothing here keeps an event loop between two calls, because the supervisor forks between them.
    """

    postgres: EmbeddedPostgres | None
    valkey: EmbeddedValkey | None
    patience: Patience = field(default_factory=Patience)

    @classmethod
    def needed(cls, settings: Settings) -> "OwnServers":
        postgres = not settings.database_url.get_secret_value()
        valkey = not settings.redis_url.get_secret_value()
        return cls(
            EmbeddedPostgres(settings.data_dir) if postgres else None,
            EmbeddedValkey(settings.data_dir) if valkey else None,
        )

    def __iter__(self) -> Iterator[EmbeddedPostgres | EmbeddedValkey]:
        return (each for each in (self.postgres, self.valkey) if each is not None)

    def start(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        """Start what is needed; `meanwhile` runs while they come up."""
        asyncio.run(self._start(meanwhile))

    def settings(self, settings: Settings) -> Settings:
        """The settings, with the addresses of our own servers filled in."""
        urls: dict[str, SecretStr] = {}
        if self.postgres:
            urls["database_url"] = SecretStr(self.postgres.url("wecom_app"))
            urls["database_owner_url"] = SecretStr(self.postgres.url("wecom_owner"))
        if self.valkey:
            urls["redis_url"] = SecretStr(self.valkey.url)
        return settings.model_copy(update=urls)

    def revive(self, given_up: Callable[[], bool] = lambda: False) -> None:
        """Start again what died; `given_up` is asked meanwhile, since a database may be long in coming back."""
        dead = [each for each in self if not each.running]
        if not dead or not self.patience.over:
            return
        for each in dead:
            log.warning("%s died: starting it again", each.title)
            if given_up():
                return
            try:
                asyncio.run(_unless(given_up, each.start()))
            except CannotStart as problem:
                self.patience.failed()
                log.error("%s", problem)
            else:
                self.patience.succeeded()

    def stop(self) -> None:
        asyncio.run(self._stop())

    def let_go(self) -> None:
        """In a forked child: they are the supervisor's."""
        for each in self:
            each.let_go()

    async def _start(self, meanwhile: Callable[[], None]) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                for each in self:
                    group.create_task(each.start())
                group.create_task(asyncio.to_thread(meanwhile))
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from None

    async def _stop(self) -> None:
        await asyncio.gather(*(each.stop() for each in self), return_exceptions=True)


async def _unless(given_up: Callable[[], bool], start: Coroutine[Any, Any, None]) -> None:
    starting = asyncio.ensure_future(start)
    while not starting.done():
        await asyncio.wait([starting], timeout=LOOKS_EVERY)
        if given_up():
            starting.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await starting
