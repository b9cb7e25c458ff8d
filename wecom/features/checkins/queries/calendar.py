"""Statements on zone offsets, holidays and schedules."""

from collections.abc import Sequence
from datetime import date

from wecom.foundation.db import Db

from ..model import CalendarDay, CalendarKind, Offsets
from ..records import KeptHoliday, ScheduledShift


async def all_offsets(db: Db) -> dict[str, Offsets]:
    rows = await db.fetch("SELECT zone, first, moments, offsets FROM checkin_offsets")
    return {
        row["zone"]: Offsets(row["zone"], row["first"], tuple(zip(row["moments"], row["offsets"], strict=True)))
        for row in rows
    }


async def put_offsets(db: Db, offsets: Offsets, *, again: bool) -> bool:
    """Keep a zone's offsets; those that are kept already only `again`."""
    answer = await db.execute(
        """
        INSERT INTO checkin_offsets AS o (zone, first, moments, offsets) VALUES ($1, $2, $3, $4)
        ON CONFLICT (zone) DO UPDATE
        SET first = excluded.first, moments = excluded.moments, offsets = excluded.offsets, made_at = now() WHERE $5
        """,
        offsets.zone,
        offsets.first,
        [moment for moment, _ in offsets.transitions],
        [offset for _, offset in offsets.transitions],
        again,
    )
    return answer != "INSERT 0 0"


async def holidays(db: Db) -> dict[tuple[str, date], CalendarDay]:
    rows = await db.fetch("SELECT country, date, kind, name FROM checkin_holidays WHERE kind IS NOT NULL")
    return {(row["country"], row["date"]): CalendarDay(row["kind"], row["name"]) for row in rows}


async def known_years(db: Db) -> dict[tuple[str, int], str]:
    rows = await db.fetch("SELECT country, year, edition FROM checkin_years")
    return {(row["country"], row["year"]): row["edition"] for row in rows}


async def insert_year(db: Db, country: str, year: int, edition: str) -> bool:
    answer = await db.execute(
        "INSERT INTO checkin_years (country, year, edition) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        country,
        year,
        edition,
    )
    return answer == "INSERT 0 1"


async def insert_holidays(
    db: Db, country: str, dates: Sequence[date], kinds: Sequence[str], names: Sequence[str]
) -> None:
    await db.execute(
        """
        INSERT INTO checkin_holidays AS h (country, date, kind, name, law_kind, law_name)
        SELECT $1, n.date, n.kind, n.name, n.kind, n.name
        FROM unnest($2::date[], $3::text[], $4::text[]) AS n (date, kind, name)
        ON CONFLICT (country, date) DO UPDATE SET law_kind = excluded.law_kind, law_name = excluded.law_name
        """,
        country,
        dates,
        kinds,
        names,
    )


async def put_holiday(
    db: Db, country: str, on: date, kind: CalendarKind | None, name: str, note: str, changed_by: int
) -> None:
    """Say what a date is; what the law says of it stays known."""
    await db.execute(
        """
        INSERT INTO checkin_holidays (country, date, kind, name, note, changed_by, changed_at)
        VALUES ($1, $2, $3, $4, $5, $6, now())
        ON CONFLICT (country, date) DO UPDATE
        SET kind = excluded.kind, name = excluded.name, note = excluded.note, changed_by = excluded.changed_by,
            changed_at = excluded.changed_at
        """,
        country,
        on,
        kind,
        name,
        note,
        changed_by,
    )


async def restore_holiday(db: Db, country: str, on: date) -> None:
    """Let a date be what the law says."""
    await db.execute(
        """
        UPDATE checkin_holidays
        SET kind = law_kind, name = law_name, note = '', changed_by = NULL, changed_at = NULL
        WHERE country = $1 AND date = $2
        """,
        country,
        on,
    )


async def year_of(db: Db, country: str, first: date, last: date) -> list[KeptHoliday]:
    rows = await db.fetch(
        """
        SELECT date, kind, name, note, law_kind, law_name, changed_by, changed_at FROM checkin_holidays
        WHERE country = $1 AND date BETWEEN $2 AND $3 ORDER BY date
        """,
        country,
        first,
        last,
    )
    return [KeptHoliday(**row) for row in rows]


async def scheduled(db: Db, member_ids: Sequence[int], first: date, last: date) -> list[ScheduledShift]:
    rows = await db.fetch(
        """
        SELECT member_id, date, rule_id, shift_id FROM checkin_schedules
        WHERE member_id = ANY($1::bigint[]) AND date BETWEEN $2 AND $3 ORDER BY member_id, date
        """,
        list(member_ids),
        first,
        last,
    )
    return [ScheduledShift(**row) for row in rows]


async def put_schedule(
    db: Db, rule_id: int, members: Sequence[int], dates: Sequence[date], shifts: Sequence[int], made_by: int
) -> list[tuple[int, date]]:
    """Plan; where it was planned otherwise."""
    rows = await db.fetch(
        """
        INSERT INTO checkin_schedules AS s (member_id, date, rule_id, shift_id, made_by)
        SELECT n.member_id, n.date, $1, n.shift_id, $5
        FROM unnest($2::bigint[], $3::date[], $4::integer[]) AS n (member_id, date, shift_id)
        ON CONFLICT (member_id, date) DO UPDATE
        SET rule_id = excluded.rule_id, shift_id = excluded.shift_id, made_by = excluded.made_by, made_at = now()
        WHERE (s.rule_id, s.shift_id) IS DISTINCT FROM (excluded.rule_id, excluded.shift_id)
        RETURNING member_id, date
        """,
        rule_id,
        members,
        dates,
        shifts,
        made_by,
    )
    return [(row["member_id"], row["date"]) for row in rows]
