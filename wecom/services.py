"""The composition root: what a process is made of, opened and closed in order."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from redis import asyncio as aioredis
from redis.exceptions import RedisError

from .features.accounts import Arrival, Hasher, LdapPasswords, Limiter, Use, arrivals_by_tokens, note_uses
from .features.checkins import Board, Turnstile
from .features.directory import Company, company
from .features.directory.sync import LdapSource, open_source
from .features.messaging import Mailroom
from .features.messaging.pacing import SharedPaces
from .features.settings import Live
from .foundation.blobs import DiskStore, Store
from .foundation.db import Pool, open_pool
from .foundation.pictures import Decoder
from .foundation.streams import Doorbell
from .foundation.together import Together
from .settings import Settings, given_in


@dataclass(frozen=True, slots=True)
class Services:
    """What interfaces and workers are handed; features get only what they name."""

    settings: Settings
    live: Live
    company: Company
    pool: Pool
    redis: "aioredis.Redis"
    doorbell: Doorbell
    mailroom: Mailroom
    turnstile: Turnstile
    board: Board
    blobs: Store
    decoder: Decoder
    hasher: Hasher
    limiter: Limiter
    sessions: Together[str, Arrival]
    """Who hold tokens, for all who are asked for at once."""
    uses: Together[Use, None]
    """Of sessions, to be noted."""
    key: bytes
    ldap: LdapSource | None
    ldap_passwords: LdapPasswords | None
    clock: Callable[[], datetime]


LOCK_PATIENCE = 5.0
"""Seconds that a request waits for what another transaction has locked: who waits longer is told to try again, so that
those who wait do not hold all connections. Jobs wait as long as it takes."""


@asynccontextmanager
async def open_services(settings: Settings, *, hears: bool = True) -> AsyncIterator[Services]:
    """Connect to what the settings name. The database must have been migrated.

    `hears`: whether what other processes commit is of interest here; hearing all of it costs time.
    """
    async with contextlib.AsyncExitStack() as stack:
        url = settings.database_url.get_secret_value()
        owned = not settings.database_owner_url.get_secret_value()
        pool = await open_pool(
            url,
            role="wecom_app" if owned else None,
            size=settings.database_connections,
            lock_patience=LOCK_PATIENCE if hears else 0,
        )
        stack.push_async_callback(pool.close)
        redis: aioredis.Redis = aioredis.from_url(
            settings.redis_url.get_secret_value(), socket_connect_timeout=2, health_check_interval=15
        )
        stack.push_async_callback(redis.aclose)
        founded = await company(pool)
        doorbell = Doorbell(redis, founded.epoch)
        pool.committed = doorbell.ring
        if hears:
            hearing = asyncio.create_task(doorbell.listen())
            stack.push_async_callback(_cancel, hearing)
        stack.push_async_callback(doorbell.close)
        settings = settings.model_copy(update={"company_name": founded.founded_as})  # which it is for a new one only
        live = Live(pool, settings, given_in(os.environ))
        await live.hear()
        settings = live.settings
        mailroom = Mailroom(pool, rate=settings.message_rate)
        live.listeners.append(lambda now: mailroom.paces.change(now.message_rate))
        following = asyncio.create_task(live.follow_for_ever())
        stack.push_async_callback(_cancel, following)
        stack.push_async_callback(mailroom.close)
        if hears:
            sharing = asyncio.create_task(SharedPaces(mailroom.paces, doorbell).share_for_ever())
            stack.push_async_callback(_cancel, sharing)
        ldap = ldap_source(settings)
        yield Services(
            settings=settings,
            live=live,
            company=founded,
            pool=pool,
            redis=redis,
            doorbell=doorbell,
            mailroom=mailroom,
            turnstile=_turnstile(stack, pool),
            board=Board(pool),
            blobs=DiskStore(settings.data_dir / "blobs", left_free=settings.disk_free_mb << 20),
            decoder=Decoder(),
            hasher=_hasher(stack, settings),
            limiter=_limiter(stack, redis, founded.epoch),
            sessions=_sessions(stack, pool),
            uses=_uses(stack, pool),
            key=server_key(settings),
            ldap=ldap,
            ldap_passwords=_ldap_passwords(ldap),
            clock=lambda: datetime.now(UTC),
        )


def ldap_source(settings: Settings) -> LdapSource | None:
    """The directory that is configured, if one is; nothing is connected to."""
    if settings.ldap_config is None:
        return None
    return open_source(settings.ldap_config, settings.ldap_bind_password.get_secret_value())


def _ldap_passwords(source: LdapSource | None) -> LdapPasswords | None:
    if source is None or not source.config.sign_in.bind:
        return None
    return LdapPasswords(source)


def _turnstile(stack: contextlib.AsyncExitStack, pool: Pool) -> Turnstile:
    turnstile = Turnstile(pool)
    stack.push_async_callback(turnstile.close)
    return turnstile


def _limiter(stack: contextlib.AsyncExitStack, redis: "aioredis.Redis", deployment: str) -> Limiter:
    limiter = Limiter(redis, deployment)
    stack.push_async_callback(limiter.close)
    return limiter


def _sessions(stack: contextlib.AsyncExitStack, pool: Pool) -> Together[str, Arrival]:
    sessions: Together[str, Arrival] = Together(lambda tokens: arrivals_by_tokens(pool, tokens))
    stack.push_async_callback(sessions.close)
    return sessions


def _uses(stack: contextlib.AsyncExitStack, pool: Pool) -> Together[Use, None]:
    uses: Together[Use, None] = Together(lambda noted: note_uses(pool, noted))
    stack.push_async_callback(uses.close)
    return uses


def _hasher(stack: contextlib.AsyncExitStack, settings: Settings) -> Hasher:
    hasher = Hasher(_hashers(settings))
    stack.callback(hasher.close)
    return hasher


def _hashers(settings: Settings) -> int:
    """Threads for hashes in each web process, so that all processes together have one for each core."""
    cores = os.cpu_count() or 1
    return max(1, cores // (settings.processes or cores))


async def redis_answers(url: str) -> bool:
    redis: aioredis.Redis = aioredis.from_url(url, socket_connect_timeout=5)
    try:
        await redis.ping()
    except (RedisError, OSError, TimeoutError):
        return False
    finally:
        await redis.aclose()
    return True


def server_key(settings: Settings) -> bytes:
    """What tokens are signed with: as set, or made once in the data directory."""
    if given := settings.secret_key.get_secret_value():
        return given.encode()
    path = settings.data_dir / "secret.key"
    if not path.exists():
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        _write_once(path, os.urandom(32).hex())
    return path.read_text().strip().encode()


def _write_once(path: Path, text: str) -> None:
    """Whole and private, whoever is first; a rename would let a second starter change the key."""
    temporary = path.with_suffix(f".{os.getpid()}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
        os.fsync(file.fileno())
    with contextlib.suppress(FileExistsError):
        os.link(temporary, path)
    temporary.unlink()


async def _cancel(task: "asyncio.Task[None]") -> None:
    """Until it has ended: the Redis client swallows a cancellation that comes while it connects."""
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=0.2)
