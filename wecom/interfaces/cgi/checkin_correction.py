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
    slot_id, way = _aim(plan, body.schedule_checkin_time, book)
    version = book.in_force(plan.rule_id, on) if plan.rule_id is not None else None
    if version and plan.kind != "work" and not version.rule.make_ups.on_rest_days:
        raise RestDayStays
    if version and version.rule.make_ups.not_for:
        days = await checkins.day_reports(tx, [member.id], on, on, now=now)
        points = [point for day in days[member.id] for point in day.points]
        point = next((each for each in points if (each.slot_id, each.way) == (slot_id, way)), None)
        if point:
            _may_be_put_right(point, version.rule.make_ups.not_for, int(now.timestamp()))
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


def _aim(plan: DayPlan, offset: int | None, book: checkins.Rulebook) -> tuple[int | None, Way | None]:
    """Which point has this time. Days without points have none to name; some clients send 0 for nothing."""
    if not plan.slots:
        if offset:
            raise ScheduledTimeInvalid
        return None, None
    offsets = book.zone_of(plan.rule_id, plan.date)

    def after_midnight(at: int) -> int:
        shown_on, seconds = wall(offsets, at)
        return (shown_on - plan.date).days * DAY + seconds

    for slot in plan.slots:
        if after_midnight(slot.start) == offset:
            return slot.id, "start"
    for slot in plan.slots:
        if after_midnight(slot.end) == offset:
            return slot.id, "end"
    raise ScheduledTimeInvalid


def _may_be_put_right(point: Point, not_for: tuple[Lapse, ...], now: int) -> None:
    """What was to be punched by now and is not, is missing, though its day may not be over."""
    lapses = checkins.lapses_of(point)
    if point.status == "not_yet" and point.expected is not None and point.expected <= now:
        lapses.add("missing")
    refused = frozenset(lapses) & frozenset(not_for)
    if refused:
        raise STAYS[refused]
