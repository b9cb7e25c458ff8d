"""Plans of rules by shift: who works what on which date of a month."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from wecom.features import checkins
from wecom.features.accounts import Personnel
from wecom.features.checkins.refusals import NoSuchCheckinRule
from wecom.foundation.db import Tx
from wecom.foundation.http import Caller, Endpoints
from wecom.services import Services

from ..wire import Id
from .day_wire import AttendancePerson, people
from .reports import OfMonth
from .rule_wire import CheckinRule, RuleShift
from .rules import OfCheckinRule
from .stretch import Day, Stretch

endpoints = Endpoints("/api/attendance", tag="Attendance: plans")

Shift = Annotated[int, Field(ge=0, lt=2**31, description="One of the rule's; 0: rest.")]


class OfPlan(OfCheckinRule, OfMonth):
    """Which month of which rule."""


class Planned(BaseModel):
    """What somebody is to work on a date."""

    model_config = ConfigDict(extra="forbid")
    member_id: Id
    date: Day
    shift_id: Shift


class Plan(BaseModel):
    """A month of a rule. Dates that nobody planned are rest."""

    today: date
    shifts: list[RuleShift]
    people: list[AttendancePerson] = Field(description="Who is under the rule, on any day of the month.")
    planned: list[Planned]


class Cells(BaseModel):
    """What to plan."""

    model_config = ConfigDict(extra="forbid")
    cells: list[Planned] = Field(min_length=1, max_length=31_000)


class Copying(Stretch):
    """From which days onto which; day by day."""

    model_config = ConfigDict(extra="forbid")
    members: list[Id] = Field(min_length=1, max_length=1000)
    onto: Day


class Rotating(Stretch):
    """Shifts that take turns."""

    model_config = ConfigDict(extra="forbid")
    members: list[Id] = Field(min_length=1, max_length=1000)
    pattern: list[Shift] = Field(min_length=1, max_length=62)
    shifted_by: int = Field(0, ge=0, le=62, description="Each further person begins so many places later.")


class PlanChanged(BaseModel):
    """How many dates were planned otherwise."""

    changed: int


@endpoints.get("/rules/{rule_id}/plans/{month}")
async def read_plan(tx: Tx, me: Personnel, services: Services, path: OfPlan) -> Plan:
    """A month's plan, and who is to be planned."""
    now = services.clock()
    today = await checkins.today_of(tx, now)
    book = await checkins.rulebook(tx)
    version = book.in_force(path.rule_id, path.last) or book.newest(path.rule_id)
    if version is None:
        raise NoSuchCheckinRule
    ids = await checkins.members_between(tx, path.first, path.last, path.rule_id)
    who = await people(tx, ids)
    planned = await checkins.schedules(tx, ids, path.first, path.last)
    return Plan(
        today=today,
        shifts=CheckinRule.of(version.rule).shifts,
        people=sorted(who.values(), key=lambda each: each.id),
        planned=[
            Planned(member_id=each.member_id, date=each.date, shift_id=each.shift_id)
            for each in planned
            if each.rule_id == path.rule_id
        ],
    )


@endpoints.put("/rules/{rule_id}/plans", max_body=4 << 20)
async def set_plan(
    tx: Tx, me: Personnel, services: Services, caller: Caller, path: OfCheckinRule, body: Cells
) -> PlanChanged:
    """Plan dates; all of them or none. What is past may be planned too, and is judged again then.

    Refused as NotUnderRule, ShiftsOverlap, NotByShifts (409) and NoSuchShift (404).
    """
    changed = await checkins.set_schedule(
        tx,
        me.id,
        path.rule_id,
        [(each.member_id, each.date, each.shift_id) for each in body.cells],
        now=services.clock(),
        from_today=True,
        address=caller.address,
    )
    return PlanChanged(changed=changed)


@endpoints.post("/rules/{rule_id}/plans/copy")
async def copy_plan(
    tx: Tx, me: Personnel, services: Services, caller: Caller, path: OfCheckinRule, body: Copying
) -> PlanChanged:
    """Plan a stretch to come like another one: a week like the week before, a month like the month before."""
    changed = await checkins.copy_schedule(
        tx,
        me.id,
        path.rule_id,
        body.members,
        body.first,
        body.last,
        body.onto,
        now=services.clock(),
        address=caller.address,
    )
    return PlanChanged(changed=changed)


@endpoints.post("/rules/{rule_id}/plans/rotate")
async def rotate_plan(
    tx: Tx, me: Personnel, services: Services, caller: Caller, path: OfCheckinRule, body: Rotating
) -> PlanChanged:
    """Plan shifts to come that take turns."""
    changed = await checkins.rotate_schedule(
        tx,
        me.id,
        path.rule_id,
        body.members,
        body.first,
        body.last,
        body.pattern,
        now=services.clock(),
        shifted_by=body.shifted_by,
        address=caller.address,
    )
    return PlanChanged(changed=changed)
