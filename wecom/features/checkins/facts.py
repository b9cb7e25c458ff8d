"""What was approved, whoever approved it: leave, trips, work elsewhere, make-ups, overtime.

One operation for all that decide: approvals, HR, imports. What was approved is withdrawn, never deleted.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from wecom.foundation import audit
from wecom.foundation.audit import Action
from wecom.foundation.db import Tx
from wecom.foundation.streams import tell

from .events import DayChanged
from .make_ups import must_be_open
from .model import AWAY, Aim, Fact, FactKind
from .queries import punches as queries
from .recompute import mark
from .records import ApprovedFact, FactSource
from .refusals import FactsOverlap, FactUnfit, NoSuchFact
from .reminding import look_again
from .results import concerns
from .rulebook import DAY, rulebook
from .standing import standings

LONGEST = timedelta(days=366)
LONGEST_TEXT = 200
TOLD_EACH = 31


async def approve_fact(
    tx: Tx,
    actor_id: int,
    member_id: int,
    kind: FactKind,
    starts_at: datetime,
    ends_at: datetime | None = None,
    *,
    source: FactSource,
    number: str = "",
    name: str = "",
    vacation: int = 0,
    by_day: bool = False,
    note: str = "",
    aim: Aim | None = None,
    asked_at: datetime | None = None,
    override: bool = False,
    now: datetime,
    address: str = "",
) -> ApprovedFact:
    """Let something count. The same number of the same source counts once: with other times it takes the place of what
    it was. A make-up aims at a point of a date, which then counts as punched at `starts_at`; its rule says how many,
    and until when they are asked for (`asked_at`; now). `override`: HR lets it through all the same, and notes why."""
    ends_at = starts_at if ends_at is None else ends_at
    _fits(kind, starts_at, ends_at, number, name, note, aim, override)
    await queries.lock_member_facts(tx, member_id)
    known = await queries.facts_by_number(tx, member_id, source, number, kind) if number else []
    if same := next((each for each in known if (each.starts_at, each.ends_at) == (starts_at, ends_at)), None):
        return same
    replaced = [each.id for each in known]
    if kind in AWAY:
        await _alone(tx, member_id, starts_at, ends_at, replaced)
    if aim and not override:
        await must_be_open(tx, member_id, aim, asked_at or now, now=now, but=replaced)
    for id in replaced:
        await withdraw_fact(tx, actor_id, id, now=now, address=address)
    said = (member_id, kind, starts_at, ends_at, source, number, name, vacation, by_day, note, actor_id)
    asked = ApprovedFact(0, *said, made_at=now, withdrawn_by=None, withdrawn_at=None)
    made = await queries.insert_fact(tx, asked)
    if made is None:
        raise FactsOverlap
    if aim:
        await queries.insert_correction(tx, member_id, f"fact-{made.id}", starts_at, aim, note, made.id, actor_id)
    await _touched(tx, made, [aim.date] if aim else [], now)
    await _record(tx, actor_id, "checkin_fact.approve", made, address, override=override)
    return made


async def withdraw_fact(
    tx: Tx, actor_id: int, fact_id: int, *, now: datetime, why: str = "", address: str = ""
) -> ApprovedFact:
    """Let it count no more; `why` is kept beside it."""
    if len(why) > LONGEST_TEXT or "\x00" in why:
        raise FactUnfit(f"Numbers, names and notes have at most {LONGEST_TEXT} characters.")
    aimed = await queries.aimed_by_fact(tx, fact_id)
    withdrawn = await queries.withdraw_fact(tx, fact_id, actor_id, why)
    if withdrawn is None:
        raise NoSuchFact
    await _touched(tx, withdrawn, aimed, now)
    await _record(tx, actor_id, "checkin_fact.withdraw", withdrawn, address, why=why)
    return withdrawn


async def _alone(tx: Tx, member_id: int, starts_at: datetime, ends_at: datetime, but: Sequence[int]) -> None:
    others = await queries.facts_between(tx, [member_id], starts_at, ends_at)
    if any(each.kind in AWAY and each.id not in but for each in others):
        raise FactsOverlap


async def _record(
    tx: Tx, actor_id: int, act: Action, fact: ApprovedFact, address: str, *, override: bool = False, why: str = ""
) -> None:
    about = {"member_id": fact.member_id, "kind": fact.kind, "source": fact.source, "number": fact.number}
    if override:
        about["override"] = True
    content = {"reason": why} if why else None
    await audit.record(tx, actor_id, act, f"checkin_fact:{fact.id}", address=address, content=content, **about)


async def _touched(tx: Tx, fact: ApprovedFact, aimed: list[date], now: datetime) -> None:
    """Have the days judged again that it is about."""
    dates = set(aimed)
    first, last = fact.starts_at.astimezone(UTC).date() - DAY, fact.ends_at.astimezone(UTC).date() + DAY
    book = await rulebook(tx)
    standing = (await standings(tx, book, [fact.member_id], first, last))[fact.member_id]
    start, end = int(fact.starts_at.timestamp()), int(fact.ends_at.timestamp())
    about = Fact(fact.id, fact.kind, start, end, by_day=fact.by_day)
    on = first
    while on <= last and not aimed:
        if concerns(about, standing.plan(on)):
            dates.add(on)
        on += DAY
    await mark(tx, {(fact.member_id, on) for on in dates})
    await look_again(tx, [fact.member_id], now=now)
    for on in sorted(dates)[:TOLD_EACH]:
        tell(tx, fact.member_id, DayChanged(date=on))


def _fits(
    kind: FactKind,
    starts_at: datetime,
    ends_at: datetime,
    number: str,
    name: str,
    note: str,
    aim: Aim | None,
    override: bool,
) -> None:
    if (kind == "make_up") != (aim is not None):
        raise FactUnfit("A make-up, and nothing else, says which punch it makes up for.")
    if kind != "make_up" and not starts_at < ends_at <= starts_at + LONGEST:
        raise FactUnfit("What was approved ends after it begins, within a year.")
    if any(len(text) > LONGEST_TEXT or "\x00" in text for text in (number, name, note)):
        raise FactUnfit(f"Numbers, names and notes have at most {LONGEST_TEXT} characters.")
    if aim and override and not note.strip():
        raise FactUnfit("Say why the rule's limits do not hold.")
