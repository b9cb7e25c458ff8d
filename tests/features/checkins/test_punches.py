"""Checking in, and what becomes of it."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.features.checkins.company import (
    AT_TOWER,
    ELSEWHERE,
    NINE_TO_SIX,
    WIFI,
    add,
    day,
    days,
    local,
    office,
    punch,
)
from tests.world import World
from wecom.features import checkins
from wecom.features.accounts import SYSTEM
from wecom.features.checkins import Claim, Evidence, Kept, Turnstile
from wecom.features.checkins.refusals import (
    ByMachine,
    ClaimUnfit,
    DatePassed,
    NotUnderRule,
    OutOfRange,
    OutOfTime,
    PhotoMissing,
    PunchUnfit,
    RestDay,
    ShiftsOverlap,
)
from wecom.features.checkins.rules_model import LateLeave, Shift, Slot, Timetable, Week
from wecom.foundation.db import transaction
from wecom.foundation.errors import WecomError
from wecom.foundation.streams import heads, since

HOUR = 3600
TUESDAY = date(2026, 3, 3)


async def test_a_day_from_coming_to_going(world: World) -> None:
    await add(world, office(world, "lisi"))
    [before] = (await heads(world.pool, [world["lisi"].id])).values()
    came = await punch(world, "lisi", "2026-03-03 09:05", way="start")
    assert came.point and (came.point.status, came.point.seconds) == ("late", 300)
    open_day = await day(world, "lisi", "2026-03-03", "2026-03-03 12:00")
    assert [point.status for point in open_day.points] == ["late", "not_yet"] and not open_day.closed
    await punch(world, "lisi", "2026-03-03 18:01", way="end")
    over = await day(world, "lisi", "2026-03-03")
    assert over.closed and over.worked == 8 * HOUR - 4 * 60 and over.standard == 8 * HOUR
    heard = await since(world.pool, world["lisi"].id, before, to=before + 2)
    assert all(b'"member.punch_added"' in entry for entry in heard.entries) and len(heard.entries) == 2


async def test_the_same_punch_twice_is_one(world: World) -> None:
    await add(world, office(world, "lisi"))
    first = await punch(world, "lisi", "2026-03-03 09:00", client_id="a")
    again = await punch(world, "lisi", "2026-03-03 09:30", client_id="a")
    assert (again.punch_id, again.at, again.again) == (first.punch_id, first.at, True)
    assert (await day(world, "lisi", "2026-03-03")).punches == 1


async def test_what_is_kept_is_answered_whatever_would_be_said_of_it_now(world: World) -> None:
    hours = Slot(1, 9 * HOUR, 18 * HOUR, earliest_start=8 * HOUR, latest_start=9 * HOUR, earliest_end=18 * HOUR)
    made = await add(world, office(world, "lisi", weeks=(Week((1, 2, 3, 4, 5), Timetable((hours,))),)))
    first = await punch(world, "lisi", "2026-03-03 09:00", client_id="a", way="start")
    with pytest.raises(OutOfTime):
        await punch(world, "lisi", "2026-03-03 09:01", client_id="b", way="start")
    by_machine = replace(made.rule, means="machine")
    async with transaction(world.pool) as tx:
        await checkins.change_rule(
            tx, SYSTEM, made.rule_id, by_machine, now=local("2026-03-03 09:01"), effective_now=True
        )
    for now, more in (
        ("2026-03-03 09:01", {}),
        ("2026-03-09 09:01", {"claimed_at": local("2026-03-03 09:00")}),
        ("2026-03-09 09:01", {"evidence": ELSEWHERE}),
    ):
        again = await punch(world, "lisi", now, client_id="a", way="start", **more)  # type: ignore[arg-type]
        assert (again.punch_id, again.at, again.date, again.again) == (first.punch_id, first.at, first.date, True)


async def test_a_punch_is_about_a_point_unless_another_one_counts(world: World) -> None:
    await add(world, office(world, "lisi"))
    ways = (
        ("09:05", "start", "late"),
        ("09:10", "start", None),
        ("18:00", "end", "normal"),
        ("18:30", "end", "normal"),
    )
    for clock, way, status in ways:
        kept = await punch(world, "lisi", f"2026-03-03 {clock}", way=way)
        assert (kept.point.status if kept.point else None) == status
    before = await punch(world, "lisi", "2026-03-03 19:00", way="end", claimed_at=local("2026-03-03 18:20"))
    assert before.late_received and before.point is None


async def test_whoever_checks_in_does_not_wait_for_who_reads_a_report(world: World) -> None:
    await add(world, office(world, "lisi"))
    await punch(world, "lisi", "2026-03-03 09:00", client_id="a", way="start")
    async with transaction(world.pool) as tx:
        await checkins.refresh(tx, [world["lisi"].id], TUESDAY, TUESDAY, now=local("2026-03-03 09:01"))
        second = await asyncio.wait_for(punch(world, "lisi", "2026-03-03 18:00", client_id="b", way="end"), 30)
    assert second.point and second.point.status == "normal"
    assert (await day(world, "lisi", "2026-03-03")).worked == 8 * HOUR


async def test_work_elsewhere_that_counts_as_coming_takes_what_coming_takes(world: World) -> None:
    await add(world, office(world, "lisi", needs_photo=True, outside_counts=True))
    with pytest.raises(PhotoMissing):
        await punch(world, "lisi", "2026-03-03 09:00", ELSEWHERE, outside=True)
    await add(world, office(world, "zhangsan", means="machine", outside_counts=True))
    with pytest.raises(ByMachine):
        await punch(world, "zhangsan", "2026-03-03 09:00", ELSEWHERE, outside=True)
    await add(world, office(world, "wangwu", needs_photo=True, means="machine"))
    assert (await punch(world, "wangwu", "2026-03-03 09:00", ELSEWHERE, outside=True)).where == "outside"


async def test_place_or_wifi_will_do_and_out_of_range_is_what_the_rule_makes_of_it(world: World) -> None:
    await add(world, office(world, "lisi", wifi=(WIFI,)))
    assert (await punch(world, "lisi", "2026-03-03 09:00")).where == "normal"
    on_wifi = Evidence(latitude=1.0, longitude=1.0, wifi_mac="AA:BB:CC:DD:EE:FF")
    assert (await punch(world, "lisi", "2026-03-03 09:01", on_wifi)).where == "normal"
    assert (await punch(world, "lisi", "2026-03-03 18:01", ELSEWHERE)).where == "place"
    assert [each.kind for each in (await day(world, "lisi", "2026-03-03")).exceptions] == ["place"]
    await add(world, office(world, "zhangsan", out_of_range="outside"))
    assert (await punch(world, "zhangsan", "2026-03-03 09:00", ELSEWHERE)).where == "outside"
    await add(world, office(world, "wangwu", out_of_range="refuse"))
    with pytest.raises(OutOfRange):
        await punch(world, "wangwu", "2026-03-03 09:00", ELSEWHERE)


async def test_another_phone_is_noticed_and_not_refused(world: World) -> None:
    await add(world, office(world, "lisi"))
    assert not (await punch(world, "lisi", "2026-03-03 09:00")).strange_device
    other = Evidence(latitude=31.2305, longitude=121.4738, device_id="phone-2")
    assert (await punch(world, "lisi", "2026-03-03 18:00", other)).strange_device
    assert [each.kind for each in (await day(world, "lisi", "2026-03-03")).exceptions] == ["device"]


async def test_what_a_rule_asks_for(world: World) -> None:
    await add(world, office(world, "lisi", needs_photo=True, on_rest_days=False))
    with pytest.raises(PhotoMissing):
        await punch(world, "lisi", "2026-03-03 09:00")
    with pytest.raises(RestDay):
        await punch(world, "lisi", "2026-03-01 13:00")
    await add(world, office(world, "zhangsan", means="machine"))
    with pytest.raises(ByMachine):
        await punch(world, "zhangsan", "2026-03-03 09:00")
    windowed = Timetable((Slot(1, 9 * HOUR, 18 * HOUR, earliest_start=8 * HOUR, latest_end=20 * HOUR),))
    await add(world, office(world, "wangwu", weeks=(Week((2,), windowed),)))
    for at in ("2026-03-03 07:59", "2026-03-03 20:01"):
        with pytest.raises(OutOfTime):
            await punch(world, "wangwu", at)
    assert (await punch(world, "wangwu", "2026-03-03 08:00")).point


async def test_a_punch_counts_by_the_second_that_has_begun(world: World) -> None:
    await add(world, office(world, "lisi"))
    at = local("2026-03-03 09:00") + timedelta(seconds=59, milliseconds=700)
    claim = Claim(world["lisi"].id, "half", world["lisi"].id, evidence=AT_TOWER, way="start")
    async with transaction(world.pool) as tx:
        kept = await checkins.punch(tx, claim, now=at)
    [came, _] = (await day(world, "lisi", "2026-03-03", "2026-03-03 12:00")).points
    assert kept.point and (kept.point.status, came.status, came.seconds) == ("normal", "normal", 0)


async def test_days_that_have_not_come_have_no_result_whatever_is_read_of_them(world: World) -> None:
    await add(world, office(world, "lisi"))
    lisi = world["lisi"].id
    span = (local("2026-03-09 00:00"), local("2026-03-11 00:00"))
    async with transaction(world.pool) as tx:
        await checkins.approve_fact(tx, SYSTEM, lisi, "leave", *span, source="hr", now=local("2026-03-04 12:00"))
    async with transaction(world.pool) as tx:
        await checkins.recompute_some(tx, 10, now=local("2026-03-03 12:00"))
    for now, newest in (("2026-03-03 00:01", 3), ("2026-03-03 23:59", 3), ("2026-03-04 00:01", 4)):
        assert (await days(world, "lisi", "2026-03-01", "2026-03-31", now))[-1].date == date(2026, 3, newest)


async def test_what_was_queued_counts_by_when_it_was_done_and_says_so(world: World) -> None:
    await add(world, office(world, "lisi"))
    kept = await punch(world, "lisi", "2026-03-03 11:00", claimed_at=local("2026-03-03 08:58"))
    assert kept.late_received and kept.at == local("2026-03-03 08:58")
    judged = await day(world, "lisi", "2026-03-03")
    assert (judged.points[0].status, judged.points[0].late_received) == ("normal", True)
    assert [each.kind for each in judged.exceptions] == ["missing", "late_received"]
    pressed = local("2026-03-03 18:00") - timedelta(seconds=9)
    quick = await punch(world, "lisi", "2026-03-03 18:00", claimed_at=pressed)
    assert (quick.late_received, quick.at) == (True, pressed)
    now = local("2026-03-03 18:01")
    same_minute = await punch(world, "lisi", "2026-03-03 18:01", claimed_at=now, client_id="same")
    assert not same_minute.late_received
    for claimed in ("2026-03-03 18:10", "2026-02-20 09:00"):
        with pytest.raises(ClaimUnfit):
            await punch(world, "lisi", "2026-03-03 18:01", claimed_at=local(claimed))


async def test_whoever_waits_for_their_place_in_the_office_is_there_and_what_waited_long_is_never_refused(
    world: World,
) -> None:
    await add(world, office(world, "lisi", networks=("10.1.0.0/16",), out_of_range="refuse"))
    inside = Evidence(address="10.1.2.3")
    pressed = local("2026-03-03 09:00") - timedelta(seconds=5)
    kept = await punch(world, "lisi", "2026-03-03 09:00", inside, claimed_at=pressed)
    assert (kept.late_received, kept.where) == (True, "normal")
    queued = await punch(world, "lisi", "2026-03-03 18:40", inside, claimed_at=local("2026-03-03 18:00"))
    assert (queued.late_received, queued.where) == (True, "place")
    with pytest.raises(OutOfRange):
        await punch(world, "lisi", "2026-03-03 19:00", ELSEWHERE)


async def test_nonsense_is_refused_and_nothing_is_kept(world: World) -> None:
    for evidence in (
        Evidence(latitude=91, longitude=0),
        Evidence(latitude=1),
        Evidence(note="长" * 1025),
        Evidence(note="a\x00b"),
        Evidence(latitude=float("nan"), longitude=1),
    ):
        with pytest.raises(PunchUnfit):
            await punch(world, "lisi", "2026-03-03 09:00", evidence)
    assert await world.pool.fetchval("SELECT count(*) FROM checkin_punches") == 0


async def test_a_batch_answers_each_and_a_refused_one_harms_nobody(world: World) -> None:
    await add(world, office(world, "lisi", "zhangsan", out_of_range="refuse"))
    ids = [world["lisi"].id, world["zhangsan"].id]
    claims = [
        Claim(ids[0], "1", ids[0], evidence=AT_TOWER),
        Claim(ids[1], "1", ids[1], evidence=ELSEWHERE),
        Claim(ids[0], "1", ids[0], evidence=AT_TOWER),
        Claim(ids[0], "", ids[0], evidence=AT_TOWER),
    ]
    async with transaction(world.pool) as tx:
        answers = await checkins.punch_batch(tx, claims, [local("2026-03-03 09:00")] * 4)
    assert isinstance(answers[0], Kept) and answers[2] == answers[0]
    assert isinstance(answers[1], OutOfRange) and isinstance(answers[3], PunchUnfit)
    assert await world.pool.fetchval("SELECT count(*) FROM checkin_punches") == 1


async def test_through_the_turnstile_all_at_once(world: World) -> None:
    await add(world, office(world, "lisi", "zhangsan", "wangwu"))
    gate = Turnstile(world.pool, clock=lambda: local("2026-03-03 09:00"))
    ids = [world[userid].id for userid in ("lisi", "zhangsan", "wangwu")]
    claims = [Claim(id, f"{n}", id, evidence=AT_TOWER) for id in ids for n in range(40)]
    bad = Claim(ids[0], "bad", 999_999_999, evidence=AT_TOWER)
    answers = await asyncio.gather(*(gate.punch(each) for each in [*claims, bad, *claims]), return_exceptions=True)
    await gate.close()
    assert isinstance(answers[120], Exception) and not isinstance(answers[120], WecomError)
    kept = [each for each in answers if isinstance(each, Kept)]
    assert len(kept) == 240 and len({each.punch_id for each in kept}) == 120


async def test_a_change_has_exactly_the_days_judged_again_that_it_touches(world: World) -> None:
    await add(world, office(world, "lisi", "zhangsan"))
    for on in range(2, 7):
        for hour in ("09:00", "18:00"):
            await punch(world, "lisi", f"2026-03-{on:02} {hour}")
    await days(world, "lisi", "2026-03-01", "2026-03-31")
    await days(world, "zhangsan", "2026-03-01", "2026-03-31")
    before = dict(
        await world.pool.fetch("SELECT member_id * 100 + extract(day FROM date)::int, xmin::text FROM checkin_days")
    )
    await punch(world, "lisi", "2026-03-04 18:30")
    assert await world.pool.fetchval("SELECT count(*) FROM checkin_dirty") == 1
    await days(world, "lisi", "2026-03-01", "2026-03-31")
    await days(world, "zhangsan", "2026-03-01", "2026-03-31")
    after = dict(
        await world.pool.fetch("SELECT member_id * 100 + extract(day FROM date)::int, xmin::text FROM checkin_days")
    )
    assert [key for key in after if after[key] != before.get(key)] == [world["lisi"].id * 100 + 4]
    assert len(after) == 62


async def test_leaving_later_yesterday_has_today_judged_again(world: World) -> None:
    late = Timetable((Slot(1, 9 * HOUR, 18 * HOUR),), late_leaves=(LateLeave(2 * HOUR, HOUR),))
    await add(world, office(world, "lisi", weeks=(Week((1, 2, 3, 4, 5), late),)))
    await punch(world, "lisi", "2026-03-03 10:00")
    assert (await day(world, "lisi", "2026-03-03")).points[0].status == "late"
    await punch(world, "lisi", "2026-03-02 20:30")
    await day(world, "lisi", "2026-03-02")
    async with transaction(world.pool) as tx:
        assert await checkins.recompute_some(tx, 10, now=local("2026-06-01 00:00")) == 1
    assert (await day(world, "lisi", "2026-03-03")).points[0].status == "normal"


async def test_what_follows_from_a_day_that_is_read_is_judged_with_it(world: World) -> None:
    late = Timetable((Slot(1, 9 * HOUR, 18 * HOUR),), late_leaves=(LateLeave(2 * HOUR, HOUR),))
    await add(world, office(world, "lisi", weeks=(Week((1, 2, 3, 4, 5), late),)))
    await punch(world, "lisi", "2026-03-03 10:00")
    assert [each.points[0].status for each in await days(world, "lisi", "2026-03-02", "2026-03-03")][1] == "late"
    await punch(world, "lisi", "2026-03-02 20:30")
    assert [each.points[0].status for each in await days(world, "lisi", "2026-03-02", "2026-03-03")][1] == "normal"


async def test_shifts_are_planned_copied_and_rotated(world: World) -> None:
    shifts = (Shift(0, "早", NINE_TO_SIX), Shift(0, "夜", Timetable((Slot(1, 22 * HOUR, 31 * HOUR),))))
    made = await add(world, office(world, "lisi", "zhangsan", kind="shift", weeks=(), shifts=shifts))
    early, night = (shift.id for shift in made.rule.shifts)
    lisi, zhangsan = world["lisi"].id, world["zhangsan"].id
    now = local("2026-03-01 12:00")
    async with transaction(world.pool) as tx:
        await checkins.rotate_schedule(
            tx,
            SYSTEM,
            made.rule_id,
            [lisi, zhangsan],
            date(2026, 3, 2),
            date(2026, 3, 7),
            [night, 0, early],
            now=now,
            shifted_by=2,
        )
        copied = await checkins.copy_schedule(
            tx, SYSTEM, made.rule_id, [lisi], date(2026, 3, 2), date(2026, 3, 4), date(2026, 3, 9), now=now
        )
    assert copied == 3
    there = await checkins.schedules(world.pool, [lisi, zhangsan], date(2026, 3, 1), date(2026, 3, 31))
    assert [each.shift_id for each in there if each.member_id == lisi] == [night, 0, early] * 3
    assert [each.shift_id for each in there if each.member_id == zhangsan] == [early, night, 0] * 2
    await punch(world, "lisi", "2026-03-02 21:50")
    await punch(world, "lisi", "2026-03-03 07:05")
    monday = await day(world, "lisi", "2026-03-02")
    assert (monday.shift_name, monday.exceptions, monday.worked) == ("夜", (), 9 * HOUR + 15 * 60)
    for cells, refusal in (
        ([(lisi, date(2026, 3, 1), early)], DatePassed),
        ([(world["wangwu"].id, date(2026, 3, 20), early)], NotUnderRule),
        ([(lisi, date(2026, 3, 20), 99999)], WecomError),
    ):
        with pytest.raises(refusal):
            async with transaction(world.pool) as tx:
                await checkins.set_schedule(tx, SYSTEM, made.rule_id, cells, now=now)
    overlapping = (*shifts, Shift(0, "晨", Timetable((Slot(1, 6 * HOUR, 14 * HOUR),))))
    other = await add(world, office(world, "wangwu", kind="shift", weeks=(), shifts=overlapping))
    _, late, dawn = (shift.id for shift in other.rule.shifts)
    with pytest.raises(ShiftsOverlap):
        async with transaction(world.pool) as tx:
            cells = [(world["wangwu"].id, date(2026, 3, 3), late), (world["wangwu"].id, date(2026, 3, 4), dawn)]
            await checkins.set_schedule(tx, SYSTEM, other.rule_id, cells, now=now)


async def test_the_screen_says_what_comes_next(world: World) -> None:
    await add(world, office(world, "lisi"))

    async def next_at(at: str) -> tuple[str | None, str]:
        async with transaction(world.pool) as tx:
            screen = await checkins.expected_next(tx, world["lisi"].id, now=local(at))
        return (screen.next.way if screen.next else None), screen.proposed

    assert await next_at("2026-03-03 08:50") == ("start", "start")
    await punch(world, "lisi", "2026-03-03 08:50")
    assert await next_at("2026-03-03 08:51") == ("end", "end")
    await punch(world, "lisi", "2026-03-03 18:01")
    assert await next_at("2026-03-03 18:02") == (None, "end")
    assert await next_at("2026-03-08 10:00") == (None, "start")


async def test_a_month_is_told_for_many(world: World) -> None:
    await add(world, office(world, "lisi", "zhangsan"))
    for on in (2, 3, 4, 5, 6):
        await punch(world, "lisi", f"2026-03-{on:02} 09:10")
        await punch(world, "lisi", f"2026-03-{on:02} 18:00")
    ids = [world["zhangsan"].id, world["lisi"].id]
    async with transaction(world.pool) as tx:
        empty, full = await checkins.month_reports(
            tx, ids, date(2026, 3, 2), date(2026, 3, 8), now=local("2026-04-01 00:00")
        )
    assert [(each.kind, each.count, each.seconds) for each in full.sums.exceptions] == [("late", 5, 3000)]
    assert (full.sums.work_days, full.sums.rest_days, full.sums.exception_days) == (5, 2, 5)
    assert [(each.kind, each.count) for each in empty.sums.exceptions] == [("absent", 5)]
