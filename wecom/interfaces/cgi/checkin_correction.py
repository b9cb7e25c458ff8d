"""补卡: putting a punch right for somebody, within what their rule lets be put right."""

from datetime import UTC, datetime

from wecom.features import checkins
from wecom.features.apps import SpeakingApp
from wecom.features.checkins import DayPlan, Point
from wecom.features.checkins.model import Way
from wecom.features.checkins.refusals import RestDayStays
from wecom.features.checkins.results import wall
from wecom.features.checkins.rules_model import Lapse
from wecom.foundation.db import Tx
from wecom.foundation.http import Caller, Endpoints
from wecom.services import Services

from .checkin_people import named_members
from .checkin_rule_in import date_at
from .checkin_rule_out import DAY
from .refusals import (
    CheckinTimeInvalid,
    EarlyAndOtherStay,
    EarlyStays,
    LateAndOtherStay,
    LateStays,
    MissingStays,
    OtherStays,
    PunchInvalid,
    ScheduledDateInvalid,
    ScheduledTimeInvalid,
)
from .wire import Answer, Body, Number, Text

endpoints = Endpoints("/cgi-bin/checkin")

LONGEST_REMARK = 512
"""Bytes."""
STAYS = {
    frozenset({"late"}): LateStays,
    frozenset({"early"}): EarlyStays,
    frozenset({"missing"}): MissingStays,
    frozenset({"other"}): OtherStays,
    frozenset({"late", "other"}): LateAndOtherStay,
    frozenset({"early", "other"}): EarlyAndOtherStay,
}


Aimed = tuple[int | None, Way | None]
"""A slot and a point of it."""


class Correction(Body):
    userid: Text
    schedule_date_time: Number = -1
    schedule_checkin_time: Number | None = None
    checkin_time: Number = -1
    remark: Text = ""


@endpoints.post("/punch_correction", docs=(95803,))
async def correct_punch(tx: Tx, app: SpeakingApp, body: Correction, services: Services, caller: Caller) -> Answer:
    """为打卡人员补卡: let a point of a day count as punched at a time.

    schedule_checkin_time, seconds after midnight, says which point; it is left out on days off and with free hours.
    """
    [member] = await named_members(tx, app, [body.userid])
    if not 0 <= body.schedule_date_time < 2**32:
        raise ScheduledDateInvalid
    if not 0 < body.checkin_time < 2**32:
        raise CheckinTimeInvalid
    if len(body.remark.encode()) > LONGEST_REMARK:
        raise PunchInvalid(f"A remark has at most {LONGEST_REMARK} bytes.")
    book, now = await checkins.rulebook(tx), services.clock()
    on = date_at(body.schedule_date_time, book.zone)
    plan = (await checkins.standings(tx, book, [member.id], on, on))[member.id].plan(on)
    aims = _aims(plan, body.schedule_checkin_time, book)
    version = book.in_force(plan.rule_id, on) if plan.rule_id is not None else None
    if version and plan.kind != "work" and not version.rule.make_ups.on_rest_days:
        raise RestDayStays
    not_for = version.rule.make_ups.not_for if version else ()
    days = await checkins.day_reports(tx, [member.id], on, on, now=now) if not_for or len(aims) > 1 else {}
    points = [point for day in days.get(member.id, ()) for point in day.points]
    slot_id, way = _meant(aims, points, body.checkin_time)
    for point in checkins.points_put_right(points, slot_id, way):
        _may_be_put_right(point, not_for, int(now.timestamp()))
    await checkins.correct(
        tx,
        app.id,
        member.id,
        on,
        datetime.fromtimestamp(body.checkin_time, UTC),
        body.remark,
        now=now,
        slot_id=slot_id,
        way=way,
        address=caller.address,
    )
    return Answer()


def _aims(plan: DayPlan, offset: int | None, book: checkins.Rulebook) -> list[Aimed]:
    """Which points have this time: where a slot begins when another ends, going and coming. Days without points have
    none to name; some clients send 0 for nothing."""
    if not plan.slots:
        if offset:
            raise ScheduledTimeInvalid
        return [(None, None)]
    offsets = book.zone_of(plan.rule_id, plan.date)

    def after_midnight(at: int) -> int:
        shown_on, seconds = wall(offsets, at)
        return (shown_on - plan.date).days * DAY + seconds

    going: list[Aimed] = [(slot.id, "end") for slot in plan.slots if after_midnight(slot.end) == offset]
    coming: list[Aimed] = [(slot.id, "start") for slot in plan.slots if after_midnight(slot.start) == offset]
    if not going + coming:
        raise ScheduledTimeInvalid
    return going + coming


def _meant(aims: list[Aimed], points: list[Point], checkin_time: int) -> Aimed:
    """Of several the one that nobody punched; else going, unless the time is after it."""
    if len(aims) > 1:
        at: dict[Aimed, Point] = {(each.slot_id, each.way): each for each in points}
        lacking = [each for each in aims if each in at and at[each].punched is None]
        aims = lacking or aims
        going = at.get(aims[0])
        if len(aims) > 1 and going and going.expected is not None and checkin_time > going.expected:
            return aims[-1]
    return aims[0]


def _may_be_put_right(point: Point, not_for: tuple[Lapse, ...], now: int) -> None:
    """What was to be punched by now and is not, is missing, though its day may not be over."""
    lapses = checkins.lapses_of(point)
    if point.status == "not_yet" and point.expected is not None and point.expected <= now:
        lapses.add("missing")
    refused = frozenset(lapses) & frozenset(not_for)
    if refused:
        raise STAYS[refused]
