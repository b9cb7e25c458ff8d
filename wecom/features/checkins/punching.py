"""Checking in: what somebody did is judged by place and device as it comes, and kept.

The server's clock counts. What was queued on a device without a network says when it was done; that counts instead
where it is neither to come nor longer ago than a device may be without a network, and the punch says so for ever.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from wecom.foundation.db import Tx
from wecom.foundation.errors import WecomError
from wecom.foundation.streams import tell

from .events import PunchAdded
from .model import DayInputs, DayPlan, Point, Punched, Source, Way, Where
from .places import where
from .queries import devices
from .queries import punches as queries
from .recompute import mark
from .records import Evidence, Punch
from .refusals import ByMachine, ClaimUnfit, OutOfRange, OutOfTime, PhotoMissing, PunchUnfit, RestDay
from .results import bent, judge, point_for
from .rulebook import Rulebook, Standing, rulebook
from .rules_model import Rule
from .standing import standings

QUEUED_AT_MOST = timedelta(hours=72)
AHEAD_AT_MOST = timedelta(seconds=120)
"""Clocks of devices are a little wrong; what is further ahead is refused."""
AS_GOOD_AS_NOW = timedelta(seconds=60)
"""What took no longer to come counts by the server's clock."""
LONGEST = 1024
NO_EVIDENCE = Evidence()


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody wants to have written down."""

    member_id: int
    client_id: str
    actor_id: int
    source: Source = "phone"
    way: Way | None = None
    outside: bool = False
    """Work elsewhere, said so by its person."""
    claimed_at: datetime | None = None
    """When it was done, by the clock of its device."""
    evidence: Evidence = NO_EVIDENCE
    machine_id: int | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A punch that is kept, and what it is about."""

    punch_id: int
    at: datetime
    date: date
    late_received: bool
    outside: bool
    where: Where
    strange_device: bool
    point: Point | None
    """As far as this punch alone tells."""
    again: bool = False
    """It was kept already."""


Answer = Kept | WecomError


async def punch_batch(tx: Tx, claims: Sequence[Claim], received: Sequence[datetime]) -> list[Answer]:
    """Keep all that may be kept; for each claim, in order, what it became or why it was refused. `received`: when each
    came."""
    book = await rulebook(tx)
    members = sorted({claim.member_id for claim in claims})
    moments = [_moment(claim, now) for claim, now in zip(claims, received, strict=True)]
    dates = [at.astimezone(UTC).date() for at, _ in (each for each in moments if isinstance(each, tuple))]
    there = await standings(tx, book, members, min(dates), max(dates)) if dates else {}
    usual = await devices.usual_devices(tx, members)
    answers: dict[tuple[int, str], Answer] = {}
    rows: dict[tuple[int, str], tuple[Any, ...]] = {}
    for claim, moment, now in zip(claims, moments, received, strict=True):
        key = (claim.member_id, claim.client_id)
        if key in rows:
            continue
        try:
            if isinstance(moment, WecomError):
                raise moment
            at, late = moment
            kept, rule_id = _judged(claim, at, late, there[claim.member_id], usual)
        except WecomError as refused:
            answers.setdefault(key, refused)
            continue
        answers[key] = kept
        rows[key] = _row(claim, kept, now, rule_id)
    await _keep(tx, rows, answers, book, there)
    await devices.add_devices(tx, *_devices(claims, answers))
    return [answers[claim.member_id, claim.client_id] for claim in claims]


async def punch(tx: Tx, claim: Claim, *, now: datetime) -> Kept:
    """Keep one, as part of a larger change. What comes by itself goes through the turnstile."""
    [answer] = await punch_batch(tx, [claim], [now])
    if isinstance(answer, WecomError):
        raise answer
    return answer


async def _keep(
    tx: Tx,
    rows: dict[tuple[int, str], tuple[Any, ...]],
    answers: dict[tuple[int, str], Answer],
    book: Rulebook,
    there: dict[int, Standing],
) -> None:
    if not rows:
        return
    made = {(member, client): id for member, client, id in await queries.insert_punches(tx, list(rows.values()))}
    again = [key for key in rows if key not in made]
    dirty = set()
    for key, id in made.items():
        kept = answers[key]
        assert isinstance(kept, Kept)
        answers[key] = Kept(id, *(getattr(kept, name) for name in Kept.__slots__[1:]))
        dirty.add((key[0], kept.date))
        tell(tx, key[0], PunchAdded(punch_id=id, date=kept.date, at=kept.at))
    await mark(tx, dirty)
    if again:
        known = await queries.punches_by_client_ids(tx, [key[0] for key in again], [key[1] for key in again])
        for each in known:
            answers[each.member_id, each.client_id] = _known(each, there[each.member_id])


def _moment(claim: Claim, now: datetime) -> tuple[datetime, bool] | WecomError:
    """What counts, and whether that is what was claimed."""
    claimed = claim.claimed_at
    if claimed is None:
        return now, False
    if claimed > now + AHEAD_AT_MOST:
        return ClaimUnfit()
    if claim.source == "phone" and claimed < now - QUEUED_AT_MOST:
        return ClaimUnfit()
    if claim.source == "phone" and claimed > now - AS_GOOD_AS_NOW:
        return now, False
    return min(claimed, now).replace(microsecond=0), claim.source == "phone"


def _judged(
    claim: Claim, at: datetime, late: bool, standing: Standing, usual: dict[int, str]
) -> tuple[Kept, int | None]:
    _fits(claim)
    second = int(at.timestamp())
    plan = standing.day_of(second)
    rule_id = standing.rule_on(plan.date)
    version = standing.book.in_force(rule_id, plan.date) if rule_id is not None else None
    rule = version.rule if version else None
    evidence = claim.evidence
    stood: Where = "outside" if claim.outside else "normal"
    if rule and claim.source == "phone" and not claim.outside:
        address = "" if late else evidence.address  # what waited for a network says nothing of where it was made
        stood = where(rule, evidence.latitude, evidence.longitude, evidence.wifi_mac, address)
        _allowed(rule, plan.kind == "work", stood, claim)
    known = usual.get(claim.member_id)
    strange = bool(claim.source == "phone" and known and evidence.device_id and known != evidence.device_id)
    punched = Punched(0, second, claim.way, claim.source, claim.outside, stood, strange)
    slots = bent(plan, ())
    about = point_for(slots, second, claim.way) if slots else None
    refuses = claim.source == "phone" and not claim.outside and not late
    if refuses and about is None and (_windowed(plan) or _windowed(standing.date_of(second))):
        raise OutOfTime
    point = None
    if about or not slots:
        points = judge(DayInputs(plan, (punched,), as_of=plan.opens)).points
        point = next((each for each in points if each.punched is not None), None)
    return Kept(0, at, plan.date, late, claim.outside, stood, strange, point), rule_id


def _windowed(plan: DayPlan) -> bool:
    """Whether the day says when one may check in at all."""
    limits = [(each.earliest_start, each.latest_start, each.earliest_end, each.latest_end) for each in plan.slots]
    return any(limit is not None for each in limits for limit in each)


def _allowed(rule: Rule, work_day: bool, stood: Where, claim: Claim) -> None:
    if rule.means == "machine":
        raise ByMachine
    if not work_day and not rule.on_rest_days:
        raise RestDay
    if stood in ("place", "wifi") and rule.out_of_range == "refuse":
        raise OutOfRange
    if rule.needs_photo and claim.evidence.photo is None:
        raise PhotoMissing


def _fits(claim: Claim) -> None:
    evidence = claim.evidence
    texts = (evidence.title, evidence.detail, evidence.wifi_name, evidence.note)
    if any(len(text) > LONGEST or "\x00" in text for text in texts):
        raise PunchUnfit(f"Texts of a punch have at most {LONGEST} characters.")
    if not 1 <= len(claim.client_id) <= 64 or "\x00" in claim.client_id:
        raise PunchUnfit("A punch has a number of its own, of 1 to 64 characters.")
    if len(evidence.device_id) > 128 or len(evidence.wifi_mac) > 32 or "\x00" in evidence.device_id + evidence.wifi_mac:
        raise PunchUnfit("A device or a Wi-Fi has a shorter name than that.")
    if (evidence.latitude is None) != (evidence.longitude is None):
        raise PunchUnfit("A place has a latitude and a longitude.")
    if not (-90 <= (evidence.latitude or 0) <= 90 and -180 <= (evidence.longitude or 0) <= 180):
        raise PunchUnfit("A latitude is from -90 to 90, a longitude from -180 to 180.")
    if evidence.accuracy is not None and not 0 <= evidence.accuracy < 1e9:
        raise PunchUnfit("An accuracy is a number of metres.")


def _row(claim: Claim, kept: Kept, now: datetime, rule_id: int | None) -> tuple[Any, ...]:
    evidence = claim.evidence
    return (
        claim.member_id,
        claim.client_id,
        kept.at,
        now,
        claim.claimed_at,
        kept.late_received,
        claim.way,
        claim.source,
        claim.outside,
        kept.where,
        kept.strange_device,
        rule_id,
        evidence.latitude,
        evidence.longitude,
        evidence.accuracy,
        evidence.title,
        evidence.detail,
        evidence.wifi_name,
        evidence.wifi_mac,
        evidence.device_id,
        "" if kept.late_received else evidence.address,
        evidence.photo,
        evidence.note,
        claim.machine_id,
        claim.actor_id,
    )


def _known(punch: Punch, standing: Standing) -> Kept:
    """A punch that was kept before, told as it was then."""
    second = int(punch.at.timestamp())
    plan = standing.day_of(second)
    punched = Punched(punch.id, second, punch.way, punch.source, punch.outside, punch.where, punch.strange_device)
    points = judge(DayInputs(plan, (punched,), as_of=plan.opens)).points
    point = next((each for each in points if each.punched is not None), None)
    return Kept(
        punch.id,
        punch.at,
        plan.date,
        punch.late_received,
        punch.outside,
        punch.where,
        punch.strange_device,
        point,
        True,
    )


def _devices(claims: Sequence[Claim], answers: dict[tuple[int, str], Answer]) -> tuple[list[int], list[str]]:
    """Devices with which somebody checked in, for the first of each to be the usual one."""
    seen = {
        (claim.member_id, claim.evidence.device_id)
        for claim in claims
        if claim.source == "phone"
        and claim.evidence.device_id
        and isinstance(answers[claim.member_id, claim.client_id], Kept)
    }
    ordered = sorted(seen)
    return [member for member, _ in ordered], [device for _, device in ordered]
