"""Holidays: what the law says, what was changed here, and what a change would have judged again."""

from datetime import date as Date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from wecom.features import checkins
from wecom.features.accounts import Personnel
from wecom.features.checkins import calendar
from wecom.features.checkins.closing import closed_months
from wecom.foundation.db import Db, Tx
from wecom.foundation.http import Caller, Endpoints
from wecom.foundation.instants import Instant
from wecom.services import Services

from ..wire import Text

endpoints = Endpoints("/api/attendance/holidays", tag="Attendance: holidays")

Country = Annotated[Text, Field(pattern="^[A-Z]{2}$", description="ISO 3166: CN, DE, …")]
Kind = Literal["holiday", "off", "workday"]


class HolidayView(BaseModel):
    """A date that is out of the ordinary, or that the law says is."""

    date: Date
    kind: Kind | None = Field(
        description="A holiday by law; a day off moved beside one; a day that is worked for it. Null: it was changed "
        "here to a date like any other."
    )
    name: str
    law_kind: Kind | None = Field(description="What the law says; null: nothing.")
    law_name: str
    changed: bool = Field(description="Whether it was changed here.")
    note: str = Field(description="Why it was.")
    changed_by: int | None
    changed_at: Instant | None


class HolidaysOfYear(BaseModel):
    """Of one country and one year."""

    announced: bool = Field(description="Whether it is known what the law says of the year.")
    countries: list[str] = Field(description="Those that rules follow, and those of which anything is kept.")
    holidays: list[HolidayView]


class Countries(BaseModel):
    """Those that a rule can follow."""

    countries: list[str] = Field(description="Two letters each.")


class WhichYear(BaseModel):
    """Which year."""

    model_config = ConfigDict(extra="forbid")
    country: Country = "CN"
    year: int = Field(ge=2015, le=2049)


class OfHoliday(BaseModel):
    """Which date, and where."""

    country: Country
    date: Annotated[Date, Field(ge=Date(2015, 1, 1), le=Date(2049, 12, 31))]


class SaidOfDate(BaseModel):
    """What the date is."""

    model_config = ConfigDict(extra="forbid")
    kind: Kind | None = Field(description="Null: a date like any other.")
    name: Annotated[Text, Field(max_length=40)] = ""
    note: Annotated[Text, Field(max_length=200)] = Field("", description="Why it is other than by law.")


class RuleFollowing(BaseModel):
    """A rule that follows the country's holidays."""

    rule_id: int
    name: str


class HolidayReach(BaseModel):
    """What a change of a date would be about."""

    rules: list[RuleFollowing]
    members: int = Field(description="Who is under them on the date.")
    judged: int = Field(description="Of how many of them the date was judged already, and would be again.")
    closed: bool = Field(description="Its month is closed: results stay, and changes become adjustments.")


@endpoints.get("")
async def list_holidays(db: Db, me: Personnel, query: WhichYear) -> HolidaysOfYear:
    """A year's holidays: by law, and as it was changed here."""
    found, announced = await calendar.year_of(db, query.country, query.year)
    book = await checkins.rulebook(db)
    held = [each.rule.country for id in book.rule_ids if (each := book.newest(id))]
    countries = {query.country, *held, *(country for country, _ in book.holidays)}
    return HolidaysOfYear(
        announced=announced,
        countries=sorted(countries),
        holidays=[
            HolidayView(
                date=each.date,
                kind=each.kind,
                name=each.name,
                law_kind=each.law_kind,
                law_name=each.law_name,
                changed=each.changed_at is not None,
                note=each.note,
                changed_by=each.changed_by,
                changed_at=each.changed_at,
            )
            for each in found
            if each.kind or each.law_kind
        ],
    )


@endpoints.get("/countries")
async def list_countries(me: Personnel) -> Countries:
    """The countries whose holidays are known."""
    return Countries(countries=await calendar.countries())


@endpoints.get("/{country}/{date}/reach")
async def reach_of_date(db: Db, me: Personnel, path: OfHoliday) -> HolidayReach:
    """What changing a date would be about: whose days are judged again. Nothing is changed by asking."""
    rules, members, judged = await calendar.following(db, path.country, path.date)
    closed = {each.month for each in await closed_months(db)}
    return HolidayReach(
        rules=[RuleFollowing(rule_id=each.rule_id, name=each.rule.name) for each in rules],
        members=members,
        judged=judged,
        closed=path.date.replace(day=1) in closed,
    )


@endpoints.put("/{country}/{date}")
async def say_of_date(
    tx: Tx, me: Personnel, services: Services, caller: Caller, path: OfHoliday, body: SaidOfDate
) -> None:
    """Say what a date is. Days that were judged otherwise are judged again."""
    await calendar.set_holiday(
        tx,
        me.id,
        path.country,
        path.date,
        body.kind,
        body.name,
        now=services.clock(),
        note=body.note,
        address=caller.address,
    )


@endpoints.delete("/{country}/{date}")
async def restore_date(tx: Tx, me: Personnel, caller: Caller, path: OfHoliday) -> None:
    """Let a date be what the law says again."""
    await calendar.restore_holiday(tx, me.id, path.country, path.date, address=caller.address)
