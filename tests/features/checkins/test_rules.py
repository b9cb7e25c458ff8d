"""Rules: whom they are for, from when, and what they must fulfil."""

from dataclasses import replace
from datetime import date

import pytest

from tests.features.checkins.company import NINE_TO_SIX, add, day, days, local, office, punch
from tests.world import World
from wecom.features import checkins, directory, lifecycle
from wecom.features.accounts import SYSTEM
from wecom.features.checkins.checking import checked
from wecom.features.checkins.refusals import (
    CoveredElsewhere,
    KindStays,
    NoSuchCheckinRule,
    NoSuchShift,
    NothingToBeAt,
    NotYourRule,
    RuleChangedMeanwhile,
    RuleUnfit,
    ZoneUnknown,
)
from wecom.features.checkins.rules_model import (
    Covered,
    LateLeave,
    Overtime,
    OvertimePart,
    OvertimeRests,
    Rest,
    Rule,
    Shift,
    Slot,
    SpecialDays,
    Tier,
    Timetable,
    Week,
)
from wecom.features.checkins.rules_stored import rule_body, rule_from
from wecom.foundation import audit
from wecom.foundation.db import transaction
from wecom.foundation.streams import heads, since

HOUR = 3600


async def ruled(world: World, userid: str, on: str) -> int | None:
    first = date.fromisoformat(on)
    book = await checkins.rulebook(world.pool)
    there = await checkins.standings(world.pool, book, [world[userid].id], first, first)
    return there[world[userid].id].rule_on(first)


async def test_whoever_is_named_is_under_that_rule_and_not_under_the_departments(world: World) -> None:
    of_all = await add(world, office(world, departments=(1,)))
    of_two = await add(world, office(world, departments=(2,), name="研发"))
    of_lisi = await add(world, office(world, "lisi", name="李四"))
    day = "2026-03-02"
    assert await ruled(world, "wangwu", day) == of_all.rule_id
    assert await ruled(world, "zhangsan", day) == of_two.rule_id
    assert await ruled(world, "lisi", day) == of_lisi.rule_id
    assert await ruled(world, "lisi", "2026-02-28") is None


async def test_what_is_changed_from_tomorrow_on_holds_tomorrow_though_the_day_was_judged(world: World) -> None:
    night = (Week((0, 1, 2, 3, 4, 5, 6), Timetable((Slot(1, 0, 8 * HOUR),))),)
    made = await add(world, office(world, "lisi", "zhangsan", weeks=night))
    evening = "2026-03-03 23:00"  # the window of the 4th is open
    assert (await punch(world, "lisi", evening)).date == date(2026, 3, 4)
    assert (await day(world, "lisi", "2026-03-04", evening)).rule_version == 1
    [before] = (await heads(world.pool, [world["zhangsan"].id])).values()
    later = replace(made.rule, weeks=(Week((1, 2, 3, 4, 5), NINE_TO_SIX),))
    async with transaction(world.pool) as tx:
        await checkins.change_rule(tx, SYSTEM, made.rule_id, later, now=local(evening))
    async with transaction(world.pool) as tx:
        screen = await checkins.expected_next(tx, world["lisi"].id, now=local("2026-03-04 08:00"))
    assert screen.day and screen.day.rule_version == 2 and screen.next
    assert screen.next.at == int(local("2026-03-04 09:00").timestamp()) == screen.day.points[0].expected
    heard = await since(world.pool, world["zhangsan"].id, before, to=before + 1)
    assert b'"member.checkin_rule_changed"' in heard.entries[0]


async def test_who_changes_a_rule_says_which_version_was_read(world: World) -> None:
    made = await add(world, office(world, "lisi"))
    now = local("2026-03-01 13:00")
    async with transaction(world.pool) as tx:
        await checkins.change_rule(tx, SYSTEM, made.rule_id, replace(made.rule, name="二"), now=now, instead_of=1)
    with pytest.raises(RuleChangedMeanwhile):
        async with transaction(world.pool) as tx:
            await checkins.change_rule(tx, SYSTEM, made.rule_id, replace(made.rule, name="三"), now=now, instead_of=1)
    assert [each.rule.name for each in await checkins.newest_rules(world.pool)] == ["二"]


async def test_a_rule_that_begins_tomorrow_concerns_nobody_anew_each_time_the_directory_changes(world: World) -> None:
    await add(world, office(world, "lisi"), effective_now=False)
    async with transaction(world.pool) as tx:
        await directory.change_member(tx, SYSTEM, world["wangwu"].id, alias="five")
    async with transaction(world.pool) as tx:
        assert await checkins.assign_if_moved(tx, now=local("2026-03-01 13:00")) == 0
    assert await ruled(world, "lisi", "2026-03-02") is not None


async def test_a_tag_covers_whom_no_department_covers_and_the_exempt_are_under_none(world: World) -> None:
    async with transaction(world.pool) as tx:
        tag = (await directory.add_tag(tx, SYSTEM, "值班")).id
        await directory.put_tag_on(tx, SYSTEM, tag, member_ids=[world["lisi"].id, world["wangwu"].id])
    tagged = await add(world, office(world, covered=Covered(tags=(tag,))))
    of_two = await add(world, office(world, departments=(2,), exempt=(world["zhangsan"].id,)))
    assert await ruled(world, "wangwu", "2026-03-02") == tagged.rule_id
    assert await ruled(world, "lisi", "2026-03-02") == of_two.rule_id
    assert await ruled(world, "zhangsan", "2026-03-02") is None


async def test_two_rules_cannot_name_the_same(world: World) -> None:
    first = await add(world, office(world, "lisi", departments=(2,)))
    for covered in (Covered(departments=(2,)), Covered(members=(world["lisi"].id,))):
        with pytest.raises(CoveredElsewhere) as refused:
            await add(world, office(world, covered=covered))
        assert refused.value.facts["rules"] == [first.rule_id]
    async with transaction(world.pool) as tx:
        await checkins.delete_rule(tx, SYSTEM, first.rule_id, now=local("2026-03-03 12:00"))
    with pytest.raises(CoveredElsewhere):
        await add(world, office(world, departments=(2,)), "2026-03-03 12:00")
    await add(world, office(world, departments=(2,)), "2026-03-03 12:00", effective_now=False)


async def test_a_change_holds_from_tomorrow_and_what_was_stays(world: World) -> None:
    made = await add(world, office(world, "lisi"))
    later = office(world, "lisi", weeks=(Week((1, 2, 3, 4, 5), Timetable((Slot(1, 10 * HOUR, 19 * HOUR),))),))
    async with transaction(world.pool) as tx:
        changed = await checkins.change_rule(tx, SYSTEM, made.rule_id, later, now=local("2026-03-03 08:00"))
    assert changed.effective_from == date(2026, 3, 4) and changed.version == 2
    for on in ("2026-03-03", "2026-03-04"):
        await punch(world, "lisi", f"{on} 09:40")
    assert (await day(world, "lisi", "2026-03-03")).exceptions[0].kind == "late"
    assert (await day(world, "lisi", "2026-03-04")).points[0].status == "normal"
    assert [each.version for each in await checkins.rule_versions(world.pool, made.rule_id)] == [1, 2]


async def test_a_change_that_holds_at_once_has_today_judged_again(world: World) -> None:
    made = await add(world, office(world, "lisi"))
    await punch(world, "lisi", "2026-03-03 09:40")
    assert (await day(world, "lisi", "2026-03-03", "2026-03-03 12:00")).points[0].status == "late"
    later = office(world, "lisi", weeks=(Week((1, 2, 3, 4, 5), Timetable((Slot(1, 10 * HOUR, 19 * HOUR),))),))
    async with transaction(world.pool) as tx:
        await checkins.change_rule(tx, SYSTEM, made.rule_id, later, now=local("2026-03-03 12:00"), effective_now=True)
    assert (await day(world, "lisi", "2026-03-03", "2026-03-03 12:01")).points[0].status == "normal"


async def test_history_stays_when_somebody_moves(world: World) -> None:
    of_two = await add(world, office(world, departments=(2,)))
    of_three = await add(world, office(world, departments=(3,), name="市场"))
    async with transaction(world.pool) as tx:
        await directory.change_member(tx, SYSTEM, world["lisi"].id, departments=(directory.Place(3),))
    async with transaction(world.pool) as tx:
        assert await checkins.assign_if_moved(tx, now=local("2026-03-10 12:00")) == 1
        assert await checkins.assign_if_moved(tx, now=local("2026-03-10 12:01")) == 0
    assert await ruled(world, "lisi", "2026-03-09") == of_two.rule_id
    assert await ruled(world, "lisi", "2026-03-10") == of_three.rule_id


async def test_whoever_leaves_keeps_the_day_that_was_worked_and_owes_no_shift_that_had_not_begun(world: World) -> None:
    night = (Week((0, 1, 2, 3, 4, 5, 6), Timetable((Slot(1, 22 * HOUR, 31 * HOUR),))),)
    await add(world, office(world, "lisi"))
    await add(world, office(world, "wangwu", name="夜", weeks=night))
    for userid, came, went in (("lisi", "03 09:00", "03 18:00"), ("wangwu", "02 22:00", "03 07:00")):
        await punch(world, userid, f"2026-03-{came}", way="start")
        await punch(world, userid, f"2026-03-{went}", way="end")
    async with transaction(world.pool) as tx:
        await lifecycle.leave(tx, SYSTEM, world["lisi"].id)
        await lifecycle.leave(tx, SYSTEM, world["wangwu"].id)
    for now in ("2026-03-03 18:30", "2026-03-03 18:40", "2026-03-04 08:00"):
        async with transaction(world.pool) as tx:
            await checkins.assign(tx, now=local(now))
    [worked, after] = await days(world, "lisi", "2026-03-03", "2026-03-04")
    assert (worked.worked, worked.standard, worked.exceptions) == (8 * HOUR, 8 * HOUR, ())
    assert (after.rule_id, after.points) == (None, ())
    [shift, after] = await days(world, "wangwu", "2026-03-02", "2026-03-03")
    assert (shift.worked, shift.exceptions) == (9 * HOUR, ()) and (after.rule_id, after.exceptions) == (None, ())
    assert await ruled(world, "lisi", "2026-04-01") is None


async def test_today_is_the_rules_own_where_it_holds(world: World) -> None:
    made = await add(world, office(world, "lisi", zone="Pacific/Kiritimati"))
    evening = local("2026-03-03 20:00")  # there it is two in the morning
    async with transaction(world.pool) as tx:
        changed = await checkins.change_rule(
            tx, SYSTEM, made.rule_id, replace(made.rule, name="二"), now=evening, effective_now=True
        )
    assert changed.effective_from == date(2026, 3, 4)


async def test_only_the_app_that_made_a_rule_may_change_it_and_the_console_may_any(world: World) -> None:
    made = await add(world, office(world, "lisi"))
    with pytest.raises(NotYourRule):
        async with transaction(world.pool) as tx:
            await checkins.delete_rule(tx, SYSTEM, made.rule_id, now=local("2026-03-03 12:00"), app_id=77)
    async with transaction(world.pool) as tx:
        await checkins.delete_rule(tx, SYSTEM, made.rule_id, now=local("2026-03-03 12:00"))
    with pytest.raises(NoSuchCheckinRule):
        async with transaction(world.pool) as tx:
            await checkins.delete_rule(tx, SYSTEM, made.rule_id, now=local("2026-03-03 12:00"))
    assert await ruled(world, "lisi", "2026-03-03") == made.rule_id
    assert await ruled(world, "lisi", "2026-03-04") is None
    acts = [each.action for each in await audit.records(world.pool, before=None, limit=2)]
    assert acts == ["checkin_rule.delete", "checkin_rule.add"]


async def test_lists_are_emptied_and_a_rule_keeps_its_kind(world: World) -> None:
    off = SpecialDays("day", date(2026, 3, 4), date(2026, 3, 4), "搬家")
    made = await add(world, office(world, "lisi", days_off=(off,)))
    async with transaction(world.pool) as tx:
        changed = await checkins.clear_rule_lists(
            tx, SYSTEM, made.rule_id, ["days_off"], now=local("2026-03-01 13:00"), effective_now=True
        )
    assert changed.rule.days_off == () and changed.rule.places
    said = replace(changed.rule, networks=("10.1.2.3/16", " 2001:db8::1 ", "10.1.0.0/16"))
    assert checked(said).networks == ("10.1.0.0/16", "2001:db8::1/128")
    for wrong in ("0.0.0.0/0", "::/0", "office", "10.0.0.0/33"):
        with pytest.raises(RuleUnfit):
            checked(replace(said, networks=(wrong,)))
    with pytest.raises(NothingToBeAt):
        async with transaction(world.pool) as tx:
            await checkins.clear_rule_lists(tx, SYSTEM, made.rule_id, ["places"], now=local("2026-03-01 13:00"))
    with pytest.raises(KindStays):
        async with transaction(world.pool) as tx:
            await checkins.change_rule(
                tx, SYSTEM, made.rule_id, replace(changed.rule, kind="free"), now=local("2026-03-01 13:00")
            )


async def test_shifts_get_numbers_that_are_the_companys(world: World) -> None:
    shifts = (Shift(0, "早", NINE_TO_SIX), Shift(0, "晚", Timetable((Slot(1, 22 * HOUR, 30 * HOUR),))))
    one = await add(world, office(world, "lisi", kind="shift", weeks=(), shifts=shifts))
    other = await add(world, office(world, "zhangsan", kind="shift", weeks=(), shifts=shifts))
    ids = [shift.id for version in (one, other) for shift in version.rule.shifts]
    assert len(set(ids)) == 4 and 0 not in ids
    with pytest.raises(NoSuchShift):
        async with transaction(world.pool) as tx:
            others = replace(other.rule, covered=one.rule.covered)
            await checkins.change_rule(tx, SYSTEM, one.rule_id, others, now=local("2026-03-01 13:00"))


async def test_a_rule_says_what_is_wrong_with_it(world: World) -> None:
    def week(*slots: Slot, **times: object) -> tuple[Week, ...]:
        return (Week((1, 2), Timetable(slots, **times)),)  # type: ignore[arg-type]

    unfit: list[tuple[str, dict[str, object]]] = [
        ("name has 1 to 40", {"name": ""}),
        ("name has 1 to 40", {"name": "规" * 41}),
        ("say whom", {"covered": Covered()}),
        ("has weeks", {"weeks": ()}),
        (r"0 \(Sunday\) to 6", {"weeks": (Week((7,), NINE_TO_SIX),)}),
        ("by one timetable", {"weeks": (Week((1,), NINE_TO_SIX), Week((1,), NINE_TO_SIX))}),
        ("at least one slot", {"weeks": week()}),
        ("has a length", {"weeks": week(Slot(1, 9 * HOUR, 9 * HOUR))}),
        ("14:00 the day after", {"weeks": week(Slot(1, 9 * HOUR, 39 * HOUR))}),
        ("has a length", {"weeks": week(Slot(1, -12 * HOUR, -4 * HOUR))}),
        ("has a length", {"weeks": week(Slot(1, -(10**12), 60 - 10**12))}),
        ("14:00 the day after", {"weeks": week(Slot(1, 9 * HOUR, 34 * HOUR))}),
        ("each once", {"weeks": week(Slot(1, 9 * HOUR, 12 * HOUR), Slot(1, 13 * HOUR, 18 * HOUR))}),
        ("follow one another", {"weeks": week(Slot(1, 9 * HOUR, 12 * HOUR), Slot(2, 11 * HOUR, 18 * HOUR))}),
        ("closes within the slot", {"weeks": week(Slot(1, 9 * HOUR, 18 * HOUR, latest_start=19 * HOUR))}),
        ("within their slot", {"weeks": week(Slot(1, 9 * HOUR, 18 * HOUR, rests=(Rest(8 * HOUR, 10 * HOUR),)))}),
        ("grace or a band", {"weeks": week(Slot(1, 9 * HOUR, 18 * HOUR), late_grace=60, band_late=60)}),
        ("six hours, in minutes", {"weeks": week(Slot(1, 9 * HOUR, 18 * HOUR), late_grace=7 * HOUR)}),
        ("ten hours, in quarters", {"weeks": week(Slot(1, 9 * HOUR, 18 * HOUR), late_leaves=(LateLeave(1000, 900),))}),
        ("ends after it begins", {"days_off": (SpecialDays("range", date(2026, 3, 4), date(2026, 3, 3)),)}),
        ("not more than the most", {"overtime": Overtime(workday=OvertimePart(minimum=7200, maximum=3600))}),
        (
            "no longer than what was worked",
            {"overtime": Overtime(workday=OvertimePart(rests=OvertimeRests(tiers=(Tier(60, 120),))))},
        ),
    ]
    for said, fields in unfit:
        with pytest.raises(RuleUnfit, match=said):
            await add(world, office(world, "lisi", **fields))
    with pytest.raises(ZoneUnknown):
        await add(world, office(world, "lisi", zone="Asia/Atlantis"))
    with pytest.raises(NothingToBeAt):
        await add(world, office(world, "lisi", places=()))
    assert await checkins.newest_rules(world.pool) == []


def test_a_rule_is_read_as_it_was_written(world: World) -> None:
    rule = office(
        world,
        "lisi",
        days_off=(SpecialDays("fortnight", date(2026, 3, 4), date(2026, 5, 4), "轮休"),),
        overtime=Overtime(restday=OvertimePart(True, "punches", rests=OvertimeRests((Rest(1, 2),), (Tier(2, 1),)))),
    )
    assert rule_from(rule_body(rule)) == rule
    assert isinstance(rule, Rule)


async def test_chinas_holidays_are_stored_once_and_may_be_set(world: World) -> None:
    await add(world, office(world, "lisi"), "2026-02-01 12:00")
    stored = dict(await checkins.holidays_between(world.pool, "CN", date(2026, 2, 1), date(2026, 2, 28)))
    assert stored[date(2026, 2, 17)].kind == "holiday" and stored[date(2026, 2, 14)].kind == "workday"
    assert stored[date(2026, 2, 20)].kind == "off"
    assert (await day(world, "lisi", "2026-02-17")).kind == "holiday"
    assert (await day(world, "lisi", "2026-02-14")).kind == "work"
    async with transaction(world.pool) as tx:
        await checkins.set_holiday(tx, SYSTEM, "CN", date(2026, 2, 17), None, now=local("2026-02-18 12:00"))
    assert (await day(world, "lisi", "2026-02-17")).kind == "work"
    await add(world, office(world, "zhangsan", country="DE"), "2024-06-01 12:00")
    assert (await day(world, "zhangsan", "2026-01-01")).kind == "work"
    async with transaction(world.pool) as tx:
        assert await checkins.keep_years(tx, "DE", [2026])
    assert (await day(world, "zhangsan", "2026-01-01")).kind == "holiday"
    edition, german = checkins.announced("DE", 2026)
    assert edition.startswith("holidays ") and (date(2026, 10, 3), "holiday") in [(on, kind) for on, kind, _ in german]
    assert checkins.announced("CN", 2090)[1] == []
