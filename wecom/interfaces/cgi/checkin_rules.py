"""管理打卡规则, 排班: apps make rules and change those that they made; shifts are planned for dates to come."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from pydantic import Field

from wecom.features import checkins, directory
from wecom.features.apps import SpeakingApp
from wecom.features.checkins import Rule, RuleVersion
from wecom.features.checkins.refusals import NoSuchShift, RuleUnfit
from wecom.features.checkins.rules import Clearable
from wecom.foundation.db import Db, Tx
from wecom.foundation.http import Caller, Endpoints
from wecom.services import Services

from .checkin_people import OfMembers, dates, named_members
from .checkin_rule_in import Named, rule_from_wire
from .checkin_rule_wire import RuleBody, WrittenRule
from .refusals import CheckinUseridInvalid, RuleIdInvalid, RuleIdsOutOfSight, ScheduleInvalid
from .wire import Answer, Body, Flag, Number, Numbers, Text, WrongParameter

endpoints = Endpoints("/cgi-bin/checkin")

CLEARED: dict[int, Clearable] = {1: "worked_days", 2: "days_off", 3: "wifi", 4: "places"}
MOST_CELLS = 10_000
LARGEST_ID = 2**31


class NewRule(Answer):
    groupid: int


class ClearedFields(Body):
    groupid: Number
    clear_field: Numbers
    effective_now: Flag = False


class EndedRule(Body):
    groupid: Number
    effective_now: Flag = False


class Cell(Body):
    userid: Text
    day: Number
    schedule_id: Number


class Plan(Body):
    groupid: Number
    yearmonth: Number
    items: list[Cell] = Field(default_factory=list)


class SectionView(Answer):
    id: int
    work_sec: int
    off_work_sec: int
    remind_work_sec: int
    remind_off_work_sec: int


class ShiftOfDay(Answer):
    schedule_id: int
    schedule_name: str
    time_section: list[SectionView]


class PlannedDay(Answer):
    day: int
    schedule_info: ShiftOfDay


class PlannedDays(Answer):
    scheduleList: list[PlannedDay]


class PlannedMonth(Answer):
    userid: str
    yearmonth: int
    groupid: int
    groupname: str
    schedule: PlannedDays


class PlannedMonths(Answer):
    schedule_list: list[PlannedMonth]


@endpoints.post("/add_checkin_option", docs=(98041,))
async def add_rule(tx: Tx, app: SpeakingApp, body: WrittenRule, services: Services, caller: Caller) -> NewRule:
    """创建打卡规则: make a rule; it holds from tomorrow on, or at once with effective_now."""
    written = body.group
    named = await _named(tx, app, written)
    rule = rule_from_wire(written, None, named, (await checkins.rulebook(tx)).zone)
    made = await _kept(
        checkins.add_rule(
            tx,
            app.id,
            rule,
            now=services.clock(),
            app_id=app.id,
            effective_now=body.effective_now,
            address=caller.address,
        )
    )
    return NewRule(groupid=made.rule_id)


@endpoints.post("/update_checkin_option", docs=(98041,))
async def change_rule(tx: Tx, app: SpeakingApp, body: WrittenRule, services: Services, caller: Caller) -> Answer:
    """修改打卡规则: replace what is given; lists that are absent or empty stay."""
    written = body.group
    await checkins.lock_rules(tx)
    before = await _newest(tx, written.groupid)
    named = await _named(tx, app, written)
    rule = rule_from_wire(written, before.rule, named, before.rule.zone)
    await _kept(
        checkins.change_rule(
            tx,
            app.id,
            before.rule_id,
            rule,
            now=services.clock(),
            app_id=app.id,
            effective_now=body.effective_now,
            address=caller.address,
        )
    )
    return Answer()


@endpoints.post("/clear_checkin_option_array_field", docs=(98041,))
async def clear_rule(tx: Tx, app: SpeakingApp, body: ClearedFields, services: Services, caller: Caller) -> Answer:
    """清空打卡规则数组元素: empty lists of a rule. 1: spe_workdays; 2: spe_offdays; 3: wifimac_infos; 4: loc_infos."""
    if not body.clear_field or any(field not in CLEARED for field in body.clear_field):
        raise RuleUnfit("invalid field: clear_field")
    before = await _newest(tx, body.groupid)
    await checkins.clear_rule_lists(
        tx,
        app.id,
        before.rule_id,
        [CLEARED[field] for field in dict.fromkeys(body.clear_field)],
        now=services.clock(),
        app_id=app.id,
        effective_now=body.effective_now,
        address=caller.address,
    )
    return Answer()


@endpoints.post("/del_checkin_option", docs=(98041,))
async def delete_rule(tx: Tx, app: SpeakingApp, body: EndedRule, services: Services, caller: Caller) -> Answer:
    """删除打卡规则: end a rule; days that it ruled stay as they were."""
    before = await _newest(tx, body.groupid)
    await checkins.delete_rule(
        tx,
        app.id,
        before.rule_id,
        now=services.clock(),
        app_id=app.id,
        effective_now=body.effective_now,
        address=caller.address,
    )
    return Answer()


@endpoints.post("/setcheckinschedulist", docs=(93385, 94209))
async def set_schedule(tx: Tx, app: SpeakingApp, body: Plan, services: Services, caller: Caller) -> Answer:
    """为打卡人员排班: plan shifts of a month, for dates to come; schedule_id 0 is rest."""
    rule_id = (await _newest(tx, body.groupid)).rule_id
    if not 1 <= len(body.items) <= MOST_CELLS:
        raise ScheduleInvalid
    days = [_date(body.yearmonth, cell.day) for cell in body.items]
    ids = await _seen_ids(tx, app, [cell.userid for cell in body.items])
    if ids is None:
        raise CheckinUseridInvalid
    cells = [(ids[cell.userid.lower()], on, cell.schedule_id) for cell, on in zip(body.items, days, strict=True)]
    await checkins.set_schedule(tx, app.id, rule_id, cells, now=services.clock(), address=caller.address)
    return Answer()


@endpoints.post("/getcheckinschedulist", docs=(93380, 94208))
async def list_schedules(tx: Tx, app: SpeakingApp, body: OfMembers) -> PlannedMonths:
    """获取打卡人员排班信息: shifts as they are planned, by member and month; dates that nobody planned are left out."""
    book = await checkins.rulebook(tx)
    first, last = dates(body, book.zone)
    members = await named_members(tx, app, body.useridlist)
    userids = {each.id: each.userid for each in members}
    there = await checkins.standings(tx, book, list(userids), first, last)
    months: dict[tuple[int, int, int], list[PlannedDay]] = {}
    versions: dict[int, RuleVersion] = {}
    for each in await checkins.schedules(tx, list(userids), first, last):
        version = book.in_force(each.rule_id, each.date)
        if version and there[each.member_id].rule_on(each.date) == each.rule_id:
            month = each.date.year * 100 + each.date.month
            planned = months.setdefault((each.member_id, month, each.rule_id), [])
            planned.append(PlannedDay(day=each.date.day, schedule_info=_shift(version.rule, each.shift_id)))
            versions[each.rule_id] = version
    places = {id: n for n, id in enumerate(userids)}
    return PlannedMonths(
        schedule_list=[
            PlannedMonth(
                userid=userids[id],
                yearmonth=month,
                groupid=rule_id,
                groupname=versions[rule_id].rule.name,
                schedule=PlannedDays(scheduleList=planned),
            )
            for (id, month, rule_id), planned in sorted(months.items(), key=lambda one: (places[one[0][0]], one[0][1:]))
        ]
    )


async def _kept(writing: Any) -> RuleVersion:
    """What was written; a shift's number that is not the rule's is a wrong field of it."""
    try:
        version: RuleVersion = await writing
    except NoSuchShift:
        raise RuleUnfit("invalid field: schedule_id is none of this rule's; leave it out for a new shift") from None
    return version


async def _newest(db: Db, groupid: int | None) -> RuleVersion:
    if groupid is None:
        raise WrongParameter("groupid", missing=True)
    version = (await checkins.rulebook(db)).newest(groupid)
    if version is None:
        raise RuleIdInvalid
    return version


async def _named(db: Db, app: SpeakingApp, body: RuleBody) -> Named:
    """Ids of the members that a rule names; raises where the app does not see all that it names."""
    told = body.reporterinfo.reporters if body.reporterinfo else []
    userids = [*(body.white_users or []), *(each.userid for each in told if each.userid)]
    departments: list[int] = []
    tags = [each.tagid for each in told if each.tagid is not None]
    if body.range:
        userids += body.range.userid
        departments += [*body.range.party_id, *body.range.partyid]
        tags += body.range.tagid
    ids = await _seen_ids(db, app, userids)
    if ids is None or not await _seen_departments(db, app, departments) or not await _seen_tags(db, app, tags):
        raise RuleIdsOutOfSight
    return Named(ids)


async def _seen_ids(db: Db, app: SpeakingApp, userids: Sequence[str]) -> dict[str, int] | None:
    """Ids by userid in lower case; None where one is unknown or out of sight."""
    wanted = {userid.lower() for userid in userids}
    known = await directory.member_ids(db, sorted(wanted)) if wanted else {}
    seen = await directory.userids_of(db, sorted(known.values()), seen_by=app.sight) if known else {}
    return known if len(seen) == len(wanted) else None


async def _seen_departments(db: Db, app: SpeakingApp, ids: Sequence[int]) -> bool:
    wanted = set(ids)
    possible = sorted(id for id in wanted if 0 < id < LARGEST_ID)
    return len(await directory.departments_by_ids(db, possible, seen_by=app.sight)) == len(wanted)


async def _seen_tags(db: Db, app: SpeakingApp, ids: Sequence[int]) -> bool:
    """Whether the app sees everybody whom these tags are on: a rule is made for no others, by whatever name."""
    if not set(ids) <= ({each.id for each in await directory.tags(db)} if ids else set()):
        return False
    for id in sorted(set(ids)):
        everybody = await directory.tagged(db, id, seen_by=directory.EVERYTHING)
        if everybody != await directory.tagged(db, id, seen_by=app.sight):
            return False
    return True


def _date(yearmonth: int, day: int) -> date:
    year, month = divmod(yearmonth, 100)
    if not (2000 <= year < 2100 and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]):
        raise ScheduleInvalid
    return date(year, month, 1) + timedelta(days=day - 1)


def _shift(rule: Rule, shift_id: int) -> ShiftOfDay:
    shift = next((each for each in rule.shifts if each.id == shift_id), None)
    if shift is None:
        return ShiftOfDay(schedule_id=0, schedule_name="休息", time_section=[])
    return ShiftOfDay(
        schedule_id=shift.id,
        schedule_name=shift.name,
        time_section=[
            SectionView(
                id=slot.id,
                work_sec=slot.start,
                off_work_sec=slot.end,
                remind_work_sec=slot.start if slot.remind_start is None else slot.remind_start,
                remind_off_work_sec=slot.end if slot.remind_end is None else slot.remind_end,
            )
            for slot in shift.timetable.slots
        ],
    )
