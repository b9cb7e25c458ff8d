"""Holidays by law, and days worked for them: taken from libraries once and stored, so that a new edition of one changes
nothing that was judged."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from importlib.metadata import version

from wecom.foundation import audit
from wecom.foundation.db import Db, Tx
from wecom.foundation.streams import tell

from .assigning import TOLD_EACH
from .events import CheckinRuleChanged
from .model import CalendarDay, CalendarKind, Offsets
from .queries import assigning, days, rules
from .queries import calendar as queries
from .records import KeptHoliday, RuleVersion
from .refusals import HolidayUnfit
from .rulebook import DAY, rulebook
from .zones import offsets_of

LONGEST_NAME = 40
LONGEST_NOTE = 200
Day = tuple[date, CalendarKind, str]


async def keep_years(tx: Tx, country: str, years: Sequence[int], *, bump: bool = True) -> bool:
    """Store the holidays of years of which nothing is stored yet, as far as they are announced; whether any were."""
    known = await queries.known_years(tx)
    stored: list[int] = []
    for year in years:
        if (country, year) in known:
            continue
        edition, found = announced(country, year)
        if found and await queries.insert_year(tx, country, year, edition):
            on, kinds, names = zip(*found, strict=True)
            await queries.insert_holidays(tx, country, on, kinds, names)
            stored.append(year)
    if stored and bump:
        await rules.bump_revision(tx)
        for year in stored:  # days that came before they were known
            await days.mark_stored_dirty(tx, None, date(year, 1, 1) - DAY, date(year, 12, 31) + DAY)
    return bool(stored)


def announced(country: str, year: int) -> tuple[str, list[Day]]:
    """A country's holidays of a year as a library knows them, and which; none where they are not known yet."""
    return _of_china(year) if country == "CN" else _of_others(country, year)


def _of_china(year: int) -> tuple[str, list[Day]]:
    from chinese_calendar import constants  # a tenth of a second, for what is asked once a year

    found: list[Day] = []
    for on, name in constants.holidays.items():
        if on.year == year:
            kind: CalendarKind = "off" if on in constants.in_lieu_days else "holiday"
            found.append((on, kind, constants.Holiday(name).chinese))
    for on, name in constants.workdays.items():
        if on.year == year:
            found.append((on, "workday", constants.Holiday(name).chinese))
    return f"chinese_calendar {version('chinese_calendar')}", sorted(found)


def _of_others(country: str, year: int) -> tuple[str, list[Day]]:
    import holidays  # half a second, for what is asked once a year

    try:
        # In the country's own language: otherwise it would be that of whoever started the server.
        language = holidays.country_holidays(country).default_language
        days = holidays.country_holidays(country, years=year, language=language)
    except NotImplementedError:
        return "", []
    return f"holidays {version('holidays')}", sorted((on, "holiday", name[:LONGEST_NAME]) for on, name in days.items())


async def countries() -> list[str]:
    """Those of which a library knows holidays."""
    return await asyncio.to_thread(_countries)


@cache
def _countries() -> list[str]:
    import holidays

    return sorted({each for each in holidays.list_localized_countries() if len(each) == 2} | {"CN"})


async def holidays_between(db: Db, country: str, first: date, last: date) -> list[tuple[date, CalendarDay]]:
    book = await rulebook(db)
    return sorted((on, each) for (there, on), each in book.holidays.items() if there == country and first <= on <= last)


async def set_holiday(
    tx: Tx,
    actor_id: int,
    country: str,
    on: date,
    kind: CalendarKind | None,
    name: str = "",
    *,
    now: datetime,
    note: str = "",
    address: str = "",
) -> None:
    """Say what a date is; None: nothing out of the ordinary. Days that were judged otherwise are judged again."""
    name, note = name.strip(), note.strip()
    if len(country) != 2 or not country.isascii() or (kind and not 1 <= len(name) <= LONGEST_NAME):
        raise HolidayUnfit
    if len(note) > LONGEST_NOTE or "\x00" in note + name:
        raise HolidayUnfit
    # What the law says stays known beside what is said here.
    await keep_years(tx, country.upper(), [on.year], bump=False)
    await queries.put_holiday(tx, country.upper(), on, kind, name if kind else "", note, actor_id)
    about: dict[str, object] = {"kind": kind or "", "name": name, "note": note}
    await _changed(tx, actor_id, country.upper(), on, address, about)


async def restore_holiday(tx: Tx, actor_id: int, country: str, on: date, *, address: str = "") -> None:
    """Let a date be what the law says."""
    await queries.restore_holiday(tx, country, on)
    await _changed(tx, actor_id, country, on, address, {"restored": True})


async def year_of(db: Db, country: str, year: int) -> tuple[list[KeptHoliday], bool]:
    """A year with what was changed here; and whether it is announced what the law says of it.

    What nobody has followed or changed yet is not kept, but told as it will be.
    """
    found = await queries.year_of(db, country, date(year, 1, 1), date(year, 12, 31))
    if (country, year) in await queries.known_years(db):
        return found, True
    _, law = await asyncio.to_thread(announced, country, year)
    told = {on: KeptHoliday(on, kind, name, "", kind, name, None, None) for on, kind, name in law}
    told |= {each.date: each for each in found}
    return sorted(told.values(), key=lambda each: each.date), bool(law)


async def following(db: Db, country: str, on: date) -> tuple[list[RuleVersion], int, int]:
    """What another holiday would be about: rules that follow the country's on that date, how many people are under
    them, and of how many of these the date was judged already."""
    found, members = await _following(db, country, on)
    return found, len(members), await days.count_judged(db, members, on)


async def _changed(tx: Tx, actor_id: int, country: str, on: date, address: str, about: dict[str, object]) -> None:
    await rules.bump_revision(tx)
    subject = f"checkin_holiday:{country}:{on.isoformat()}"
    await audit.record(tx, actor_id, "checkin_holiday.set", subject, address=address, **about)
    # Where a day begins and ends is up to those beside it.
    await days.mark_stored_dirty(tx, None, on - DAY, on + DAY)
    _, concerned = await _following(tx, country, on)
    if len(concerned) <= TOLD_EACH:
        for member_id in concerned:
            tell(tx, member_id, CheckinRuleChanged())


async def _following(db: Db, country: str, on: date) -> tuple[list[RuleVersion], list[int]]:
    """Rules that follow that country's holidays on a date, and who is under them."""
    book = await rulebook(db)
    held = [each for rule_id in book.rule_ids if (each := book.in_force(rule_id, on))]
    follow = {e.rule_id for e in held if e.rule.holidays and e.rule.country == country and e.rule.kind != "shift"}
    members = [id for id, rule_id in await assigning.members_under_rules(db, on) if rule_id in follow]
    return [each for each in held if each.rule_id in follow], members


async def stored_zones(db: Db, *, now: datetime) -> list[tuple[str, bool]]:
    """The zones that rules ever used, and whether this machine's zone database says the same of their time to come."""
    found = await queries.all_offsets(db)
    return [(zone, _adopted(stored, now) == stored) for zone, stored in sorted(found.items())]


async def adopt_offsets(tx: Tx, actor_id: int, zone: str, *, now: datetime, address: str = "") -> bool:
    """Take what this machine's zone database says of a zone's time to come; what was, stays. Whether it is another."""
    stored = (await queries.all_offsets(tx)).get(zone)
    if stored is None or (adopted := _adopted(stored, now)) == stored:
        return False
    await queries.put_offsets(tx, adopted, again=True)
    await rules.bump_revision(tx)
    await audit.record(tx, actor_id, "checkin_zone.adopt", f"checkin_zone:{zone}", address=address)
    return True


def _adopted(stored: Offsets, now: datetime) -> Offsets:
    seconds = int(now.timestamp())
    past = tuple(each for each in stored.transitions if each[0] <= seconds)
    to_come = tuple(each for each in offsets_of(stored.zone).transitions if each[0] > seconds)
    return Offsets(stored.zone, stored.first, past + to_come)
