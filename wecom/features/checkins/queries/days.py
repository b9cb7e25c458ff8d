"""Statements on results of days, and on days that wait to be judged again."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from wecom.foundation.db import Db, Tx

from .. import packing
from ..canon import result_of, sum_of
from ..model import DayResult, DaySum
from ..records import StoredDay


async def mark_dirty(db: Db, members: Sequence[int], dates: Sequence[date], punched: bool) -> None:
    """Beside what waits already: it may be being taken by who does not know of this yet, and nobody waits for them."""
    await db.execute(
        """
        INSERT INTO checkin_dirty (member_id, date, punched_at)
        SELECT n.member_id, n.date, CASE WHEN $3 THEN now() END
        FROM unnest($1::bigint[], $2::date[]) AS n (member_id, date)
        """,
        members,
        dates,
        punched,
    )


async def mark_stored_dirty(db: Db, member_ids: Sequence[int] | None, first: date, last: date | None = None) -> int:
    """Mark the days of these members, or of all, that were judged already."""
    answer = await db.execute(
        """
        INSERT INTO checkin_dirty (member_id, date)
        SELECT member_id, date FROM checkin_days
        WHERE ($1::bigint[] IS NULL OR member_id = ANY($1)) AND date >= $2 AND ($3::date IS NULL OR date <= $3)
        """,
        member_ids,
        first,
        last,
    )
    return int(answer.split()[-1])


async def count_judged(db: Db, member_ids: Sequence[int], on: date) -> int:
    many: int = await db.fetchval(
        "SELECT count(*) FROM checkin_days WHERE member_id = ANY($1::bigint[]) AND date = $2", list(member_ids), on
    )
    return many


async def mark_closing_dirty(db: Db, until: datetime, limit: int) -> None:
    """Days whose last window has closed meanwhile."""
    await db.execute(
        """
        INSERT INTO checkin_dirty (member_id, date)
        SELECT d.member_id, d.date FROM checkin_days AS d
        WHERE NOT d.closed AND d.closes_at <= $1 AND NOT EXISTS (
            SELECT FROM checkin_closings AS c
            WHERE c.month = date_trunc('month', d.date)::date AND c.opened_at IS NULL)
          AND NOT EXISTS (SELECT FROM checkin_dirty AS w WHERE w.member_id = d.member_id AND w.date = d.date)
        ORDER BY d.closes_at LIMIT $2
        """,
        until,
        limit,
    )


async def ensure_turns(db: Db, member_ids: Sequence[int]) -> None:
    await db.execute(
        """
        INSERT INTO checkin_turns (member_id) SELECT unnest($1::bigint[]) ORDER BY 1 ON CONFLICT DO NOTHING
        """,
        list(member_ids),
    )


async def lock_turns(db: Db, member_ids: Sequence[int]) -> None:
    """A member's days are judged by one at a time: what was read later is never overwritten by what was read before."""
    await db.execute(
        "SELECT FROM checkin_turns WHERE member_id = ANY($1::bigint[]) ORDER BY member_id FOR UPDATE", list(member_ids)
    )


async def lock_free_turns(db: Db, member_ids: Sequence[int]) -> list[int]:
    """The same, of those whose days nobody is judging."""
    rows = await db.fetch(
        """
        SELECT member_id FROM checkin_turns WHERE member_id = ANY($1::bigint[]) ORDER BY member_id
        FOR UPDATE SKIP LOCKED
        """,
        list(member_ids),
    )
    return [row["member_id"] for row in rows]


async def waiting_members(db: Db, limit: int, but: Sequence[int] = ()) -> list[int]:
    """Some of those of whose days one waits to be judged."""
    rows = await db.fetch(
        """
        SELECT DISTINCT member_id FROM checkin_dirty WHERE member_id <> ALL($2::bigint[]) ORDER BY member_id LIMIT $1
        """,
        limit,
        list(but),
    )
    return [row["member_id"] for row in rows]


async def being_punched(db: Db, many: int, lately: timedelta, long: timedelta) -> bool:
    """Whether there were so many punches lately, and nothing else waits, nor any of them for long."""
    answer: bool = await db.fetchval(
        """
        SELECT count(*) FILTER (WHERE punched_at > now() - $2::interval) >= $1
               AND bool_and(punched_at IS NOT NULL AND punched_at > now() - $3::interval)
        FROM checkin_dirty
        """,
        many,
        lately,
        long,
    )
    return answer


async def take_dirty(
    db: Db, member_ids: Sequence[int], first: date | None = None, last: date | None = None
) -> list[tuple[int, date]]:
    """Days of these members to judge, taken from those that wait."""
    rows = await db.fetch(
        """
        DELETE FROM checkin_dirty
        WHERE member_id = ANY($1::bigint[]) AND ($2::date IS NULL OR date >= $2) AND ($3::date IS NULL OR date <= $3)
        RETURNING member_id, date
        """,
        list(member_ids),
        first,
        last,
    )
    return sorted({(row["member_id"], row["date"]) for row in rows})


async def stored_days(db: Db, member_ids: Sequence[int], first: date, last: date) -> list[StoredDay]:
    rows = await db.fetch(
        """
        SELECT member_id, date, digest, result FROM checkin_days
        WHERE member_id = ANY($1::bigint[]) AND date BETWEEN $2 AND $3 ORDER BY member_id, date
        """,
        list(member_ids),
        first,
        last,
    )
    return [StoredDay(row["member_id"], row["date"], row["digest"], result_of(row["result"])) for row in rows]


async def day_sums(db: Db, member_ids: Sequence[int], first: date, last: date) -> list[tuple[int, DaySum]]:
    """By member and date, as far as they are added up."""
    rows = await db.fetch(
        """
        SELECT member_id, result FROM checkin_days
        WHERE member_id = ANY($1::bigint[]) AND date BETWEEN $2 AND $3 ORDER BY member_id, date
        """,
        list(member_ids),
        first,
        last,
    )
    return [(row[0], sum_of(row[1])) for row in rows]


async def members_lacking(
    db: Db, member_ids: Sequence[int], first: date, since: date, last: date, now: datetime
) -> list[tuple[int, int]]:
    """Of whom a day waits to be judged, or was not judged as it is now, from `since` on; and of how many days that is
    known."""
    rows = await db.fetch(
        """
        SELECT m.id, greatest(0, $4::date - $3::date + 1 - d.there) FROM unnest($1::bigint[]) AS m (id)
        CROSS JOIN LATERAL (
            SELECT count(*) AS there FROM checkin_days AS d
            WHERE d.member_id = m.id AND d.date BETWEEN $3 AND $4 AND (d.closed OR d.closes_at > $5)) AS d
        WHERE d.there <= $4::date - $3::date OR EXISTS (
            SELECT FROM checkin_dirty AS w WHERE w.member_id = m.id AND w.date BETWEEN $2 AND $4)
        ORDER BY m.id
        """,
        list(member_ids),
        first,
        since,
        last,
        now,
    )
    return [(row[0], row[1]) for row in rows]


async def results_but(
    db: Db, member_ids: Sequence[int], on: date, digests: Sequence[bytes]
) -> list[tuple[int, bytes, DayResult | None]]:
    """A date of these members, with its digest; the result only where it is not made of what is known: of digests one
    for each member."""
    rows = await db.fetch(
        """
        SELECT d.member_id, d.digest, CASE WHEN d.digest <> n.digest THEN d.result END AS result
        FROM unnest($1::bigint[], $3::bytea[]) AS n (member_id, digest)
        JOIN checkin_days AS d ON d.member_id = n.member_id AND d.date = $2
        """,
        list(member_ids),
        on,
        list(digests),
    )
    return [(row[0], row[1], result_of(row[2]) if row[2] else None) for row in rows]


async def lacking_days(
    db: Db, member_ids: Sequence[int], first: date, last: date, now: datetime
) -> list[tuple[int, date]]:
    """Days that were never judged, or have come to their end since."""
    rows = await db.fetch(
        """
        SELECT m.id, n.date::date FROM unnest($1::bigint[]) AS m (id)
        CROSS JOIN generate_series($2::date::timestamp, $3::date::timestamp, interval '1 day') AS n (date)
        LEFT JOIN checkin_days AS d ON d.member_id = m.id AND d.date = n.date::date
        WHERE d.member_id IS NULL OR (NOT d.closed AND d.closes_at <= $4)
        """,
        list(member_ids),
        first,
        last,
        now,
    )
    return [(row[0], row[1]) for row in rows]


async def digests(
    db: Db, member_ids: Sequence[int], first: date, last: date
) -> dict[tuple[int, date], tuple[bytes, int, bool, datetime]]:
    """Of judged days: what they were made of, how late their people left, whether they are for good, and when they
    will be."""
    rows = await db.fetch(
        """
        SELECT member_id, date, digest, left_late, closed, closes_at FROM checkin_days
        WHERE member_id = ANY($1::bigint[]) AND date BETWEEN $2 AND $3
        """,
        list(member_ids),
        first,
        last,
    )
    return {(row[0], row[1]): (row[2], row[3], row[4], row[5]) for row in rows}


async def how_many_closed(db: Db, member_ids: Sequence[int], first: date, last: date) -> tuple[int, datetime | None]:
    """How many of their days are for good; and when the last of the others will be."""
    row = await db.fetchrow(
        """
        SELECT count(*) FILTER (WHERE closed), max(closes_at) FILTER (WHERE NOT closed) FROM checkin_days
        WHERE member_id = ANY($1::bigint[]) AND date BETWEEN $2 AND $3
        """,
        list(member_ids),
        first,
        last,
    )
    assert row
    return row[0], row[1]


async def copy_days(tx: Tx, packed: bytes) -> None:
    """Days that are not kept yet, by who has their members' turn."""
    await tx.copy("checkin_days", packing.COLUMNS, packing.BEGIN + packed + packing.END)


async def put_days(db: Db, rows: Sequence[tuple[Any, ...]]) -> None:
    columns = list(zip(*rows, strict=True))
    await db.execute(
        """
        INSERT INTO checkin_days AS d (member_id, date, digest, result, rule_id, kind, wrong, worked, standard,
            left_late, closed, closes_at)
        SELECT n.member_id, n.date, n.digest, n.result::json, n.rule_id, n.kind, string_to_array(n.wrong, ','),
               n.worked, n.standard, n.left_late, n.closed, to_timestamp(n.closes)
        FROM unnest($1::bigint[], $2::date[], $3::bytea[], $4::text[], $5::integer[], $6::text[], $7::text[],
                    $8::integer[], $9::integer[], $10::integer[], $11::boolean[], $12::bigint[])
             AS n (member_id, date, digest, result, rule_id, kind, wrong, worked, standard, left_late, closed,
                   closes)
        ON CONFLICT (member_id, date) DO UPDATE
        SET digest = excluded.digest, result = excluded.result, rule_id = excluded.rule_id, kind = excluded.kind,
            wrong = excluded.wrong, worked = excluded.worked, standard = excluded.standard,
            left_late = excluded.left_late, closed = excluded.closed, closes_at = excluded.closes_at, made_at = now()
        """,
        *[list(column) for column in columns],
    )


async def members_wrong_between(db: Db, first: date, last: date) -> list[int]:
    rows = await db.fetch(
        "SELECT DISTINCT member_id FROM checkin_days WHERE date BETWEEN $1 AND $2 AND wrong <> '{}'", first, last
    )
    return [row["member_id"] for row in rows]
