"""After the time for which a report keeps its answers, nothing of them is anywhere; until then, in one place alone."""

import os
from datetime import date

from tests.features.health.clinic import FORM, local, officer, running, send
from tests.pictures import picture
from tests.world import World
from wecom.features import health, media
from wecom.features.health import Question, Value, photos, reading
from wecom.features.health.erasing import erase_some
from wecom.features.health.jobs import EraseHealthAnswers, OpenHealthReports, erase_health_answers, open_health_reports
from wecom.foundation import audit, blobs
from wecom.foundation.blobs import DiskStore
from wecom.foundation.db import transaction

MARK = "Zitronenfalter-4711"


async def tables_with(world: World, words: str) -> set[str]:
    """Every table of which any row has these words, as text or as bytes."""
    rows = await world.pool.fetch(
        "SELECT c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace "
        "WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'm')"
    )
    found = set()
    for table in (row["relname"] for row in rows):
        statement = f"SELECT EXISTS (SELECT FROM {table} AS t WHERE strpos(t::text, $1) > 0 OR strpos(t::text, $2) > 0)"
        if await world.pool.fetchval(statement, words, words.encode().hex()):
            found.add(table)
    return found


async def with_photo(world: World, userid: str) -> tuple[str, bytes]:
    """How an answer names a photo that somebody gave, and its hash."""
    hash = await blobs.keep(world.services.blobs, picture())
    kept = media.Kept("image", "photo.jpg", "image/jpeg", hash, len(picture()))
    async with transaction(world.pool) as tx:
        return await photos.give_photo(tx, world[userid].id, kept, now=local("2026-03-02 08:30")), hash


async def test_answers_are_gone_from_every_table_file_and_table_to_take_along(world: World) -> None:
    reader = await officer(world)
    job = await running(world, retention_days=7)
    token, hash = await with_photo(world, "lisi")
    said = (Value(1, option_ids=(1,)), Value(4, text=MARK), Value(5, photos=(token,)))
    await send(world, job, "lisi", "2026-03-02 09:00", said)
    await send(world, job, "lisi", "2026-03-02 09:01", said, client_id="changed")
    await send(world, job, "zhangsan", "2026-03-03 09:00", said[:2])
    async with transaction(world.pool) as tx:
        for day in (2, 3):
            await health.open_periods(tx, job, now=local(f"2026-03-0{day} 10:00"))
            await health.ask_directory(tx, now=local(f"2026-03-0{day} 10:00"))
    assert await tables_with(world, MARK) == {"health_answers"}, "one place knows it, and no other"

    async with transaction(world.pool) as tx:
        assert not await erase_some(tx, now=local("2026-03-09 19:59"))
    more = True
    while more:
        async with transaction(world.pool) as tx:
            more = await erase_some(tx, now=local("2026-03-09 20:00"))
    assert await tables_with(world, MARK) == {"health_answers"}, "the day after is kept for a day more"
    more = True
    while more:
        async with transaction(world.pool) as tx:
            more = await erase_some(tx, now=local("2026-03-10 20:00"))
    assert await tables_with(world, MARK) == set()
    assert await tables_with(world, token) == set()
    assert await world.pool.fetchval("SELECT count(*) FROM health_periods WHERE asked <> ''") == 0

    await world.pool.execute("UPDATE blobs SET created_at = now() - interval '2 days'")
    store = world.services.blobs
    assert isinstance(store, DiskStore)
    os.utime(store._path(hash), (0, 0))
    await blobs.collect(world.pool, store)
    assert await world.pool.fetchval("SELECT count(*) FROM blobs") == 0
    assert await store.get(hash) is None
    first, last = date(2026, 3, 1), date(2026, 3, 31)
    assert [page async for page in reading.answers_for_export(world.pool, reader, job.id, first, last)] == []
    async with transaction(world.pool) as tx:
        sums = await health.sums(tx, reader, job.id, first, last, None)
    assert (sums.whole.answered, sums.said, sums.picks, sums.numbers) == (0, {}, {}, {})
    found, total = await health.history(world.pool, world["lisi"].id, 0, 10)
    assert (found, total) == ([], 0)

    while await audit.seal(world.pool):
        pass
    verdict = await audit.verify(world.pool)
    assert verdict.fault is None and verdict.sealed > 0
    erased = await world.pool.fetch(
        "SELECT details FROM audit_records WHERE action = 'health_answers.erase' ORDER BY id"
    )
    assert [row["details"] for row in erased] == [
        {"date": "2026-03-02", "answers": 1},
        {"date": "2026-03-03", "answers": 1},
    ]
    told = await reading.periods_of(world.pool, reader, job.id, 0, 10, now=local("2026-03-04 00:00"))
    assert [(each.date.day, many) for each, many in told] == [(3, 1), (2, 1)], "how many it were is still told"


async def test_what_is_kept_for_less_is_erased_by_the_clock(world: World) -> None:
    await officer(world)
    job = await running(world, (Question(1, "text", "?"),), retention_days=1)
    await send(world, job, "lisi", "2026-03-02 09:00", (Value(1, text=MARK),))
    await open_health_reports(world.services, OpenHealthReports())  # it is long after by the server's clock
    assert FORM and await tables_with(world, MARK) == {"health_answers"}
    await erase_health_answers(world.services, EraseHealthAnswers())
    assert await tables_with(world, MARK) == set()


async def test_photos_that_no_answer_names_go_after_three_days(world: World) -> None:
    await with_photo(world, "lisi")
    await erase_health_answers(world.services, EraseHealthAnswers())
    assert await world.pool.fetchval("SELECT count(*) FROM health_photos") == 0
    assert await world.pool.fetchval("SELECT count(*) FROM blob_refs WHERE owner_kind = 'health_photo'") == 0
