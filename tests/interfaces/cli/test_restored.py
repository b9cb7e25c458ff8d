"""A database that comes from another server: everything goes on, and clients begin anew."""

from collections.abc import Sequence

import pytest

from tests.world import World
from wecom.features import accounts, figures
from wecom.features.accounts.queries import ended_since
from wecom.foundation import audit
from wecom.foundation.db import Pool, Tx, transaction
from wecom.foundation.streams import follow, moved_since
from wecom.foundation.streams.queries import Followed, current_xmin
from wecom.interfaces.cli.prepare import prepare
from wecom.migrations.restored import begin_anew, is_ahead

AHEAD = 1 << 40
COLUMNS = {
    "entries": "xid",
    "messages": "xid",
    "audit_records": "xid",
    "followers": "xid",
    "sessions": "ended_xid",
}


async def come_from_another_server(owner: Pool) -> None:
    """As after `pg_restore`: every id in the order it had, but of a server that had counted much further."""
    for table, column in COLUMNS.items():
        await owner.execute(f"UPDATE {table} SET {column} = ({column}::text::bigint + {AHEAD})::text::xid8")


async def heard_by(pool: Pool, name: str, *, limit: int = 500) -> list[tuple[int, int]]:
    heard: list[tuple[int, int]] = []

    async def note(tx: Tx, changes: Sequence[Followed]) -> None:
        heard.extend((each.stream_id, each.seq) for each in changes)

    await follow(pool, name, note, limit=limit)
    return heard


async def lived(world: World) -> list[tuple[int, int]]:
    """A company with a past; what the slow follower has not heard of it."""
    await world.say("zhangsan", world.lunch, "before")
    while await audit.seal(world.pool):
        pass
    for name in ("slow", "push"):
        while await heard_by(world.pool, name):
            pass
    late = await world.say("zhangsan", world.lunch, "not heard by the slow one")
    assert await heard_by(world.pool, "quick")
    await world.token("lisi")
    async with transaction(world.pool) as tx:
        await accounts.end_sessions(tx, world["lisi"].id, "revoked")
        await audit.record(tx, None, "test.unsealed", "test:1")
    rows = await world.pool.fetch("SELECT stream_id, seq FROM entries WHERE kind = 'sessions.ended'")
    return [(world.lunch, late.seq), *((row["stream_id"], row["seq"]) for row in rows)]


async def epoch(pool: Pool) -> str:
    value: str = await pool.fetchval("SELECT epoch FROM deployment")
    return value


async def test_everything_goes_on_in_a_server_that_counts_anew(world: World, owner: Pool) -> None:
    unheard, before = await lived(world), await epoch(world.pool)
    await come_from_another_server(owner)
    assert await is_ahead(world.pool)
    await world.say("lisi", world.lunch, "passed over")
    assert await audit.seal(world.pool) == 0, "what is wrong without mending it"

    await prepare(world.services.settings, with_demo=False)

    assert await epoch(world.pool) != before and not await is_ahead(world.pool)
    now = await current_xmin(world.pool)
    assert (await moved_since(world.pool, now))[1].keys() <= {1}, "the past has not moved"
    assert await ended_since(world.pool, now) == []
    new = await world.say("lisi", world.lunch, "after")
    assert (await moved_since(world.pool, now))[1][world.lunch] == new.seq
    for name in ("slow", "quick"):
        heard = await heard_by(world.pool, name)
        assert {*unheard, (world.lunch, new.seq)} <= set(heard), "nothing is skipped"
        assert (world.lunch, unheard[0][1] - 1) not in heard, "and not all that ever was comes again"
        assert await heard_by(world.pool, name) == []
    assert await audit.seal(world.pool) >= 2
    assert (await audit.verify(world.pool)).fault is None
    actions = [each.action for each in await audit.records(world.pool, before=None, limit=1)]
    assert actions == ["company.restored"]


async def test_what_was_counted_is_not_counted_again(world: World, owner: Pool) -> None:
    for n in range(3):
        await world.say("zhangsan", world.lunch, f"{n}")
        if n == 1:
            assert await figures.count_next(world.pool)
    await world.pool.execute("INSERT INTO followers (name, xid, stream_id, seq) VALUES ('search.rebuild', '0', 0, 0)")
    await come_from_another_server(owner)
    async with transaction(owner) as tx:
        assert await begin_anew(tx, only_if_ahead=True)
    while await figures.count_next(world.pool):
        pass
    assert await world.pool.fetchval("SELECT sum(messages) FROM day_senders") == 3
    await world.say("zhangsan", world.lunch, "vier")
    while await figures.count_next(world.pool):
        pass
    assert await world.pool.fetchval("SELECT sum(messages) FROM day_senders") == 4
    assert not await world.pool.fetch("SELECT FROM followers WHERE name = 'search.rebuild'")


async def test_an_ordinary_start_changes_nothing(world: World) -> None:
    await lived(world)
    before = await epoch(world.pool)
    await prepare(world.services.settings, with_demo=False)
    assert await epoch(world.pool) == before


async def test_of_two_that_start_at_once_one_begins_anew(world: World, owner: Pool) -> None:
    await lived(world)
    await come_from_another_server(owner)
    done = []
    for _ in range(2):
        async with transaction(owner) as tx:
            done.append(await begin_anew(tx, only_if_ahead=True))
    assert done == [True, False]


async def test_an_operator_says_that_a_backup_was_restored(
    world: World, owner: Pool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import asyncio

    from wecom.interfaces.cli.main import main

    unheard, before = await lived(world), await epoch(world.pool)
    settings = world.services.settings
    monkeypatch.setenv("WECOM_DATABASE_URL", settings.database_url.get_secret_value())
    monkeypatch.setenv("WECOM_DATABASE_OWNER_URL", settings.database_owner_url.get_secret_value())
    monkeypatch.setenv("WECOM_REDIS_URL", settings.redis_url.get_secret_value())
    assert await asyncio.to_thread(main, ["--data-dir", str(settings.data_dir), "restored"]) == 0
    assert "new epoch" in capsys.readouterr().out
    assert await epoch(world.pool) != before
    assert set(unheard) <= set(await heard_by(world.pool, "slow"))
