"""Connections and transactions: the only file that opens either.

Read committed plus explicit row locks, taken in a fixed order: conversations' streams first, by
ascending id; every other stream when the transaction ends, by ascending id (see `streams`).
"""

import asyncio
import logging
import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Protocol

import asyncpg
import orjson

log = logging.getLogger(__name__)

Record = asyncpg.Record
UniqueViolation = asyncpg.UniqueViolationError
ConnectionLost = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    ConnectionError,
    OSError,
    asyncio.TimeoutError,
)
"""What a query raises when the database went away under it; the caller may try again."""
LockTimeout = asyncpg.LockNotAvailableError
Unkept = (asyncpg.IntegrityConstraintViolationError, asyncpg.DataError)
"""What a query raises when the database cannot keep what it was given."""
TryAgain = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError, LockTimeout, asyncpg.QueryCanceledError)
"""What a query raises when another transaction was in its way, or it took longer than the database's own
`statement_timeout` allows: nothing was done, and it may be tried again."""


PIECE = 1 << 18
REFUSED_FOR = 0.2
"""Seconds for which a database that could not be reached is not asked again."""
BRIDGED = 1.0
"""Seconds for which whoever needs a connection waits for a database that has just gone: its restart takes less."""


class Db(Protocol):
    """Anything a query can run on: the pool, for one read, or an open transaction."""

    async def fetch(self, sql: str, *args: Any) -> list[Record]: ...
    async def fetchrow(self, sql: str, *args: Any) -> Record | None: ...
    async def fetchval(self, sql: str, *args: Any) -> Any: ...
    async def execute(self, sql: str, *args: Any) -> str: ...


class Pool:
    """Connections to the one database, and who is told of what was committed over them."""

    def __init__(self, connections: "asyncpg.Pool[Record]") -> None:
        self.connections = connections
        self.fetch = connections.fetch
        self.fetchrow = connections.fetchrow
        self.fetchval = connections.fetchval
        self.execute = connections.execute
        self.committed: Callable[[Sequence[Any]], Awaitable[None]] | None = None
        """Called with the stream changes of each commit; the doorbell sets it."""

    async def close(self) -> None:
        try:
            await asyncio.wait_for(self.connections.close(), 5)
        except TimeoutError:
            self.connections.terminate()


class Tx:
    """An open transaction, and what is to happen once it has committed.

    Nothing slow may run inside one: no network, no hashing, no rendering. Work that is slow, or
    that may fail on its own, is a job enqueued in the same transaction.
    """

    def __init__(self, connection: "asyncpg.pool.PoolConnectionProxy[Record]") -> None:
        self.fetch = connection.fetch
        self.fetchrow = connection.fetchrow
        self.fetchval = connection.fetchval
        self.execute = connection.execute
        self.apart = connection.transaction
        """Opens a part within it: what fails there is undone alone."""
        self._copy = connection.copy_to_table
        self.before_commit: list[Callable[[Tx], Awaitable[None]]] = []
        self.after_commit: list[Callable[[], Awaitable[None]]] = []
        self.told: list[tuple[int, Any]] = []
        """Events that streams number as the transaction ends."""
        self.changes: list[Any] = []
        """Changes already numbered, told to listeners after commit."""

    async def copy(self, table: str, columns: Sequence[str], rows: bytes) -> None:
        """Add rows that are made ready as `COPY … WITH (FORMAT binary)` reads them."""

        async def pieces() -> AsyncIterator[bytes]:
            for start in range(0, len(rows), PIECE):
                yield rows[start : start + PIECE]

        await self._copy(table, source=pieces(), columns=columns, format="binary")


@asynccontextmanager
async def transaction(pool: Pool) -> AsyncIterator[Tx]:
    """Commit what is done inside, or nothing of it; then tell who must know."""
    async with pool.connections.acquire() as connection:
        async with connection.transaction():
            tx = Tx(connection)
            yield tx
            while tx.before_commit:
                await tx.before_commit.pop(0)(tx)
    await tell(pool, tx)


@asynccontextmanager
async def one_statement(pool: Pool) -> AsyncIterator[Tx]:
    """For a single statement, which commits itself in one round trip. Nobody is told: that is for `tell`."""
    async with pool.connections.acquire() as connection:
        yield Tx(connection)


async def tell(pool: Pool, tx: Tx) -> None:
    """Do what was to happen after the commit."""
    steps = list(tx.after_commit)
    if tx.changes and pool.committed:
        committed = pool.committed
        steps.insert(0, lambda: committed(tx.changes))
    for step in steps:
        try:
            await step()
        except Exception:  # What was changed is already true; only the telling failed.
            log.exception("after commit")


async def open_pool(
    url: str,
    *,
    role: str | None = None,
    size: int = 10,
    timeout: float = 10,
    patience: float | None = 60,
    lock_patience: float = 0,
) -> Pool:
    """A pool on `url`. `role`: act as this role, for a login that may do more than it should. `patience`: seconds that
    a statement may take; `lock_patience`: that it may wait for another transaction, 0 for as long as that takes."""
    settings = {"application_name": "wecom", "timezone": "UTC"} | ({"role": role} if role else {})
    if lock_patience:
        settings["lock_timeout"] = f"{lock_patience:.3f}s"
    connections = await asyncpg.create_pool(
        url,
        connect=_unless_just_refused(),
        min_size=1,
        max_size=size,
        timeout=timeout,
        command_timeout=patience,
        max_inactive_connection_lifetime=300,
        server_settings=settings,
        init=_teach_json,
        reset=_keep_session,
    )
    return Pool(connections)


def _unless_just_refused() -> Any:
    """How a pool connects. While the database is away it is asked a few times a second, however many wait for it:
    each attempt is a process on its side, and they would keep it from coming back. Nothing has been asked of it yet
    by then, so a short absence is waited out; in a long one everybody is refused at once."""
    away_since: float | None = None
    asked_at = -math.inf

    async def connect(*args: Any, **kwargs: Any) -> "asyncpg.Connection[Record]":
        nonlocal away_since, asked_at
        while True:
            now = time.monotonic()
            if away_since is not None and now - asked_at < REFUSED_FOR:
                if now - away_since > BRIDGED:
                    raise ConnectionRefusedError("the database was not there a moment ago")
                await asyncio.sleep(asked_at + REFUSED_FOR - now)
                continue
            asked_at = now
            try:
                connection: asyncpg.Connection[Record] = await asyncpg.connect(*args, **kwargs)
            except ConnectionLost:
                away_since, asked_at = away_since or now, time.monotonic()
                if asked_at - away_since > BRIDGED:
                    raise
            else:
                away_since = None
                return connection

    return connect


async def _teach_json(connection: "asyncpg.Connection[Record]") -> None:
    for kind in ("json", "jsonb"):
        await connection.set_type_codec(kind, encoder=_dumps, decoder=orjson.loads, schema="pg_catalog", format="text")
    await connection.set_type_codec("xid8", encoder=str, decoder=int, schema="pg_catalog", format="text")


async def _keep_session(connection: Any) -> None:
    """Nothing here changes a session's state outside a transaction, so handing back costs no round trip."""


def _dumps(value: Any) -> str:
    return orjson.dumps(value).decode()
