"""The audit log: what was done stays done, and whoever touches it is found out."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from wecom.foundation import audit
from wecom.foundation.db import Pool, open_pool, transaction

TABLES = ("audit_records", "audit_leaves", "audit_contents")


async def act(pool: Pool, *objects: str, content: object = None) -> list[int]:
    ids = []
    for object in objects:
        async with transaction(pool) as tx:
            ids.append(
                await audit.record(tx, 2, "message.recalled", object, address="10.0.0.7", content=content, why="测试")
            )
    return ids


@pytest.fixture
async def superuser(owner_url: str) -> AsyncIterator[Pool]:
    """Somebody with the whole server in hand, whom no grant stops."""
    pool = await open_pool(owner_url.replace("wecom_owner", "postgres"), size=1)
    await pool.execute("SET session_replication_role = replica")
    yield pool
    await pool.close()


async def test_an_act_is_recorded_with_the_change_or_not_at_all(pool: Pool) -> None:
    with pytest.raises(LookupError):
        async with transaction(pool) as tx:
            await audit.record(tx, 2, "member.added", "member:7")
            raise LookupError
    assert await audit.records(pool, before=None, limit=9) == []


async def test_whether_an_act_on_something_was_ever_recorded_is_known(pool: Pool) -> None:
    await act(pool, "message:1")
    asked = [("message.recalled", "message:1"), ("message.recalled", "message:2"), ("message.read", "message:1")]
    assert [await audit.is_recorded(pool, *each) for each in asked] == [True, False, False]


async def test_records_come_newest_first_and_can_be_narrowed(pool: Pool) -> None:
    first, second, third = await act(pool, "message:1", "message:2", "message:3", content={"text": "午饭?"})
    page = await audit.records(pool, before=None, limit=2)
    assert [record.id for record in page] == [third, second]
    assert page[0].commitment
    assert (page[0].address, page[0].details) == ("10.0.0.7", {"why": "测试"})
    assert [record.id for record in await audit.records(pool, before=second, limit=9)] == [first]
    assert await audit.records(pool, before=None, limit=9, action="member.added") == []
    assert len(await audit.records(pool, before=None, limit=9, actor_id=2)) == 3


@pytest.mark.parametrize(
    "filters", [{"action": "rare.act"}, {"actor_id": 2}, {"action": "rare.act", "actor_id": 2}, {}], ids=str
)
async def test_a_page_is_found_without_looking_through_all(pool: Pool, owner: Pool, filters: dict[str, Any]) -> None:
    much = "INSERT INTO audit_records (action, object) SELECT 'much.done', 'x' FROM generate_series(1, 20000)"
    await owner.execute(much)
    await owner.execute("INSERT INTO audit_records (action, object, actor_id) VALUES ('rare.act', 'x', 2)")
    await owner.execute(much)
    await owner.execute("ANALYZE audit_records")
    async with transaction(pool) as tx:
        for _ in range(8):  # past the fifth, the server may plan for any values instead of these
            assert await audit.records(tx, before=None, limit=50, **filters)
        read = await tx.fetchval(
            "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'audit_records'"
        )
    assert read <= 8 * 50


async def test_content_is_read_for_a_reason_that_is_recorded(pool: Pool) -> None:
    [id] = await act(pool, "message:1", content={"text": "午饭?"})
    async with transaction(pool) as tx:
        assert await audit.read_content(tx, 2, id, "Beschwerde 12", address="10.0.0.8") == {"text": "午饭?"}
    [read, _] = await audit.records(pool, before=None, limit=9)
    assert (read.actor_id, read.action, read.object) == (2, "audit.content_read", f"audit:{id}")
    assert (read.address, read.details) == ("10.0.0.8", {"reason": "Beschwerde 12"})


@pytest.mark.parametrize("table", TABLES)
async def test_the_application_may_add_and_read_and_nothing_else(pool: Pool, table: str) -> None:
    forbidden = [f"UPDATE {table} SET record_id = 1", f"TRUNCATE {table} CASCADE"]
    if table == "audit_records":
        forbidden[0] = "UPDATE audit_records SET action = ''"
    if table != "audit_contents":
        forbidden.append(f"DELETE FROM {table}")
    for statement in (*forbidden, f"DROP TABLE {table}", f"ALTER TABLE {table} ADD COLUMN mine int"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await pool.execute(statement)


async def test_a_sealed_log_verifies(pool: Pool) -> None:
    await act(pool, *(f"message:{number}" for number in range(5)), content="午饭?")
    assert await audit.seal(pool, limit=2) == 2
    assert await audit.seal(pool) == 3
    assert await audit.seal(pool) == 0
    verdict = await audit.verify(pool)
    assert (verdict.sealed, verdict.fault) == (5, None)
    assert await audit.verify(pool, kept=(verdict.sealed, verdict.chain)) == verdict


async def test_an_act_that_commits_late_is_sealed_too(pool: Pool) -> None:
    async with transaction(pool) as slow:
        await audit.record(slow, 2, "member.added", "member:7")
        await act(pool, "message:1")
        assert await audit.seal(pool) == 0
    assert await audit.seal(pool) == 2
    assert (await audit.verify(pool)).sealed == 2


async def test_content_can_be_erased_and_the_proof_stays(pool: Pool) -> None:
    [id, _] = await act(pool, "message:1", "message:2", content="something to forget")
    await audit.seal(pool)
    before = await audit.verify(pool)
    async with transaction(pool) as tx:
        assert await audit.erase_content(tx, 2, id, address="10.0.0.8", because="Löschantrag 3")
        assert not await audit.erase_content(tx, 2, id)
    assert await audit.verify(pool) == before
    [erasing, _, erased] = await audit.records(pool, before=None, limit=9)
    assert (erasing.actor_id, erasing.action, erasing.object) == (2, "audit.content_erased", f"audit:{id}")
    assert (erasing.address, erasing.details) == ("10.0.0.8", {"because": "Löschantrag 3"})
    assert erased.object == "message:1" and erased.commitment
    with pytest.raises(audit.NoSuchContent):
        async with transaction(pool) as tx:
            await audit.read_content(tx, 2, id, "Beschwerde 12")


TAMPERINGS = {
    "a record is rewritten": ("UPDATE audit_records SET object = 'message:9' WHERE id = 3", "altered"),
    "a detail is rewritten": ("UPDATE audit_records SET details = '{}' WHERE id = 3", "altered"),
    "a time is moved": ("UPDATE audit_records SET at = at + interval '1 us' WHERE id = 3", "altered"),
    "another is blamed": ("UPDATE audit_records SET actor_id = NULL WHERE id = 3", "altered"),
    "a byte of a leaf is flipped": (
        "UPDATE audit_leaves SET leaf = set_byte(leaf, 5, get_byte(leaf, 5) # 1) WHERE record_id = 3",
        "altered",
    ),
    "a byte of the chain is flipped": (
        "UPDATE audit_leaves SET chain = set_byte(chain, 5, get_byte(chain, 5) # 1) WHERE record_id = 3",
        "chain is broken",
    ),
    "a record is dropped": ("DELETE FROM audit_records WHERE id = 3", "is missing"),
    "a position is dropped": ("DELETE FROM audit_leaves WHERE record_id = 3", "position 3 is missing"),
    "a record and its position are dropped": (
        "WITH gone AS (DELETE FROM audit_leaves WHERE record_id = 3) DELETE FROM audit_records WHERE id = 3",
        "position 3 is missing",
    ),
    "two records are swapped": (
        "UPDATE audit_records AS r SET object = o.object, at = o.at FROM audit_records AS o "
        "WHERE (r.id, o.id) IN ((3, 4), (4, 3))",
        "altered",
    ),
    "two positions are swapped": (
        "UPDATE audit_leaves SET position = position + 1000000 WHERE position IN (3, 4);"
        "UPDATE audit_leaves SET position = CASE position WHEN 1000003 THEN 4 ELSE 3 END WHERE position > 9",
        "chain is broken",
    ),
    "a content is rewritten": ("UPDATE audit_contents SET content = '\"x\"' WHERE record_id = 3", "content"),
    "a content is dropped": ("DELETE FROM audit_contents WHERE record_id = 3", "no record says that it was erased"),
    "a commitment is taken away": ("UPDATE audit_records SET commitment = NULL WHERE id = 3", "altered"),
    "the last record is dropped": ("DELETE FROM audit_records WHERE id = 5", "is missing"),
}


@pytest.mark.parametrize("what", TAMPERINGS)
async def test_tampering_is_found_and_named(pool: Pool, superuser: Pool, what: str) -> None:
    await act(pool, *(f"message:{number}" for number in range(1, 6)), content="午饭?")
    await audit.seal(pool)
    statements, fault = TAMPERINGS[what]
    await superuser.execute(statements)
    verdict = await audit.verify(pool)
    assert fault in str(verdict.fault)
    assert verdict.sealed == (4 if "last" in what else 2)


async def test_a_log_that_lost_its_end_is_found_by_what_was_kept_of_it(pool: Pool, superuser: Pool) -> None:
    await act(pool, *(f"message:{number}" for number in range(1, 6)))
    await audit.seal(pool)
    whole = await audit.verify(pool)
    await superuser.execute("DELETE FROM audit_leaves WHERE position > 3; DELETE FROM audit_records WHERE id > 3")
    assert (await audit.verify(pool)).fault is None
    assert str((await audit.verify(pool, kept=(whole.sealed, whole.chain))).fault) == "positions 4 to 5 are missing"


async def test_a_log_that_was_written_anew_is_found_by_what_was_kept_of_it(pool: Pool, superuser: Pool) -> None:
    await act(pool, *(f"message:{number}" for number in range(1, 6)))
    await audit.seal(pool)
    whole = await audit.verify(pool)
    await superuser.execute("DELETE FROM audit_leaves; UPDATE audit_records SET object = 'message:9' WHERE id = 2")
    await audit.seal(pool)
    assert (await audit.verify(pool)).fault is None
    verdict = await audit.verify(pool, kept=(whole.sealed, whole.chain))
    assert "not the one that was verified before" in str(verdict.fault)
