"""打卡: who checked in, what became of their days and months, and by which rules.

Stamps are unix seconds, midnights the company's. A day is reported once its last window has closed, so that nobody is
counted as missing who may still come; a month adds reported days up.
"""

from datetime import timedelta

from pydantic import Field

from wecom.features import checkins
from wecom.features.apps import SpeakingApp
from wecom.foundation.db import Tx
from wecom.foundation.http import Endpoints
from wecom.services import Services

from .checkin_people import (
    A_DAY,
    A_MONTH,
    OfMembers,
    dates,
    department_names,
    instants,
    named_members,
    reading_of,
    rules_in_sight,
)
from .checkin_records import RecordView, records
from .checkin_reports import DayView, MonthView, Reported, day_view, month_view
from .checkin_rule_in import date_at
from .checkin_rule_out import rule_view
from .checkin_rule_views import RuleView
from .refusals import CheckinTimeRange, WrongDataType
from .wire import Answer, Body, Number, Texts

endpoints = Endpoints("/cgi-bin/checkin")

RECORDS_AT_MOST = timedelta(days=30)
ON_DUTY, OUTSIDE, ALL = 1, 2, 3


class WhichRecords(OfMembers):
    opencheckindatatype: Number


class OnDay(Body):
    datetime: Number = -1
    useridlist: Texts = Field(default_factory=list)


class Records(Answer):
    checkindata: list[RecordView]


class Days(Answer):
    datas: list[DayView]


class Months(Answer):
    datas: list[MonthView]


class Rules(Answer):
    group: list[RuleView]


class RuleOfMember(Answer):
    userid: str
    group: RuleView


class RulesOfMembers(Answer):
    info: list[RuleOfMember]


@endpoints.post("/getcheckindata", docs=(90262, 94205))
async def list_records(tx: Tx, app: SpeakingApp, body: WhichRecords, services: Services) -> Records:
    """获取打卡记录数据: what was punched, and what was expected and was not. 1: work; 2: outside; 3: all."""
    if body.opencheckindatatype not in (ON_DUTY, OUTSIDE, ALL):
        raise WrongDataType
    start, end = instants(body, RECORDS_AT_MOST)
    members = await named_members(tx, app, body.useridlist)
    found = await records(tx, members, start, end + timedelta(seconds=1), now=services.clock(), key=services.key)
    wanted = body.opencheckindatatype
    return Records(checkindata=[each.view for each in found if wanted == ALL or (wanted == OUTSIDE) == each.outside])


@endpoints.post("/getcheckin_daydata", docs=(93374, 94206))
async def list_days(tx: Tx, app: SpeakingApp, body: OfMembers, services: Services) -> Days:
    """获取打卡日报数据: each member's days that are over."""
    reported = await _reported(tx, app, body, services)
    return Days(
        datas=[day_view(member, day, reported) for member in reported.members for day in reported.days[member.id]]
    )


@endpoints.post("/getcheckin_monthdata", docs=(93387, 94207))
async def list_months(tx: Tx, app: SpeakingApp, body: OfMembers, services: Services) -> Months:
    """获取打卡月报数据: the same, added up."""
    reported = await _reported(tx, app, body, services)
    return Months(datas=[month_view(member, reported.days[member.id], reported) for member in reported.members])


@endpoints.post("/getcorpcheckinoption", docs=(93384,))
async def list_rules(tx: Tx, app: SpeakingApp, services: Services) -> Rules:
    """获取企业所有打卡规则: the app's own rules and those of whom it sees, as they were left last.

    Of whom they name, it is told those whom it sees."""
    found = await rules_in_sight(tx, app, services.clock())
    reading = await reading_of(tx, app, found, (await checkins.rulebook(tx)).zone)
    return Rules(group=[rule_view(each, reading) for each in found])


@endpoints.post("/getcheckinoption", docs=(90263, 94204))
async def list_rules_of_members(tx: Tx, app: SpeakingApp, body: OnDay) -> RulesOfMembers:
    """获取员工打卡规则: under which rule each member is on a date; those who are under none are left out."""
    if not 0 <= body.datetime < 2**32:
        raise CheckinTimeRange
    members = await named_members(tx, app, body.useridlist)
    book = await checkins.rulebook(tx)
    on = date_at(body.datetime, book.zone)
    there = await checkins.standings(tx, book, [each.id for each in members], on, on)
    ruled = {}
    for member in members:
        rule_id = there[member.id].rule_on(on)
        if rule_id is not None and (version := book.in_force(rule_id, on)):
            ruled[member.userid] = version
    reading = await reading_of(tx, app, ruled.values(), book.zone)
    return RulesOfMembers(
        info=[RuleOfMember(userid=userid, group=rule_view(version, reading)) for userid, version in ruled.items()]
    )


async def _reported(tx: Tx, app: SpeakingApp, body: OfMembers, services: Services) -> Reported:
    """Days that are over, with what is told of them."""
    start, end = instants(body, A_MONTH)
    members = await named_members(tx, app, body.useridlist)
    book = await checkins.rulebook(tx)
    first, last = dates(body, book.zone)
    ids = [each.id for each in members]
    days = await checkins.day_reports(tx, ids, first, last, now=services.clock())
    return Reported(
        members=members,
        days={id: [day for day in days[id] if day.closed] for id in ids},
        book=book,
        departments=await department_names(tx, app, members),
        facts={each.id: each for each in await checkins.facts_between(tx, ids, start - A_DAY * 2, end + A_DAY * 3)},
    )
