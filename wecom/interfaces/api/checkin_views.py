"""Check-ins as clients see them: instants in UTC, dates in the zone of the rule, lengths in seconds, WGS-84 degrees."""

from datetime import UTC, date, datetime
from typing import Literal

from pydantic import BaseModel, Field

from wecom.features.checkins.devices import KnownDevice
from wecom.features.checkins.expected import Expected
from wecom.features.checkins.model import (
    DayKind,
    ExceptionKind,
    FactKind,
    MonthResult,
    OvertimeStatus,
    Point,
    Source,
    Status,
    Way,
    Where,
)
from wecom.features.checkins.places import is_office
from wecom.features.checkins.records import Punch
from wecom.features.checkins.rules_model import OutOfRange, Rule, RuleKind
from wecom.features.checkins.today import OwnDay, Today
from wecom.foundation.instants import Instant

Kind = Literal["on", "off"]
Date = date
KINDS: dict[Way, Kind] = {"start": "on", "end": "off"}


class RulePlaceView(BaseModel):
    """Within this circle one is in range."""

    title: str
    detail: str
    latitude: float
    longitude: float
    radius_m: int


class CheckinRuleView(BaseModel):
    name: str
    kind: RuleKind
    by_phone: bool = Field(description="False: only attendance machines count.")
    outside: OutOfRange = Field(
        description="What becomes of a punch out of range: it is flagged, counts as made outside, or is refused."
    )
    photo: bool = Field(description="A punch needs a photo.")
    album: bool = Field(description="False: it is to be taken with the camera.")
    outside_counts: bool = Field(description="Work elsewhere counts as coming and going: it takes a photo too then.")
    on_rest_days: bool
    places: list[RulePlaceView]
    wifis: list[str] = Field(description="Names of networks, which browsers cannot see; machines and apps may.")
    networks: bool = Field(description="Being in the office's network is as good as being at a place.")

    @classmethod
    def of(cls, rule: Rule) -> "CheckinRuleView":
        return cls(
            name=rule.name,
            kind=rule.kind,
            by_phone=rule.means != "machine",
            outside=rule.out_of_range,
            photo=rule.needs_photo,
            album=rule.album,
            outside_counts=rule.outside_counts,
            on_rest_days=rule.on_rest_days,
            places=[
                RulePlaceView(
                    title=each.title,
                    detail=each.detail,
                    latitude=each.latitude,
                    longitude=each.longitude,
                    radius_m=each.radius,
                )
                for each in rule.places
            ],
            networks=bool(rule.networks),
            wifis=sorted({each.name for each in rule.wifi if each.name}),
        )


class PointView(BaseModel):
    """A punch that was expected, and what came."""

    slot: int
    kind: Kind
    expected_at: Instant | None = Field(
        description="By when; leave, and what the rule lets move, are reckoned in. Null: one comes as one likes."
    )
    status: Status
    seconds: int = Field(description="How late, how early, or how long absent.")
    punched_at: Instant | None
    source: Source | None
    where: Where
    strange_device: bool
    late_received: bool = Field(description="It came minutes after the time of its device, by which it counts.")

    @classmethod
    def of(cls, point: Point) -> "PointView":
        return cls(
            slot=point.slot_id,
            kind=KINDS[point.way],
            expected_at=_at(point.expected),
            status=point.status,
            seconds=point.seconds,
            punched_at=_at(point.punched),
            source=point.source,
            where=point.where,
            strange_device=point.strange_device,
            late_received=point.late_received,
        )


class NextView(BaseModel):
    """What is to be punched next, or may be punched again."""

    slot: int
    kind: Kind
    expected_at: Instant | None
    opens_at: Instant
    closes_at: Instant

    @classmethod
    def of(cls, expected: Expected) -> "NextView":
        return cls(
            slot=expected.slot_id,
            kind=KINDS[expected.way],
            expected_at=_at(expected.at),
            opens_at=_sure(expected.opens),
            closes_at=_sure(expected.closes),
        )


class PlaceOfPunch(BaseModel):
    latitude: float
    longitude: float
    accuracy_m: float | None
    title: str


class PunchView(BaseModel):
    """A fact. `at` counts; what was claimed, and when it was received, stands beside."""

    id: int
    kind: Literal["regular", "outside"]
    way: Kind | None = Field(description="What it said it was.")
    at: Instant
    received_at: Instant
    claimed_at: Instant | None
    late_received: bool = Field(description="It waited for a network, and counts by what was claimed.")
    source: Source
    where: Where
    strange_device: bool
    place: PlaceOfPunch | None
    note: str
    has_photo: bool

    @classmethod
    def of(cls, punch: Punch) -> "PunchView":
        made = punch.evidence
        place = None
        if made.latitude is not None and made.longitude is not None:
            place = PlaceOfPunch(
                latitude=made.latitude, longitude=made.longitude, accuracy_m=made.accuracy, title=made.title
            )
        return cls(
            id=punch.id,
            kind="outside" if punch.outside else "regular",
            way=KINDS[punch.way] if punch.way else None,
            at=punch.at,
            received_at=punch.received_at,
            claimed_at=punch.claimed_at,
            late_received=punch.late_received,
            source=punch.source,
            where=punch.where,
            strange_device=punch.strange_device,
            place=place,
            note=made.note,
            has_photo=made.photo is not None,
        )


class MakeUpsView(BaseModel):
    """What may be made up for this month."""

    most: int | None = Field(description="Null: no limit.")
    used: int
    left: int | None


class CheckinDeviceView(BaseModel):
    """How well a device is known."""

    usual: bool = Field(description="It is the one that you usually check in with.")
    known: bool = Field(description="You have checked in with it before.")
    first: bool = Field(description="You have none yet: the one that you check in with next is the usual one.")


class NowView(BaseModel):
    """The day that it is for you, by your rule."""

    date: date
    zone: str = Field(description="The IANA zone of all its times of day.")
    now: Instant = Field(description="By the server's clock.")
    until: Instant = Field(description="From then on a punch is of another day: ask again.")
    day: DayKind
    name: str = Field(description="The holiday's, or what the rule notes of the date.")
    shift: str
    rule: CheckinRuleView | None = Field(description="Null: nobody asks you to check in.")
    in_office: bool | None = Field(
        description="Whether you ask from one of the rule's networks, which is as good as a place; null: it has none."
    )
    device: CheckinDeviceView | None = Field(description="The device that asks; null: it did not say which it is.")
    make_ups: MakeUpsView | None = Field(description="Null: no rule.")
    next: NextView | None = Field(description="Null: nothing more today.")
    proposed: Kind = Field(description="What a punch of now most likely is.")
    may_punch: bool = Field(description="Whether one may check in by phone today.")
    points: list[PointView]
    punches: list[PunchView]

    @classmethod
    def of(cls, today: Today, now: datetime, address: str, device: KnownDevice | None) -> "NowView":
        screen = today.screen
        rule, left = screen.rule, today.make_ups
        return cls(
            date=screen.date,
            zone=today.zone,
            now=now,
            until=_sure(screen.plan.closes),
            day=screen.plan.kind,
            name=screen.plan.name,
            shift=screen.plan.shift_name,
            rule=CheckinRuleView.of(rule) if rule else None,
            in_office=is_office(rule, address) if rule and rule.networks else None,
            device=CheckinDeviceView(usual=device.usual, known=device.known, first=device.first) if device else None,
            make_ups=MakeUpsView(most=left.most, used=left.used, left=left.left) if left else None,
            next=NextView.of(screen.next) if screen.next else None,
            proposed=KINDS[screen.proposed],
            may_punch=screen.may_punch,
            points=[PointView.of(each) for each in screen.day.points] if screen.day else [],
            punches=[PunchView.of(each) for each in today.punches],
        )


class ExceptionView(BaseModel):
    kind: ExceptionKind
    count: int
    seconds: int


class AppliedView(BaseModel):
    """What was approved, as far as it counts."""

    kind: FactKind
    name: str
    by_day: bool
    count: int
    seconds: int


class OwnDayView(BaseModel):
    """A day as it was judged."""

    date: date
    zone: str
    day: DayKind
    name: str
    rule: str
    shift: str
    points: list[PointView]
    exceptions: list[ExceptionView]
    applied: list[AppliedView]
    worked_s: int
    standard_s: int
    overtime: OvertimeStatus = Field(description="short: there was some, and too little to count.")
    overtime_s: int
    closed: bool = Field(description="False: it is not over, and nobody is missing or absent yet.")
    make_up_until: Date | None = Field(
        description="Until when its make-ups may be asked for; null: the rule sets no end."
    )
    punches: list[PunchView]

    @classmethod
    def of(cls, own: OwnDay) -> "OwnDayView":
        result = own.result
        return cls(
            make_up_until=own.make_up_until,
            date=result.date,
            zone=own.zone,
            day=result.kind,
            name=result.name,
            rule=own.rule_name,
            shift=result.shift_name,
            points=[PointView.of(each) for each in result.points],
            exceptions=[
                ExceptionView(kind=each.kind, count=each.count, seconds=each.seconds) for each in result.exceptions
            ],
            applied=[
                AppliedView(kind=each.kind, name=each.name, by_day=each.by_day, count=1, seconds=each.seconds)
                for each in result.applied
            ],
            worked_s=result.worked,
            standard_s=result.standard,
            overtime=result.overtime.status,
            overtime_s=result.overtime.seconds,
            closed=result.closed,
            punches=[PunchView.of(each) for each in own.punches],
        )


class OwnDaysView(BaseModel):
    days: list[OwnDayView] = Field(description="In order, up to today; days to come have none.")


class OwnMonthView(BaseModel):
    """Days, added up."""

    month: str
    days: int
    work_days: int
    regular_days: int = Field(description="Of these, on which nothing was wrong.")
    exception_days: int
    rest_days: int
    open_days: int = Field(description="Not over yet.")
    worked_s: int
    standard_s: int
    overtime_s: int
    exceptions: list[ExceptionView]
    applied: list[AppliedView]

    @classmethod
    def of(cls, month: date, sums: MonthResult) -> "OwnMonthView":
        return cls(
            month=f"{month:%Y-%m}",
            days=sums.days,
            work_days=sums.work_days,
            regular_days=sums.regular_days,
            exception_days=sums.exception_days,
            rest_days=sums.rest_days,
            open_days=sums.open_days,
            worked_s=sums.worked,
            standard_s=sums.standard,
            overtime_s=sum(seconds for _, _, seconds in sums.overtime),
            exceptions=[
                ExceptionView(kind=each.kind, count=each.count, seconds=each.seconds) for each in sums.exceptions
            ],
            applied=[
                AppliedView(kind=each.kind, name=each.name, by_day=each.by_day, count=each.count, seconds=each.seconds)
                for each in sums.applied
            ],
        )


def _sure(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)


def _at(at: int | None) -> datetime | None:
    return None if at is None else _sure(at)
