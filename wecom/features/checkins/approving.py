"""Approving for many at once, and what was approved as a list. Each goes through the one operation that there is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from wecom.foundation.db import Db, Tx
from wecom.foundation.errors import WecomError

from .facts import approve_fact
from .model import AWAY, Aim, FactKind, Way
from .queries import facts as queries
from .queries import punches as punch_queries
from .records import ApprovedFact, FactSource, ListedFact
from .refusals import FactsOverlap, NoSuchPoint, NumberTwice, TooFarFromDay
from .rulebook import rulebook
from .standing import standings

DAY = timedelta(days=1)
MOST_NAMES = 50
"""Of leave, as columns of a table: what has another name by then counts in all leave alone."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be approved."""

    member_id: int
    kind: FactKind
    starts_at: datetime
    ends_at: datetime
    number: str = ""
    name: str = ""
    note: str = ""
    by_day: bool = False
    makes_up: date | None = None
    """Of a make-up: the date, and which punch of it."""
    way: Way | None = None
    slot_id: int | None = None
    override: bool = False
    """Of a make-up: beyond the rule's limits, for the reason that the note says."""


async def approve_many(
    tx: Tx, actor_id: int, asked: Sequence[Asked], *, source: FactSource, now: datetime, address: str = ""
) -> list[ApprovedFact | WecomError]:
    """Of each, in order, what was made of it or why it was refused; what is refused keeps nothing from the others. One
    number stands for one time: who asks for two at once is told, since the second would undo the first."""
    answers: dict[int, ApprovedFact | WecomError] = {}
    twice = _said_twice(asked)
    # By member: whoever approves for the same people at the same time takes them in the same order.
    for n, each in sorted(enumerate(asked), key=lambda one: (one[1].member_id, one[0])):
        try:
            if n in twice:
                raise NumberTwice
            answers[n] = await approve_fact(
                tx,
                actor_id,
                each.member_id,
                each.kind,
                each.starts_at,
                each.ends_at,
                source=source,
                number=each.number,
                name=each.name,
                by_day=each.by_day,
                note=each.note,
                aim=await _aim(tx, each),
                override=each.override,
                now=now,
                address=address,
            )
        except WecomError as refused:
            answers[n] = refused
    return [answers[n] for n in range(len(asked))]


async def refusals_of(db: Db, asked: Sequence[Asked], source: FactSource) -> list[type[WecomError] | None]:
    """What would be refused, or is kept already (None both for what would be kept and for what is): looked up for all
    at once, changing nothing. Make-ups are not looked at."""
    if not asked:
        return []
    members = sorted({each.member_id for each in asked})
    first, last = min(each.starts_at for each in asked), max(each.ends_at for each in asked)
    there = await punch_queries.facts_between(db, members, first, last)
    twice = _said_twice(asked)
    said = {_key(each) for each in asked if each.number}
    spans: dict[int, list[tuple[datetime, datetime]]] = {}
    for fact in there:
        # What stands under a number that is asked for is that, or gives way to it.
        if fact.kind in AWAY and (fact.source != source or (fact.member_id, fact.kind, fact.number) not in said):
            spans.setdefault(fact.member_id, []).append((fact.starts_at, fact.ends_at))
    found: list[type[WecomError] | None] = []
    brought = set[tuple[object, ...]]()
    for n, each in enumerate(asked):
        mine = spans.setdefault(each.member_id, [])
        again = bool(each.number) and (*_key(each), each.starts_at, each.ends_at) in brought
        clash = any(start < each.ends_at and end > each.starts_at for start, end in mine)
        if n in twice:
            found.append(NumberTwice)
        elif each.kind in AWAY and not again:
            found.append(FactsOverlap if clash else None)
            mine.append((each.starts_at, each.ends_at))
        else:
            found.append(None)
        brought.add((*_key(each), each.starts_at, each.ends_at))
    return found


def _key(asked: Asked) -> tuple[int, FactKind, str]:
    return asked.member_id, asked.kind, asked.number


def _said_twice(asked: Sequence[Asked]) -> set[int]:
    """Those whose number stood for another time before."""
    times: dict[tuple[int, FactKind, str], tuple[datetime, datetime]] = {}
    found = set()
    for n, each in enumerate(asked):
        if each.number and times.setdefault(_key(each), (each.starts_at, each.ends_at)) != (
            each.starts_at,
            each.ends_at,
        ):
            found.add(n)
    return found


async def listed_facts(
    db: Db,
    start: datetime,
    end: datetime,
    *,
    kind: FactKind | None,
    withdrawn: bool,
    text: str,
    department_id: int | None,
    skip: int,
    limit: int,
) -> tuple[list[ListedFact], int]:
    """A page of what touches a stretch of time, newest first, and how many there are."""
    chosen = (start, end, kind, withdrawn, text.lower().split(), department_id)
    return await queries.listed_facts(db, *chosen, skip, limit), await queries.count_facts(db, *chosen)


async def leave_names(db: Db, first: date, last: date) -> list[str]:
    """What leave is called that touches these days, in whatever zone."""
    start = datetime.combine(first, time(), UTC) - DAY
    return await queries.leave_names(db, start, datetime.combine(last, time(), UTC) + 2 * DAY, MOST_NAMES)


async def _aim(tx: Tx, asked: Asked) -> Aim | None:
    """The punch that a make-up is for: of the slot that is named, else coming of the first and going of the last."""
    if asked.kind != "make_up" or asked.makes_up is None:
        return None
    book = await rulebook(tx)
    standing = (await standings(tx, book, [asked.member_id], asked.makes_up, asked.makes_up))[asked.member_id]
    plan = standing.plan(asked.makes_up)
    at = int(asked.starts_at.timestamp())
    if not plan.slots:
        if not min(plan.begins, plan.opens) <= at < max(plan.ends, plan.closes):
            raise TooFarFromDay
        return Aim(asked.makes_up)
    if not plan.opens <= at < plan.closes:  # seven in the morning is no time of the night that begins on that date
        raise TooFarFromDay
    way = asked.way or "start"
    slot = plan.slots[0 if way == "start" else -1]
    slot_id = asked.slot_id or slot.id
    if slot_id not in {each.id for each in plan.slots}:
        raise NoSuchPoint
    return Aim(asked.makes_up, slot_id, way, plan.shift_id or 0)
