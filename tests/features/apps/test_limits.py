"""How much an app may send, and to whom it may not just now: named, never silently dropped."""

from collections.abc import Sequence
from datetime import date

import pytest

from tests.world import World
from wecom.features import apps, messaging
from wecom.features.accounts import SYSTEM
from wecom.features.apps import Quotas, Sent, SpeakingApp
from wecom.features.apps.model import NobodyReachable, QuotaSpent
from wecom.features.directory import EVERYTHING
from wecom.foundation.db import transaction

FREE = Quotas(persons_a_day=0, to_one_a_minute=0, to_one_an_hour=0)
WORDS = messaging.Text(msgtype="text", content="x")


@pytest.fixture
async def app(world: World) -> SpeakingApp:
    async with transaction(world.pool) as tx:
        made, _ = await apps.create_app(tx, SYSTEM, "公告", visible_departments=[1])
    return SpeakingApp(made.id, made.kind, made.agentid, made.name, EVERYTHING)


async def send(world: World, app: SpeakingApp, userids: Sequence[str], quotas: Quotas) -> Sent:
    reached = await apps.reach(world.pool, app, userids, [], []) if userids else await apps.everyone(world.pool, app)
    async with transaction(world.pool) as tx:
        return await apps.send(
            tx,
            app,
            WORDS,
            reached,
            quotas=quotas,
            day=apps.day_of(world.services.clock(), "Asia/Shanghai"),
            digest=b"digest",
        )


async def audience_of(world: World, sent: Sent) -> set[str]:
    audience: bytes = await world.pool.fetchval(
        "SELECT audience FROM messages WHERE conversation_id = $1 AND seq = $2", sent.conversation_id, sent.seq
    )
    return {
        userid
        for userid, member in world.cast.items()
        if member.ordinal < 8 * len(audience) and audience[member.ordinal >> 3] >> (member.ordinal & 7) & 1
    }


async def test_who_has_had_enough_is_left_out_and_named(world: World, app: SpeakingApp) -> None:
    quotas = Quotas(persons_a_day=0, to_one_a_minute=2, to_one_an_hour=0)
    for _ in range(2):
        assert not (await send(world, app, ["lisi"], quotas)).limited
    sent = await send(world, app, ["lisi", "zhangsan"], quotas)
    assert sent.limited == (world["lisi"].id,) and sent.recipients == 1
    assert await audience_of(world, sent) == {"zhangsan"}
    with pytest.raises(QuotaSpent):
        await send(world, app, ["lisi"], quotas)
    await world.pool.execute("UPDATE app_messages SET sent_at = sent_at - interval '61 seconds'")
    assert not (await send(world, app, ["lisi"], quotas)).limited


async def test_the_hour_counts_too_and_other_apps_do_not(world: World, app: SpeakingApp) -> None:
    quotas = Quotas(persons_a_day=0, to_one_a_minute=0, to_one_an_hour=3)
    for _ in range(3):
        await send(world, app, ["lisi"], quotas)
        await world.pool.execute("UPDATE app_messages SET sent_at = sent_at - interval '5 minutes'")
    assert (await send(world, app, [], quotas)).limited == (world["lisi"].id,)
    async with transaction(world.pool) as tx:
        made, _ = await apps.create_app(tx, SYSTEM, "另一个", visible_departments=[1])
    other = SpeakingApp(made.id, made.kind, made.agentid, made.name, EVERYTHING)
    assert not (await send(world, other, ["lisi"], quotas)).limited


async def test_many_recipients_are_reckoned_as_few_are(world: World, app: SpeakingApp) -> None:
    for n in range(20):
        await world.add(f"member{n:02}")
    quotas = Quotas(persons_a_day=0, to_one_a_minute=2, to_one_an_hour=0)
    await send(world, app, ["member03", "member17", "lisi"], quotas)
    await send(world, app, ["member03", "member17"], quotas)
    sent = await send(world, app, [], quotas)
    assert set(sent.limited) == {world["member03"].id, world["member17"].id}
    assert await audience_of(world, sent) == set(world.cast) - {"member03", "member17"}
    assert sent.recipients == len(world.cast) - 2


async def test_a_days_person_times_are_counted_for_the_app(world: World, app: SpeakingApp) -> None:
    quotas = Quotas(persons_a_day=7, to_one_a_minute=0, to_one_an_hour=0)
    assert (await send(world, app, [], quotas)).recipients == 5
    with pytest.raises(QuotaSpent):
        await send(world, app, [], quotas)
    assert (await send(world, app, ["lisi", "zhangsan"], quotas)).recipients == 2
    with pytest.raises(QuotaSpent):
        await send(world, app, ["lisi"], quotas)
    await world.pool.execute("UPDATE app_days SET day = day - 1")
    assert (await send(world, app, ["lisi"], quotas)).recipients == 1


async def test_a_send_does_not_look_through_what_was_sent_before(world: World, app: SpeakingApp) -> None:
    quotas = Quotas(persons_a_day=1000, to_one_a_minute=5, to_one_an_hour=10)
    sent = await send(world, app, ["lisi"], quotas)
    await world.pool.execute(
        """
        WITH said AS (
            INSERT INTO messages (conversation_id, seq, sender_id, client_id)
            SELECT $1, n, $2, n::text FROM generate_series(1001, 1600) AS n RETURNING conversation_id, seq, sender_id
        )
        INSERT INTO app_messages (conversation_id, seq, app_id, recipients, handful, digest, sent_at)
        SELECT conversation_id, seq, sender_id, 1, '{}', '', now() - interval '61 minutes' FROM said
        """,
        sent.conversation_id,
        app.id,
    )
    async with transaction(world.pool) as tx:
        reached = await apps.reach(tx, app, ["lisi"], [], [])
        await apps.send(tx, app, WORDS, reached, quotas=quotas, day=date(2026, 1, 1), digest=b"digest")
        read = await tx.fetchval(
            "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'app_messages'"
        )
    assert read < 10


async def test_what_was_sent_is_counted_to_its_day(world: World, app: SpeakingApp) -> None:
    now = world.services.clock()
    await send(world, app, ["lisi", "zhangsan"], FREE)
    await send(world, app, ["lisi"], FREE)
    assert await apps.person_times(world.pool, app, "Asia/Shanghai", now, 0) == 3
    assert await apps.person_times(world.pool, app, "Asia/Shanghai", now, 1) == 0
    await world.pool.execute("UPDATE app_days SET day = day - 1")
    assert await apps.person_times(world.pool, app, "Asia/Shanghai", now, 1) == 3


async def test_one_row_whatever_the_number_of_recipients(world: World, app: SpeakingApp) -> None:
    sent = await send(world, app, [], FREE)
    rows = await world.pool.fetchrow(
        """
        SELECT (SELECT count(*) FROM messages) AS messages, (SELECT count(*) FROM app_messages) AS sent,
               (SELECT count(*) FROM participants WHERE conversation_id = $1) AS participants,
               (SELECT recipients FROM app_messages) AS recipients
        """,
        sent.conversation_id,
    )
    assert tuple(rows or ()) == (1, 1, 1, 5)


async def test_nobody_at_all_is_not_everybody(world: World, app: SpeakingApp) -> None:
    """A department without members is a recipient that exists; nobody hears what is sent there."""
    async with transaction(world.pool) as tx:
        await tx.execute("INSERT INTO departments (id, parent_id, name, path) VALUES (9, 1, '空', '{1,9}')")
    reached = await apps.reach(world.pool, app, [], [9], [])
    async with transaction(world.pool) as tx:
        sent = await apps.send(tx, app, WORDS, reached, quotas=FREE, day=date(2026, 1, 1), digest=b"digest")
    assert sent.recipients == 0
    assert await audience_of(world, sent) == set()
    with pytest.raises(NobodyReachable):
        await apps.reach(world.pool, app, ["nobody"], [77], [5])
