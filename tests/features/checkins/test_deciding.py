"""What HR and approvals decide: corrections, approved facts, closed months; and what machines send."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.features.checkins.company import add, day, days, local, office, punch
from tests.world import World
from wecom.features import checkins
from wecom.features.accounts import SYSTEM
from wecom.features.checkins import Aim, ApprovedFact, DayResult
from wecom.features.checkins.approving import Asked, approve_many, refusals_of
from wecom.features.checkins.model import FactKind, Way
from wecom.features.checkins.refusals import (
    AlreadyClosed,
    FactsOverlap,
    FactUnfit,
    InTheFuture,
    LapseStays,
    MakeUpsSpent,
    MakeUpTooLate,
    MonthNotOver,
    NoSuchFact,
    NoSuchPoint,
    NotClosed,
    NumberTwice,
    PunchUnfit,
    RestDayStays,
    TooFarFromDay,
)
from wecom.features.checkins.rules_model import LateLeave, MakeUps, Overtime, OvertimePart, Shift, Slot, Timetable, Week
from wecom.foundation import audit
from wecom.foundation.db import Tx, transaction
from wecom.foundation.streams import heads, since

HOUR = 3600
NOW = "2026-04-02 12:00"
TUESDAY = date(2026, 3, 3)


async def versions_of_rows(world: World) -> dict[str, str]:
    """Which transaction wrote which result."""
    return dict(await world.pool.fetch("SELECT member_id || ' ' || date, xmin::text FROM checkin_days"))


async def approve(
    tx: Tx, member_id: int, kind: FactKind, starts: datetime, ends: datetime | None, **more: Any
) -> ApprovedFact:
    said: dict[str, Any] = {"source": "approval", "now": local(NOW)} | more
    return await checkins.approve_fact(tx, SYSTEM, member_id, kind, starts, ends, **said)


async def test_one_correction_has_one_day_of_one_person_judged_again(world: World) -> None:
    await add(world, office(world, "lisi", "zhangsan"))
    await punch(world, "lisi", "2026-03-03 09:20")
    await punch(world, "lisi", "2026-03-03 18:00")
    for userid in ("lisi", "zhangsan"):
        await days(world, userid, "2026-03-01", "2026-03-31", NOW)
    before = await versions_of_rows(world)
    async with transaction(world.pool) as tx:
        result = await checkins.correct(
            tx,
            SYSTEM,
            world["lisi"].id,
            TUESDAY,
            local("2026-03-03 08:59"),
            "门禁记录",
            now=local(NOW),
            slot_id=1,
            way="start",
        )
    assert not result.exceptions and result.points[0].source == "correction"
    after = await versions_of_rows(world)
    assert [key for key in after if before.get(key) != after[key]] == [f"{world['lisi'].id} 2026-03-03"]
    [record] = await audit.records(world.pool, before=None, limit=1)
    assert record.action == "checkin_punch.correct"
    assert await world.pool.fetchval("SELECT count(*) FROM checkin_punches") == 3


async def test_what_cannot_be_corrected(world: World) -> None:
    await add(world, office(world, "lisi"))
    lisi = world["lisi"].id
    for on, at, slot, reason, refusal in (
        (TUESDAY, "2026-03-03 09:00", 7, "", NoSuchPoint),
        (TUESDAY, "2026-03-03 09:00", None, "", NoSuchPoint),
        (TUESDAY, "2026-03-07 09:00", 1, "", TooFarFromDay),
        (TUESDAY, "2026-04-03 09:00", 1, "", InTheFuture),
        (TUESDAY, "2026-03-03 09:00", 1, "长" * 171, PunchUnfit),
    ):
        with pytest.raises(refusal):
            async with transaction(world.pool) as tx:
                await checkins.correct(
                    tx, SYSTEM, lisi, on, local(at), reason, now=local(NOW), slot_id=slot, way="start"
                )
    assert await world.pool.fetchval("SELECT count(*) FROM checkin_punches") == 0
    sunday = date(2026, 3, 8)
    for clock in ("09:00", "12:00"):
        async with transaction(world.pool) as tx:
            at = local(f"2026-03-08 {clock}")
            result = await checkins.correct(tx, SYSTEM, lisi, sunday, at, "盘点", now=local(NOW))
    assert (result.kind, result.worked) == ("rest", 3 * HOUR)


async def test_leave_counts_once_and_until_it_is_withdrawn(world: World) -> None:
    await add(world, office(world, "lisi"))
    lisi = world["lisi"].id
    assert [each.kind for each in (await day(world, "lisi", "2026-03-03")).exceptions] == ["absent"]
    span = (local("2026-03-03 00:00"), local("2026-03-05 00:00"))
    async with transaction(world.pool) as tx:
        made = await approve(tx, lisi, "leave", *span, number="7", name="年假")
        again = await approve(tx, lisi, "leave", *span, number="7")
        assert again == made
    waiting = await world.pool.fetch("SELECT date FROM checkin_dirty ORDER BY date")
    assert [row["date"].day for row in waiting] == [3, 4]
    assert not (await day(world, "lisi", "2026-03-03")).exceptions
    with pytest.raises(FactsOverlap):
        async with transaction(world.pool) as tx:
            await approve(tx, lisi, "trip", *span, source="hr")
    async with transaction(world.pool) as tx:
        await checkins.withdraw_fact(tx, SYSTEM, made.id, now=local(NOW))
    assert (await day(world, "lisi", "2026-03-03")).exceptions
    with pytest.raises(NoSuchFact):
        async with transaction(world.pool) as tx:
            await checkins.withdraw_fact(tx, SYSTEM, made.id, now=local(NOW))
    kinds: list[tuple[FactKind, datetime | None]] = [("leave", span[0]), ("make_up", None)]
    for kind, ends in kinds:
        with pytest.raises(FactUnfit):
            async with transaction(world.pool) as tx:
                await approve(tx, lisi, kind, span[0], ends, source="hr")


async def test_a_number_with_other_times_takes_the_place_of_what_it_was(world: World) -> None:
    overtime = Overtime(workday=OvertimePart(allowed=True, basis="approval"))
    await add(world, office(world, "lisi", overtime=overtime, make_ups=MakeUps(a_month=1)))
    lisi = world["lisi"].id
    at = [local(f"2026-03-03 {clock}") for clock in ("18:30", "19:00", "21:00", "22:00")]
    for starts, ends in ((at[0], at[2]), (at[1], at[2]), (at[1], at[3]), (at[1], at[3])):
        async with transaction(world.pool) as tx:
            await approve(tx, lisi, "overtime", starts, ends, number="OT1")
    result = await day(world, "lisi", "2026-03-03")
    assert (result.overtime.seconds, len(result.applied)) == (3 * HOUR, 1)
    for on in (3, 4):  # the second would be one too many beside the first
        async with transaction(world.pool) as tx:
            aim = Aim(date(2026, 3, on), 1, "start")
            await approve(tx, lisi, "make_up", local(f"2026-03-0{on} 09:00"), None, number="M1", aim=aim)
    [tuesday, wednesday] = await days(world, "lisi", "2026-03-03", "2026-03-04")
    assert tuesday.points[0].punched is None and wednesday.points[0].punched
    leave = Asked(lisi, "leave", at[0], at[2], number="L1")
    async with transaction(world.pool) as tx:
        later = replace(leave, starts_at=at[2], ends_at=at[3])
        answers = await approve_many(tx, SYSTEM, [leave, later, leave], source="import", now=local(NOW))
        assert [type(each) for each in answers] == [ApprovedFact, NumberTwice, ApprovedFact]
        longer = replace(leave, ends_at=at[3])
        assert await refusals_of(tx, [longer, longer, later], "import") == [None, None, NumberTwice]
        assert await refusals_of(tx, [replace(longer, number="L2")], "import") == [FactsOverlap]


async def test_a_make_up_of_a_night_is_not_of_the_morning_before_it(world: World) -> None:
    nights = (Week((0, 1, 2, 3, 4, 5, 6), Timetable((Slot(1, 22 * HOUR, 31 * HOUR),))),)
    await add(world, office(world, "lisi", weeks=nights))
    await punch(world, "lisi", "2026-03-02 22:00", way="start")
    seven = local("2026-03-03 07:00")
    asked = Asked(world["lisi"].id, "make_up", seven, seven, way="end", makes_up=TUESDAY)
    async with transaction(world.pool) as tx:
        both = [asked, replace(asked, makes_up=date(2026, 3, 2))]
        refused, made = await approve_many(tx, SYSTEM, both, source="hr", now=local(NOW))
    assert isinstance(refused, TooFarFromDay) and isinstance(made, ApprovedFact)
    assert (await day(world, "lisi", "2026-03-02")).exceptions == ()


async def test_days_before_there_was_a_rule_are_not_made(world: World) -> None:
    await add(world, office(world, "lisi"))
    await punch(world, "lisi", "2025-06-03 09:20")
    found = await days(world, "lisi", "2015-01-01", "2026-03-02", "2026-03-05 12:00")
    assert [str(each.date) for each in found] == ["2025-06-03", "2026-03-01", "2026-03-02"]
    async with transaction(world.pool) as tx:
        at, on = local("2025-06-04 09:00"), date(2025, 6, 4)
        made = await checkins.correct(tx, SYSTEM, world["lisi"].id, on, at, "补记", now=local(NOW))
    assert made.punches == 1 and await world.pool.fetchval("SELECT count(*) FROM checkin_days") == 4
    await add(world, office(world, "zhangsan"), "2026-02-10 12:00")
    async with transaction(world.pool) as tx:
        await checkins.close_month(tx, SYSTEM, date(2026, 2, 1), now=local(NOW))


async def test_a_make_up_stands_for_a_punch_until_it_is_withdrawn(world: World) -> None:
    await add(world, office(world, "lisi"))
    await punch(world, "lisi", "2026-03-03 09:00")
    assert [each.kind for each in (await day(world, "lisi", "2026-03-03")).exceptions] == ["missing"]
    async with transaction(world.pool) as tx:
        made = await checkins.approve_fact(
            tx,
            SYSTEM,
            world["lisi"].id,
            "make_up",
            local("2026-03-03 18:00"),
            source="approval",
            number="8",
            aim=Aim(TUESDAY, 1, "end"),
            now=local(NOW),
        )
    made_up = await day(world, "lisi", "2026-03-03")
    assert not made_up.exceptions and made_up.points[1].fact_id == made.id
    async with transaction(world.pool) as tx:
        await checkins.withdraw_fact(tx, SYSTEM, made.id, now=local(NOW))
    assert [each.kind for each in (await day(world, "lisi", "2026-03-03")).exceptions] == ["missing"]


async def test_make_ups_are_so_many_a_month_and_asked_for_in_time_unless_hr_says_why(world: World) -> None:
    limits = MakeUps(a_month=1, within_days=5, not_for=("late",))
    await add(world, office(world, "lisi", make_ups=limits))
    lisi = world["lisi"].id
    await punch(world, "lisi", "2026-03-05 09:30")

    async def make_up(on: int, asked: str, way: Way = "end", **more: Any) -> None:
        day_of = date(2026, 3, on)
        at = local(f"{day_of} 18:00" if way == "end" else f"{day_of} 09:00")
        async with transaction(world.pool) as tx:
            await checkins.approve_fact(
                tx,
                SYSTEM,
                lisi,
                "make_up",
                at,
                source="approval",
                number=f"{on}",
                aim=Aim(day_of, 1, way),
                asked_at=local(asked),
                now=local(NOW),
                **more,
            )

    with pytest.raises(MakeUpTooLate):
        await make_up(3, "2026-03-09 00:00")
    with pytest.raises(LapseStays):
        await make_up(5, "2026-03-06 12:00", "start")
    with pytest.raises(RestDayStays):
        await make_up(7, "2026-03-08 12:00")
    await make_up(3, "2026-03-08 23:59")
    await make_up(3, "2026-03-30 12:00")  # once more, as imports and approvals do
    with pytest.raises(MakeUpsSpent):
        await make_up(4, "2026-03-05 12:00")
    with pytest.raises(FactUnfit):
        await make_up(4, "2026-03-05 12:00", override=True)
    await make_up(4, "2026-03-05 12:00", override=True, note="门禁坏了")
    async with transaction(world.pool) as tx:
        left = await checkins.make_ups_left(tx, lisi, limits, date(2026, 3, 31))
        assert (left.most, left.used, left.left) == (1, 2, 0)
        assert (await checkins.make_ups_left(tx, lisi, limits, date(2026, 4, 1))).left == 1


def test_until_when_one_may_ask_is_the_earlier_of_both_limits() -> None:
    on = date(2026, 1, 20)
    assert checkins.last_to_ask(MakeUps(), on) is None
    assert checkins.last_to_ask(MakeUps(until_next_month=3), on) == date(2026, 2, 3)
    assert checkins.last_to_ask(MakeUps(until_next_month=31), on) == date(2026, 2, 28)
    assert checkins.last_to_ask(MakeUps(until_next_month=31, within_days=5), on) == date(2026, 1, 25)


async def test_a_closed_month_stays_and_what_would_change_it_is_seen(world: World) -> None:
    await add(world, office(world, "lisi"))
    await punch(world, "lisi", "2026-03-03 09:20")
    await punch(world, "lisi", "2026-03-03 18:00")
    march = date(2026, 3, 1)
    with pytest.raises(MonthNotOver):
        async with transaction(world.pool) as tx:
            await checkins.close_month(tx, SYSTEM, march, now=local("2026-03-31 23:00"))
    async with transaction(world.pool) as tx:
        await checkins.close_month(tx, SYSTEM, march, now=local(NOW))
    with pytest.raises(AlreadyClosed):
        async with transaction(world.pool) as tx:
            await checkins.close_month(tx, SYSTEM, march, now=local(NOW))
    async with transaction(world.pool) as tx:
        await checkins.correct(
            tx,
            SYSTEM,
            world["lisi"].id,
            TUESDAY,
            local("2026-03-03 09:00"),
            "",
            now=local(NOW),
            slot_id=1,
            way="start",
        )
    assert (await day(world, "lisi", "2026-03-03")).points[0].status == "late"
    [adjustment] = await checkins.adjustments(world.pool, march, date(2026, 3, 31))
    assert (adjustment.before.points[0].status, adjustment.after.points[0].status) == ("late", "normal")
    async with transaction(world.pool) as tx:
        await checkins.reopen_month(tx, SYSTEM, march)
    assert (await day(world, "lisi", "2026-03-03")).points[0].status == "normal"
    assert await checkins.adjustments(world.pool, march, date(2026, 3, 31)) == []
    with pytest.raises(NotClosed):
        async with transaction(world.pool) as tx:
            await checkins.reopen_month(tx, SYSTEM, march)


async def test_a_month_is_closed_once_its_last_night_shift_is_over_and_with_what_follows_from_its_days(
    world: World,
) -> None:
    night = Timetable((Slot(1, 22 * HOUR, 31 * HOUR),), late_leaves=(LateLeave(2 * HOUR, HOUR),))
    await add(world, office(world, "lisi", holidays=False, weeks=(Week((0, 1, 2, 3, 4, 5, 6), night),)))
    await punch(world, "lisi", "2026-03-03 22:45", way="start")
    await days(world, "lisi", "2026-03-01", "2026-03-31", "2026-03-31 12:00")
    await punch(world, "lisi", "2026-03-31 21:50", way="start")
    await punch(world, "lisi", "2026-03-03 10:30", way="end")
    march = date(2026, 3, 1)
    with pytest.raises(MonthNotOver) as refused:
        async with transaction(world.pool) as tx:
            await checkins.close_month(tx, SYSTEM, march, now=local("2026-04-01 09:00"))
    assert refused.value.facts == {"until": "2026-04-01T10:00:00+00:00"}
    async with transaction(world.pool) as tx:
        await checkins.close_month(tx, SYSTEM, march, now=local(NOW))
    last = await day(world, "lisi", "2026-03-31")
    assert last.closed and [each.status for each in last.points] == ["normal", "missing"]
    assert (await day(world, "lisi", "2026-03-03")).points[0].status == "normal"
    async with transaction(world.pool) as tx:
        await checkins.recompute_some(tx, 10, now=local(NOW))
    assert await checkins.adjustments(world.pool, march, date(2026, 3, 31)) == []


async def test_in_a_closed_month_what_follows_is_beside_it_too_and_goes_when_it_is_undone(world: World) -> None:
    hours = Timetable((Slot(1, 9 * HOUR, 18 * HOUR),), late_leaves=(LateLeave(2 * HOUR, HOUR),))
    await add(world, office(world, "lisi", weeks=(Week((1, 2, 3, 4, 5), hours),)))
    for at in ("2026-03-03 09:00", "2026-03-03 18:00", "2026-03-04 09:40", "2026-03-04 18:00"):
        await punch(world, "lisi", at)
    march, last = date(2026, 3, 1), date(2026, 3, 31)
    async with transaction(world.pool) as tx:
        await checkins.close_month(tx, SYSTEM, march, now=local(NOW))
    at, lisi = local("2026-03-03 20:30"), world["lisi"].id
    async with transaction(world.pool) as tx:
        how: dict[str, Any] = {"now": local(NOW), "slot_id": 1, "way": "end"}
        await checkins.correct(tx, SYSTEM, lisi, TUESDAY, at, "加班", **how)
    assert (await day(world, "lisi", "2026-03-04")).points[0].status == "late", "it stays as it was closed"
    beside = await checkins.adjustments(world.pool, march, last)
    assert [(each.after.date.day, each.after.points[0].status) for each in beside] == [(3, "normal"), (4, "normal")]
    found = await checkins.punches_of(world.pool, [lisi], at, at + timedelta(seconds=1))
    async with transaction(world.pool) as tx:
        await checkins.take_back(tx, SYSTEM, found[0].id, "看错了")
    await days(world, "lisi", "2026-03-01", "2026-03-31", NOW)
    assert await checkins.adjustments(world.pool, march, last) == []


async def test_a_correction_is_of_the_shift_that_it_was_made_for(world: World) -> None:
    early = Timetable((Slot(1, 7 * HOUR, 15 * HOUR),))
    shifts = (Shift(0, "早", early), Shift(0, "晚", Timetable((Slot(1, 22 * HOUR, 30 * HOUR),))))
    rule = await add(world, office(world, "lisi", kind="shift", weeks=(), shifts=shifts))
    one, other = (each.id for each in rule.rule.shifts)
    lisi = world["lisi"].id

    async def plan(shift_id: int) -> DayResult:
        async with transaction(world.pool) as tx:
            cells = [(lisi, TUESDAY, shift_id)]
            await checkins.set_schedule(tx, SYSTEM, rule.rule_id, cells, now=local("2026-03-02 12:00"))
        return await day(world, "lisi", "2026-03-03")

    await plan(one)
    async with transaction(world.pool) as tx:
        how: dict[str, Any] = {"now": local(NOW), "slot_id": 1, "way": "start"}
        made = await checkins.correct(tx, SYSTEM, lisi, TUESDAY, local("2026-03-03 07:00"), "忘打卡", **how)
    assert [each.status for each in made.points] == ["normal", "missing"]
    planned = await plan(other)
    assert [each.status for each in planned.points] == ["absent", "absent"]
    assert [(each.kind, each.count) for each in planned.exceptions] == [("absent", 1), ("stray", 1)]
    assert [each.status for each in (await plan(one)).points] == ["normal", "missing"], "it counts for its own again"


async def test_a_holiday_set_afterwards_lets_no_punch_count_on_two_days(world: World) -> None:
    await add(world, office(world, "lisi"))
    await punch(world, "lisi", "2026-03-03 09:00", way="start")
    await punch(world, "lisi", "2026-03-04 04:30")
    now = "2026-03-06 12:00"
    assert [each.punches for each in await days(world, "lisi", "2026-03-03", "2026-03-05", now)] == [2, 0, 0]
    [before] = (await heads(world.pool, [world["lisi"].id])).values()
    async with transaction(world.pool) as tx:
        await checkins.set_holiday(tx, SYSTEM, "CN", date(2026, 3, 4), "holiday", "厂庆", now=local(now))
    after = await days(world, "lisi", "2026-03-03", "2026-03-05", now)
    assert [each.punches for each in after] == [1, 1, 0] and after[0].closes == after[1].opens
    heard = await since(world.pool, world["lisi"].id, before, to=before + 1)
    assert b'"member.checkin_rule_changed"' in heard.entries[0]


async def test_a_new_phone_is_the_usual_one_once_that_is_said(world: World) -> None:
    await add(world, office(world, "lisi"))
    await punch(world, "lisi", "2026-03-03 09:00")
    async with transaction(world.pool) as tx:
        await checkins.set_usual_device(tx, SYSTEM, world["lisi"].id, "phone-2")
    assert (await punch(world, "lisi", "2026-03-03 18:00")).strange_device
