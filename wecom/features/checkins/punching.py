"""Checking in: what somebody did is judged by place and device as it comes, and kept.

The server's clock counts. What was queued on a device without a network says when it was done; that counts instead
where it is neither to come nor longer ago than a device may be without a network, and the punch says so for ever.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from wecom.foundation.db import Db, Tx
from wecom.foundation.errors import WecomError
from wecom.foundation.streams import tell

from ..accounts import Limiter
from .events import PunchAdded
from .model import DayPlan, Point, Source, Way, Where
from .outcome import points_of
from .places import where
from .queries import devices
from .queries import punches as queries
from .recompute import mark
from .records import Evidence, Punch
from .refusals import ByMachine, ClaimUnfit, OutOfRange, OutOfTime, PhotoMissing, PunchUnfit, RestDay, TooManyPunches
from .results import bent, point_for
from .rulebook import Rulebook, Standing, rulebook
from .rules_model import Rule
from .standing import standings

QUEUED_AT_MOST = timedelta(hours=72)
AHEAD_AT_MOST = timedelta(seconds=120)
"""Clocks of devices are a little wrong; what is further ahead is refused."""
ON_ITS_WAY = timedelta(minutes=2)
"""Until a phone knows where it is, or a photo has come, at nine when everybody checks in."""
LONGEST = 1024
LONGEST_ID = 64
MOST_PER_HOUR = 60
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
    point: Point | None = None
    """Of phones, as the whole of the day tells then; None: about none, or another one counts."""
    again: bool = False
    """It was kept already."""
    punch: Punch | None = None
    """As it was written; none before that."""


Answer = Kept | WecomError
Key = tuple[int, str]
"""A member, and what their client calls a punch."""
SOURCE = 7
"""Its place in a row."""


async def punch_batch(tx: Tx, claims: Sequence[Claim], received: Sequence[datetime]) -> list[Answer]:
    """Keep all that may be kept; for each claim, in order, what it became or why it was refused. `received`: when each
    came."""
    book = await rulebook(tx)
    members = sorted({claim.member_id for claim in claims})
    moments = [_moment(claim, now) for claim, now in zip(claims, received, strict=True)]
    dates = [at.astimezone(UTC).date() for at, _ in (each for each in moments if isinstance(each, tuple))]
    there = await standings(tx, book, members, min(dates), max(dates)) if dates else {}
    usual = await devices.usual_devices(tx, members)
    answers: dict[Key, Answer] = {}
    rows: dict[Key, tuple[Any, ...]] = {}
    for claim, moment, now in zip(claims, moments, received, strict=True):
        key = (claim.member_id, claim.client_id)
        if key in rows:
            continue
        try:
            if isinstance(moment, WecomError):
                raise moment
            at, waited = moment
            kept, rule_id = _judged(claim, at, waited, there[claim.member_id], usual)
        except WecomError as refused:
            answers.setdefault(key, refused)
            continue
        answers[key] = kept
        rows[key] = _row(claim, kept, now, rule_id)
    moment_now = max(received, default=datetime.now(UTC))
    again = await _keep(tx, rows, answers, there, moment_now)
    again += [key for key, answer in answers.items() if isinstance(answer, WecomError) and _named(key[1])]
    answers |= await _already(tx, book, again, moment_now)
    await devices.add_devices(tx, *_devices(claims, answers))
    return [answers[claim.member_id, claim.client_id] for claim in claims]


async def punch(tx: Tx, claim: Claim, *, now: datetime) -> Kept:
    """Keep one, as part of a larger change. What comes by itself goes through the turnstile."""
    [answer] = await punch_batch(tx, [claim], [now])
    if isinstance(answer, WecomError):
        raise answer
    return answer


async def keep_within(db: Db, limiter: Limiter, claim: Claim) -> None:
    """Count a punch; raises `TooManyPunches` for whoever checks in without end. What is kept already is answered."""
    wait = await limiter.allow(f"checkins:{claim.member_id}", MOST_PER_HOUR, 3600)
    if wait is not None and not await queries.punches_by_client_ids(db, [claim.member_id], [claim.client_id]):
        raise TooManyPunches(retry_after=wait)


async def _keep(
    tx: Tx, rows: dict[Key, tuple[Any, ...]], answers: dict[Key, Answer], there: dict[int, Standing], now: datetime
) -> list[Key]:
    """Keep what is not kept already; which were."""
    if not rows:
        return []
    made = {(each.member_id, each.client_id): each for each in await queries.insert_punches(tx, list(rows.values()))}
    kept = {
        key: replace(answer, punch_id=each.id, punch=each)
        for key, each in made.items()
        if isinstance(answer := answers[key], Kept)
    }
    for (member_id, _), each in kept.items():
        tell(tx, member_id, PunchAdded(punch_id=each.punch_id, date=each.date, at=each.at))
    await mark(tx, {(key[0], each.date) for key, each in kept.items()}, punched=True)
    answers |= await _told(tx, there, {key: each for key, each in kept.items() if rows[key][SOURCE] == "phone"}, now)
    answers |= {key: each for key, each in kept.items() if rows[key][SOURCE] != "phone"}
    return [key for key in rows if key not in made]


async def _already(tx: Tx, book: Rulebook, keys: Sequence[Key], now: datetime) -> dict[Key, Answer]:
    """Those that were kept before, whatever would be said of them if they came now."""
    if not keys:
        return {}
    known = await queries.punches_by_client_ids(tx, [member for member, _ in keys], [client for _, client in keys])
    if not known:
        return {}
    dates = [each.at.astimezone(UTC).date() for each in known]
    there = await standings(tx, book, sorted({each.member_id for each in known}), min(dates), max(dates))
    kept = {(each.member_id, each.client_id): _known(each, there[each.member_id]) for each in known}
    return await _told(tx, there, kept, now)


async def _told(tx: Tx, there: dict[int, Standing], kept: dict[Key, Kept], now: datetime) -> dict[Key, Answer]:
    """With the points that they are about."""
    points = await points_of(tx, there, [(key[0], each.punch_id, each.date) for key, each in kept.items()], now=now)
    return {key: replace(each, point=points[each.punch_id]) for key, each in kept.items()}


def _named(client_id: str) -> bool:
    return 1 <= len(client_id) <= LONGEST_ID and "\x00" not in client_id


def _moment(claim: Claim, now: datetime) -> tuple[datetime, timedelta | None] | WecomError:
    """What counts; and how long it waited, where that is another minute than that in which it came."""
    claimed = claim.claimed_at
    if claimed is None:
        return now.replace(microsecond=0), None
    if claimed > now + AHEAD_AT_MOST:
        return ClaimUnfit()
    if claim.source == "phone" and claimed < now - QUEUED_AT_MOST:
        return ClaimUnfit()
    at = min(claimed, now).replace(microsecond=0)
    # Of the minute in which it came it counts the same, and nobody has to be told.
    return at, now - at if claim.source == "phone" and at < now.replace(second=0, microsecond=0) else None


def _judged(
    claim: Claim, at: datetime, waited: timedelta | None, standing: Standing, usual: dict[int, str]
) -> tuple[Kept, int | None]:
    _fits(claim)
    late = waited is not None
    second = int(at.timestamp())
    plan = standing.day_of(second)
    rule_id = standing.rule_on(plan.date)
    version = standing.book.in_force(rule_id, plan.date) if rule_id is not None else None
    rule = version.rule if version else None
    evidence = claim.evidence
    stood: Where = "outside" if claim.outside else "normal"
    if rule and claim.source == "phone" and claim.outside and rule.outside_counts:
        _with_what(rule, claim)
    if rule and claim.source == "phone" and not claim.outside:
        # What waited for a network says nothing of where it was made; what waited for a place or a photo does.
        address = "" if waited is not None and waited > ON_ITS_WAY else evidence.address
        stood = where(rule, evidence.latitude, evidence.longitude, evidence.wifi_mac, address)
        _allowed(rule, plan.kind == "work", "normal" if late else stood, claim)
    known = usual.get(claim.member_id)
    strange = bool(claim.source == "phone" and known and evidence.device_id and known != evidence.device_id)
    slots = bent(plan, ())
    about = point_for(slots, second, claim.way) if slots else None
    refuses = claim.source == "phone" and not claim.outside and not late
    if refuses and about is None and (_windowed(plan) or _windowed(standing.date_of(second))):
        raise OutOfTime
    return Kept(0, at, plan.date, late, claim.outside, stood, strange), rule_id


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
    _with_what(rule, claim)


def _with_what(rule: Rule, claim: Claim) -> None:
    """What counts as coming and going is asked for wherever it is done."""
    if rule.means == "machine":
        raise ByMachine
    if rule.needs_photo and claim.evidence.photo is None:
        raise PhotoMissing


def _fits(claim: Claim) -> None:
    evidence = claim.evidence
    texts = (evidence.title, evidence.detail, evidence.wifi_name, evidence.note)
    if any(len(text) > LONGEST or "\x00" in text for text in texts):
        raise PunchUnfit(f"Texts of a punch have at most {LONGEST} characters.")
    if not _named(claim.client_id):
        raise PunchUnfit(f"A punch has a number of its own, of 1 to {LONGEST_ID} characters.")
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
    """A punch that was kept before."""
    on = standing.day_of(int(punch.at.timestamp())).date
    stood, strange = punch.where, punch.strange_device
    return Kept(punch.id, punch.at, on, punch.late_received, punch.outside, stood, strange, again=True, punch=punch)


def _devices(claims: Sequence[Claim], answers: dict[Key, Answer]) -> tuple[list[int], list[str]]:
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
