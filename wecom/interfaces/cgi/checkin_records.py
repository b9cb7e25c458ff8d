"""Records of check-ins as WeCom tells them: each punch, and each point that nobody punched.

A punch says what it was by the point that it fills; one that fills none, since an earlier or a later one counts, by
what its person said or by when it was. What is wrong about it is said in words, several joined by `;`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from pydantic import Field

from wecom.features import checkins
from wecom.features.checkins import DayPlan, DayResult, Point, Punch, Rulebook, places
from wecom.features.checkins.model import Way
from wecom.features.checkins.photo_ids import photo_id
from wecom.features.checkins.results import bent, point_for
from wecom.features.checkins.rulebook import Standing
from wecom.features.directory import Member
from wecom.foundation.db import Tx

from .checkin_rule_in import MILLION
from .wire import Answer

COMING, GOING, OUTSIDE = "上班打卡", "下班打卡", "外出打卡"
CALLED: dict[Way, str] = {"start": COMING, "end": GOING}
WRONG_TIME, WRONG_PLACE, WRONG_WIFI, STRANGE_DEVICE, NOT_PUNCHED = (
    "时间异常",
    "地点异常",
    "wifi异常",
    "非常用设备",
    "未打卡",
)
A_DAY = timedelta(days=1)


class RecordView(Answer):
    userid: str
    groupid: int
    groupname: str
    checkin_type: str
    exception_type: str
    checkin_time: int
    sch_checkin_time: int
    """By when one should have come or gone; 0 where there is no such time."""
    location_title: str = ""
    location_detail: str = ""
    wifiname: str = ""
    wifimac: str = ""
    notes: str = ""
    mediaids: list[str] = Field(default_factory=list)
    lat: int | None = None
    """Degrees × 10⁶, GCJ-02."""
    lng: int | None = None
    deviceid: str = ""
    schedule_id: int = 0
    timeline_id: int = 0


@dataclass(frozen=True, slots=True)
class Record:
    view: RecordView
    outside: bool


@dataclass(frozen=True, slots=True)
class _Day:
    """One member's day: what was planned, and what became of it."""

    plan: DayPlan
    result: DayResult | None

    @property
    def points(self) -> tuple[Point, ...]:
        return self.result.points if self.result else ()

    def planned(self, point: Point) -> int:
        """The shift's own time, wherever leave or late leaving moved it to."""
        slot = next((each for each in self.plan.slots if each.id == point.slot_id), None)
        if slot is None:
            return point.expected or 0
        return slot.start if point.way == "start" else slot.end


async def records(
    tx: Tx, members: Sequence[Member], start: datetime, end: datetime, *, now: datetime, key: bytes
) -> list[Record]:
    """Of these members in their order, each from the first to the last."""
    ids = [each.id for each in members]
    first, last = start.astimezone(UTC).date() - 2 * A_DAY, end.astimezone(UTC).date() + 2 * A_DAY
    book = await checkins.rulebook(tx)
    there = await checkins.standings(tx, book, ids, first, last)
    days = await checkins.day_reports(tx, ids, first, last, now=now)
    punched: dict[int, list[Punch]] = {}
    for punch in await checkins.punches_of(tx, ids, start, end):
        punched.setdefault(punch.member_id, []).append(punch)
    found = []
    for member in members:
        standing = there[member.id]
        results = {each.date: each for each in days[member.id]}
        told = []
        for punch in punched.get(member.id, ()):
            day = _of(standing.day_of(int(punch.at.timestamp())), punch.aim_date, standing, results)
            photos = [photo_id(key, punch.id)] if punch.evidence.photo else []
            told.append(_told(member, punch, day, book, photos))
        for result in days[member.id]:
            told += _missed(member, _Day(standing.plan(result.date), result), book, start, end)
        found += sorted(told, key=lambda each: each.view.checkin_time)
    return found


def _of(plan: DayPlan, aimed: date | None, standing: Standing, results: dict[date, DayResult]) -> _Day:
    """The day that a punch is of; a correction's is the one that it was aimed at."""
    if aimed is not None:
        plan = standing.plan(aimed)
    return _Day(plan, results.get(plan.date))


def _told(member: Member, punch: Punch, day: _Day, book: Rulebook, photos: list[str]) -> Record:
    point = next((each for each in day.points if each.punch_id == punch.id), None)
    seen = punch.evidence
    lat = lng = None
    if seen.latitude is not None and seen.longitude is not None:
        latitude, longitude = places.gcj_from_wgs(seen.latitude, seen.longitude)
        lat, lng = round(latitude * MILLION), round(longitude * MILLION)
    rule_id, name = _rule_of(day, book)
    view = RecordView(
        userid=member.userid,
        groupid=rule_id,
        groupname=name,
        checkin_type=OUTSIDE if punch.outside else CALLED[_way(punch, point, day)],
        exception_type=_wrong(punch, point),
        checkin_time=int(punch.at.timestamp()),
        sch_checkin_time=day.planned(point) if point else 0,
        location_title=seen.title,
        location_detail=seen.detail,
        wifiname=seen.wifi_name,
        wifimac=seen.wifi_mac,
        notes=seen.note,
        mediaids=photos,
        lat=lat,
        lng=lng,
        deviceid=seen.device_id,
        schedule_id=day.plan.shift_id or 0,
        timeline_id=point.slot_id if point else 0,
    )
    return Record(view, punch.outside)


def _wrong(punch: Punch, point: Point | None) -> str:
    words = []
    if point and point.status in ("late", "early", "absent"):
        words.append(WRONG_TIME)
    if punch.where == "place":
        words.append(WRONG_PLACE)
    if punch.where == "wifi":
        words.append(WRONG_WIFI)
    if punch.strange_device:
        words.append(STRANGE_DEVICE)
    return ";".join(words)


def _way(punch: Punch, point: Point | None, day: _Day) -> Way:
    if point:
        return point.way
    said = punch.aim_way or punch.way
    if said:
        return said
    slots = bent(day.plan, ())
    about = point_for(slots, int(punch.at.timestamp()), None) if slots else None
    if about:
        return about[1]
    earliest = day.result.earliest if day.result else None
    return "start" if earliest is None or int(punch.at.timestamp()) <= earliest else "end"


def _missed(member: Member, day: _Day, book: Rulebook, start: datetime, end: datetime) -> Iterator[Record]:
    for point in day.points:
        if point.punched is not None or point.status not in ("missing", "absent") or not day.planned(point):
            continue
        expected = day.planned(point)
        if not start.timestamp() <= expected < end.timestamp():
            continue
        rule_id, name = _rule_of(day, book)
        yield Record(
            RecordView(
                userid=member.userid,
                groupid=rule_id,
                groupname=name,
                checkin_type=CALLED[point.way],
                exception_type=NOT_PUNCHED,
                checkin_time=expected,
                sch_checkin_time=expected,
                schedule_id=day.plan.shift_id or 0,
                timeline_id=point.slot_id,
            ),
            False,
        )


def _rule_of(day: _Day, book: Rulebook) -> tuple[int, str]:
    version = book.in_force(day.plan.rule_id, day.plan.date) if day.plan.rule_id is not None else None
    return (version.rule_id, version.rule.name) if version else (0, "")
