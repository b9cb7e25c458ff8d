"""What was approved: as a list, for many people at once, and from tables."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, model_validator

from wecom.features import checkins, directory
from wecom.features.accounts import Personnel
from wecom.features.checkins import approving, fact_tables
from wecom.features.checkins.approving import Asked
from wecom.features.checkins.records import ListedFact
from wecom.features.checkins.refusals import NumberTwice
from wecom.features.directory.refusals import NoSuchMember
from wecom.foundation.db import Tx
from wecom.foundation.errors import WecomError
from wecom.foundation.http import Caller, Endpoints, Upload
from wecom.foundation.instants import Instant
from wecom.services import Services

from ..wire import Id, Text, When
from .day_wire import AttendancePerson, FactKind, Way, people
from .reports import AttendanceFact
from .sheets import rows_of
from .stretch import Day

endpoints = Endpoints("/api/attendance/facts", tag="Attendance: facts")

MOST_AT_ONCE = 500
LONGEST = timedelta(days=366)


class WhichFacts(BaseModel):
    """What is looked for."""

    model_config = ConfigDict(extra="forbid")
    first: Day
    last: Day
    kind: FactKind | None = None
    q: Annotated[Text, Field(max_length=64)] = Field("", description="Parts of names and userids.")
    department_id: Id | None = Field(None, description="Only of this department and those under it.")
    withdrawn: bool = Field(False, description="Also what was withdrawn.")
    skip: int = Field(0, ge=0, lt=2**31)
    limit: int = Field(50, ge=1, le=100)

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if not timedelta() <= self.last - self.first <= LONGEST:
            raise ValueError("from one day to a later one, a year at most")
        return self


class FactView(AttendanceFact):
    """What was approved for whom."""

    person: AttendancePerson
    zone: str = Field(description="In which its times are told.")
    makes_up: Day | None = Field(description="Of a make-up: the date.")
    slot: int | None
    way: Way | None
    withdrawn_by: int | None
    withdrawn_at: Instant | None
    withdrawn_why: str


class Facts(BaseModel):
    """A page, those that begin last first."""

    facts: list[FactView]
    total: int


class AskedFact(BaseModel):
    """What is to be approved for somebody."""

    model_config = ConfigDict(extra="forbid")
    member_id: Id
    kind: FactKind
    starts_at: When = Field(description="Of a make-up: when it counts as punched.")
    ends_at: When | None = Field(None, description="Of anything but a make-up.")
    number: Annotated[Text, Field(max_length=128)] = Field(
        "",
        description="Of the caller's own: counts once for a person; with other times it takes its own place.",
    )
    name: Annotated[Text, Field(max_length=128)] = ""
    note: Annotated[Text, Field(max_length=128)] = ""
    by_day: bool = False
    makes_up: Day | None = Field(None, description="Of a make-up: the date.")
    way: Way | None = Field(None, description="Of a make-up: coming, unless said.")
    slot: Annotated[int, Field(ge=1, le=99_998)] | None = Field(
        None, description="Of a make-up; null: coming of the day's first slot, going of its last."
    )
    override: bool = Field(False, description="Of a make-up: beyond the rule's limits; `note` says why.")

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if (self.kind == "make_up") != (self.makes_up is not None):
            raise ValueError("a make-up, and nothing else, says of which date it is")
        if (self.kind == "make_up") == (self.ends_at is not None):
            raise ValueError("anything but a make-up says when it ends")
        return self


class AskedFacts(BaseModel):
    """What is to be approved."""

    model_config = ConfigDict(extra="forbid")
    facts: list[AskedFact] = Field(min_length=1, max_length=MOST_AT_ONCE)
    source: Literal["hr", "import"] = "hr"


class AnsweredFact(BaseModel):
    """What became of one."""

    fact: AttendanceFact | None
    error: str = Field(description="The refusal's name, where it was refused.")
    message: str


class AnsweredFacts(BaseModel):
    """In the order in which they were asked for."""

    answers: list[AnsweredFact]


class ReadFactView(BaseModel):
    """A line of a table, and what would become of it."""

    line: int = Field(description="As a spreadsheet counts.")
    userid: str
    person: AttendancePerson | None
    kind: FactKind | None
    starts_at: Instant | None
    ends_at: Instant | None
    zone: str
    number: str
    name: str
    note: str
    by_day: bool
    why: fact_tables.Why | Literal["overlaps", "number_twice"] | None = Field(
        description="Why it is left out; null: it is not."
    )
    text: str = Field(description="What stands there that cannot be read.")


class FactTable(BaseModel):
    """What a table says. Nothing is done by that: ask for its lines by POST facts/batch."""

    missing: list[str] = Field(description="Columns without which it cannot be read: userid, kind, starts, ends.")
    lines: list[ReadFactView]


@endpoints.get("")
async def list_facts(tx: Tx, me: Personnel, query: WhichFacts) -> Facts:
    """What was approved and touches these days, by the company's clock."""
    book = await checkins.rulebook(tx)
    zone = ZoneInfo(book.zone)
    found, total = await approving.listed_facts(
        tx,
        datetime.combine(query.first, time(), zone).astimezone(UTC),
        datetime.combine(query.last + timedelta(days=1), time(), zone).astimezone(UTC),
        kind=query.kind,
        withdrawn=query.withdrawn,
        text=query.q,
        department_id=query.department_id,
        skip=query.skip,
        limit=query.limit,
    )
    who = await people(tx, [each.fact.member_id for each in found])
    zones = await _zones(tx, [(each.fact.member_id, each.fact.starts_at.date()) for each in found])
    return Facts(facts=[_view(each, who[each.fact.member_id], zones) for each in found], total=total)


@endpoints.post("/batch")
async def approve_many(tx: Tx, me: Personnel, services: Services, caller: Caller, body: AskedFacts) -> AnsweredFacts:
    """Write down what was approved, for up to 500 at once.

    Each is told apart: what is refused keeps nothing from the others. Refused whole as NoSuchMember (404) where an id
    is nobody's.
    """
    there = await people(tx, [each.member_id for each in body.facts])
    if unknown := [each.member_id for each in body.facts if each.member_id not in there]:
        raise NoSuchMember(members=unknown[:10])
    asked = [
        Asked(
            each.member_id,
            each.kind,
            each.starts_at,
            each.ends_at or each.starts_at,
            number=each.number,
            name=each.name,
            note=each.note,
            by_day=each.by_day,
            makes_up=each.makes_up,
            way=each.way,
            slot_id=each.slot,
            override=each.override,
        )
        for each in body.facts
    ]
    answers = await approving.approve_many(
        tx, me.id, asked, source=body.source, now=services.clock(), address=caller.address
    )
    return AnsweredFacts(answers=[_answered(each) for each in answers])


@endpoints.post("/table")
async def look_at_fact_table(tx: Tx, me: Personnel, file: Upload) -> FactTable:
    """What a table (.xlsx or .csv) of leave, trips, work elsewhere and overtime says. Nothing is changed by that.

    Columns: userid, kind, start, end; also called, number, note. Times are those of the clock where whoever it is for
    works; a date alone is a whole day.
    """
    rows = await rows_of(file)
    if missing := fact_tables.missing_columns(rows):
        return FactTable(missing=missing, lines=[])
    members = await directory.member_ids(tx, fact_tables.userids_in(rows))
    book = await checkins.rulebook(tx)
    span = fact_tables.dates_in(rows)
    there = await checkins.standings(tx, book, sorted(set(members.values())), *span) if span else {}
    read = fact_tables.read_facts(
        rows, members, lambda id, on: book.zone_of(there[id].rule_on(on) if id in there else None, on).zone
    )
    asked = [each.asked for each in read if each.asked]
    why = iter(await approving.refusals_of(tx, asked, "import"))
    who = await people(tx, [each.member_id for each in asked])
    return FactTable(
        missing=[],
        lines=[_line(each, who, book.zone, next(why) if each.asked else None) for each in read],
    )


def _line(
    each: fact_tables.ReadFact, who: dict[int, AttendancePerson], company: str, why: type[WecomError] | None
) -> ReadFactView:
    asked = each.asked
    return ReadFactView(
        line=each.line,
        userid=each.userid,
        person=who.get(asked.member_id) if asked else None,
        kind=asked.kind if asked else None,
        starts_at=asked.starts_at if asked else None,
        ends_at=asked.ends_at if asked else None,
        zone=each.zone or company,
        number=asked.number if asked else "",
        name=asked.name if asked else "",
        note=asked.note if asked else "",
        by_day=asked.by_day if asked else False,
        why="number_twice" if why is NumberTwice else "overlaps" if why else each.why,
        text=each.text,
    )


def _answered(each: checkins.ApprovedFact | WecomError) -> AnsweredFact:
    if isinstance(each, WecomError):
        return AnsweredFact(fact=None, error=type(each).__name__, message=str(each))
    return AnsweredFact(fact=AttendanceFact.of(each), error="", message="")


async def _zones(tx: Tx, wanted: list[tuple[int, date]]) -> dict[tuple[int, date], str]:
    """Of members on dates."""
    if not wanted:
        return {}
    book = await checkins.rulebook(tx)
    first, last = min(on for _, on in wanted), max(on for _, on in wanted)
    there = await checkins.standings(tx, book, sorted({id for id, _ in wanted}), first, last)
    return {(id, on): book.zone_of(there[id].rule_on(on), on).zone for id, on in wanted}


def _view(each: ListedFact, person: AttendancePerson, zones: dict[tuple[int, date], str]) -> FactView:
    fact = each.fact
    return FactView(
        **AttendanceFact.of(fact).model_dump(),
        person=person,
        zone=zones[fact.member_id, fact.starts_at.date()],
        makes_up=each.aim_date,
        slot=each.aim_slot,
        way=each.aim_way,
        withdrawn_by=fact.withdrawn_by,
        withdrawn_at=fact.withdrawn_at,
        withdrawn_why=fact.withdrawn_why,
    )
