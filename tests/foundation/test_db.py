"""Transactions: all or nothing, and what happens around the commit."""

import asyncio
from typing import Any

import asyncpg
import pytest

from wecom.foundation.db import ConnectionLost, Pool, Tx, open_pool, transaction


async def insert_stream(tx: Tx, id: int) -> None:
    await tx.execute("INSERT INTO streams (id) VALUES ($1)", id)


async def stream_count(pool: Pool) -> int:
    count: int = await pool.fetchval("SELECT count(*) FROM streams WHERE id >= 1000")
    return count


async def test_a_refusal_leaves_nothing(pool: Pool) -> None:
    with pytest.raises(LookupError):
        async with transaction(pool) as tx:
            await insert_stream(tx, 1000)
            raise LookupError
    assert await stream_count(pool) == 0


async def test_what_is_done_inside_is_there_afterwards(pool: Pool) -> None:
    async with transaction(pool) as tx:
        await insert_stream(tx, 1000)
        assert await stream_count(pool) == 0
    assert await stream_count(pool) == 1


async def test_steps_before_the_commit_run_in_order_and_may_add_steps(pool: Pool) -> None:
    done: list[str] = []

    async def first(tx: Tx) -> None:
        done.append("first")
        tx.before_commit.append(third)

    async def second(tx: Tx) -> None:
        done.append("second")

    async def third(tx: Tx) -> None:
        done.append("third")
        await insert_stream(tx, 1000)

    async with transaction(pool) as tx:
        tx.before_commit += [first, second]
    assert done == ["first", "second", "third"]
    assert await stream_count(pool) == 1


async def test_a_step_that_fails_before_the_commit_undoes_it(pool: Pool) -> None:
    async def refuse(tx: Tx) -> None:
        raise LookupError

    with pytest.raises(LookupError):
        async with transaction(pool) as tx:
            await insert_stream(tx, 1000)
            tx.before_commit.append(refuse)
    assert await stream_count(pool) == 0


async def test_steps_after_the_commit_see_it_and_one_failing_stops_no_other(
    pool: Pool, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[int] = []

    async def fail() -> None:
        raise LookupError("somebody could not be told")

    async def look() -> None:
        seen.append(await stream_count(pool))

    async with transaction(pool) as tx:
        await insert_stream(tx, 1000)
        tx.after_commit += [fail, look]
    assert seen == [1]
    assert "somebody could not be told" in caplog.text


async def test_nothing_after_the_commit_runs_without_one(pool: Pool) -> None:
    told: list[str] = []

    async def tell() -> None:
        told.append("told")

    with pytest.raises(LookupError):
        async with transaction(pool) as tx:
            tx.after_commit.append(tell)
            raise LookupError
    assert told == []


async def test_json_goes_in_and_out_as_python(pool: Pool) -> None:
    value = {"名": ["张三", 1, None, True]}
    assert await pool.fetchval("SELECT $1::jsonb", value) == value
    assert await pool.fetchval("SELECT $1::json", value) == value
    assert await pool.fetchval("SELECT $1::xid8", 2**40) == 2**40


async def test_a_login_that_owns_the_schema_acts_as_the_application(owner_url: str) -> None:
    pool = await open_pool(owner_url.replace("wecom_owner", "postgres"), role="wecom_app", size=1)
    try:
        assert await pool.fetchval("SELECT current_user") == "wecom_app"
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await pool.execute("CREATE TABLE mine (id int)")
    finally:
        await pool.close()


async def test_losing_the_database_is_said_as_losing_it(pool: Pool, owner_url: str) -> None:
    postgres = await open_pool(owner_url.replace("wecom_owner", "postgres"), size=1)
    try:
        with pytest.raises(ConnectionLost):
            async with transaction(pool) as tx:
                backend = await tx.fetchval("SELECT pg_backend_pid()")
                await postgres.execute("SELECT pg_terminate_backend($1)", backend)
                await tx.execute("SELECT 1")
        assert await pool.fetchval("SELECT 1") == 1
    finally:
        await postgres.close()


async def test_a_database_that_is_away_is_not_stormed(owner_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pool = await open_pool(owner_url, size=5)
    attempts, real = 0, asyncpg.connect

    async def refuse(*args: object, **kwargs: object) -> None:
        nonlocal attempts
        attempts += 1
        raise ConnectionRefusedError

    try:
        await pool.connections.expire_connections()
        monkeypatch.setattr(asyncpg, "connect", refuse)
        for _ in range(50):
            with pytest.raises(ConnectionLost):
                await pool.fetchval("SELECT 1")
        assert 1 <= attempts < 10
        monkeypatch.setattr(asyncpg, "connect", real)
        monkeypatch.setattr("wecom.foundation.db.REFUSED_FOR", 0)
        assert await pool.fetchval("SELECT 1") == 1
    finally:
        await pool.close()


async def test_a_database_that_is_back_within_a_second_was_not_missed(
    owner_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = await open_pool(owner_url, size=5)
    attempts, real = 0, asyncpg.connect

    async def refuse_at_first(*args: Any, **kwargs: Any) -> Any:
        nonlocal attempts
        attempts += 1
        if attempts < 3:
            raise asyncpg.CannotConnectNowError("the database system is starting up")
        return await real(*args, **kwargs)

    try:
        await pool.connections.expire_connections()
        monkeypatch.setattr(asyncpg, "connect", refuse_at_first)
        assert await asyncio.gather(*(pool.fetchval("SELECT 1") for _ in range(5))) == [1] * 5
        assert attempts < 10
    finally:
        await pool.close()
