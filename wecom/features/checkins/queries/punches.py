"""Statements on punches and approved facts."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from wecom.foundation.db import Db, Record

from ..model import Aim
from ..records import ApprovedFact, Evidence, Punch

PUNCH = """
    p.id, p.member_id, p.client_id, p.at, p.received_at, p.claimed_at, p.late_received, p.way, p.source, p.outside,
    p.judged_where, p.strange_device, p.rule_id, p.latitude, p.longitude, p.accuracy, p.title, p.detail, p.wifi_name,
    p.wifi_mac, p.device_id, p.address, p.photo, p.note, p.machine_id, p.aim_date, p.aim_slot, p.aim_way, p.fact_id,
    p.made_by
    """
COUNTS = """
    p.withdrawn_at IS NULL
    AND NOT EXISTS (SELECT FROM checkin_facts AS f WHERE f.id = p.fact_id AND f.withdrawn_at IS NOT NULL)
    """
"""A correction that was taken back counts no more, nor does a make-up that was withdrawn."""
EVIDENCE = (
    "latitude",
    "longitude",
    "accuracy",
    "title",
    "detail",
    "wifi_name",
    "wifi_mac",
    "device_id",
    "address",
    "photo",
    "note",
)
FACT = """
    id, member_id, kind, starts_at, ends_at, source, number, name, vacation, by_day, note, made_by, made_at,
    withdrawn_by, withdrawn_at, withdrawn_why
    """


async def judged_punches(
    db: Db, member_ids: Sequence[int], start: datetime, end: datetime, first: date, last: date
) -> dict[int, list[tuple[Any, ...]]]:
    """Of each member what `Punched` is made of: from one instant to another, and corrections of these dates."""
    rows = await db.fetch(
        f"""
        SELECT p.member_id, p.id, floor(extract(epoch FROM p.at))::bigint AS at, p.way, p.source, p.outside,
               p.judged_where, p.strange_device, p.aim_date, p.aim_slot, p.aim_way, p.aim_shift, p.fact_id,
               p.late_received AND p.received_at > p.at + interval '2 minutes' AS waited
        FROM checkin_punches AS p
        WHERE p.member_id = ANY($1::bigint[]) AND p.at >= $2 AND p.at < $3 AND p.aim_date IS NULL
        UNION ALL
        SELECT p.member_id, p.id, floor(extract(epoch FROM p.at))::bigint AS at, p.way, p.source, p.outside,
               p.judged_where, p.strange_device, p.aim_date, p.aim_slot, p.aim_way, p.aim_shift, p.fact_id, false
        FROM checkin_punches AS p
        WHERE p.member_id = ANY($1::bigint[]) AND p.aim_date BETWEEN $4 AND $5 AND {COUNTS}
        """,
        list(member_ids),
        start,
        end,
        first,
        last,
    )
    found: dict[int, list[tuple[Any, ...]]] = {}
    for member_id, *of, aim_date, aim_slot, aim_way, aim_shift, fact_id, waited in rows:
        aim = Aim(aim_date, aim_slot, aim_way, aim_shift) if aim_date else None
        found.setdefault(member_id, []).append((*of, aim, fact_id, waited))
    return found


async def judged_facts(
    db: Db, member_ids: Sequence[int], start: datetime, end: datetime
) -> dict[int, list[tuple[Any, ...]]]:
    """Of each member what `Fact` is made of: what holds and touches a stretch of time."""
    rows = await db.fetch(
        """
        SELECT member_id, id, kind, floor(extract(epoch FROM starts_at))::bigint AS start,
               floor(extract(epoch FROM ends_at))::bigint AS end, source, number, name, vacation, by_day
        FROM checkin_facts
        WHERE member_id = ANY($1::bigint[]) AND starts_at < $3 AND ends_at >= $2 AND withdrawn_at IS NULL
        """,
        list(member_ids),
        start,
        end,
    )
    found: dict[int, list[tuple[Any, ...]]] = {}
    for member_id, *of in rows:
        found.setdefault(member_id, []).append(tuple(of))
    return found


async def punches_between(
    db: Db, member_ids: Sequence[int], start: datetime, end: datetime, *, limit: int | None = None
) -> list[Punch]:
    """Oldest first."""
    rows = await db.fetch(
        f"""
        SELECT {PUNCH} FROM checkin_punches AS p
        WHERE p.member_id = ANY($1::bigint[]) AND p.at >= $2 AND p.at < $3 AND {COUNTS}
        ORDER BY p.at, p.id LIMIT $4
        """,
        list(member_ids),
        start,
        end,
        limit,
    )
    return [punch_of(row) for row in rows]


async def punches_by_ids(db: Db, ids: Sequence[int]) -> list[Punch]:
    rows = await db.fetch(f"SELECT {PUNCH} FROM checkin_punches AS p WHERE p.id = ANY($1::bigint[]) ORDER BY p.id", ids)
    return [punch_of(row) for row in rows]


async def insert_punches(db: Db, rows: Sequence[tuple[Any, ...]]) -> list[Punch]:
    """Keep those that are not kept yet, and answer them as they were written."""
    columns = list(zip(*rows, strict=True))
    made = await db.fetch(
        f"""
        INSERT INTO checkin_punches AS p (
            member_id, client_id, at, received_at, claimed_at, late_received, way, source, outside, judged_where,
            strange_device, rule_id, latitude, longitude, accuracy, title, detail, wifi_name, wifi_mac, device_id,
            address, photo, note, machine_id, made_by)
        SELECT * FROM unnest(
            $1::bigint[], $2::text[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[], $6::boolean[],
            $7::text[], $8::text[], $9::boolean[], $10::text[], $11::boolean[], $12::integer[], $13::float8[],
            $14::float8[], $15::real[], $16::text[], $17::text[], $18::text[], $19::text[], $20::text[], $21::text[],
            $22::bytea[], $23::text[], $24::integer[], $25::bigint[])
        ON CONFLICT (member_id, client_id) DO NOTHING
        RETURNING {PUNCH}
        """,
        *[list(column) for column in columns],
    )
    return [punch_of(row) for row in made]


async def punches_by_client_ids(db: Db, member_ids: Sequence[int], client_ids: Sequence[str]) -> list[Punch]:
    rows = await db.fetch(
        f"""
        SELECT {PUNCH} FROM checkin_punches AS p
        JOIN unnest($1::bigint[], $2::text[]) AS n (member_id, client_id)
          ON n.member_id = p.member_id AND n.client_id = p.client_id
        """,
        list(member_ids),
        list(client_ids),
    )
    return [punch_of(row) for row in rows]


async def insert_correction(
    db: Db, member_id: int, client_id: str, at: datetime, aim: Aim, note: str, fact_id: int | None, made_by: int
) -> int:
    id: int = await db.fetchval(
        """
        INSERT INTO checkin_punches (member_id, client_id, at, received_at, way, source, aim_date, aim_slot, aim_way,
                                     aim_shift, note, fact_id, made_by)
        VALUES ($1, $2, $3, now(), $4, 'correction', $5, $6, $7, $8, $9, $10, $11) RETURNING id
        """,
        member_id,
        client_id,
        at,
        aim.way,
        aim.date,
        aim.slot_id,
        aim.way,
        aim.shift_id,
        note,
        fact_id,
        made_by,
    )
    return id


async def withdraw_correction(db: Db, id: int, withdrawn_by: int, why: str) -> tuple[int, date] | None:
    """Whose it was, and of which date. What an approved make-up brought goes with that."""
    row = await db.fetchrow(
        """
        UPDATE checkin_punches SET withdrawn_at = now(), withdrawn_by = $2, withdrawn_why = $3
        WHERE id = $1 AND aim_date IS NOT NULL AND fact_id IS NULL AND withdrawn_at IS NULL
        RETURNING member_id, aim_date
        """,
        id,
        withdrawn_by,
        why,
    )
    return (row["member_id"], row["aim_date"]) if row else None


def punch_of(row: Record) -> Punch:
    fields = dict(row)
    evidence = Evidence(**{name: fields.pop(name) for name in EVIDENCE})
    where = fields.pop("judged_where")
    return Punch(**fields, where=where, evidence=evidence)


async def insert_fact(db: Db, fact: ApprovedFact) -> ApprovedFact | None:
    """None where one of this number is kept already."""
    row = await db.fetchrow(
        f"""
        INSERT INTO checkin_facts (member_id, kind, starts_at, ends_at, source, number, name, vacation, by_day, note,
                                   made_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        ON CONFLICT DO NOTHING RETURNING {FACT}
        """,
        fact.member_id,
        fact.kind,
        fact.starts_at,
        fact.ends_at,
        fact.source,
        fact.number,
        fact.name,
        fact.vacation,
        fact.by_day,
        fact.note,
        fact.made_by,
    )
    return ApprovedFact(**row) if row else None


async def facts_by_number(db: Db, member_id: int, source: str, number: str, kind: str) -> list[ApprovedFact]:
    """What holds under this number."""
    rows = await db.fetch(
        f"""
        SELECT {FACT} FROM checkin_facts
        WHERE member_id = $1 AND source = $2 AND number = $3 AND kind = $4 AND number <> '' AND withdrawn_at IS NULL
        """,
        member_id,
        source,
        number,
        kind,
    )
    return [ApprovedFact(**row) for row in rows]


async def facts_between(db: Db, member_ids: Sequence[int], start: datetime, end: datetime) -> list[ApprovedFact]:
    """What holds and touches a stretch of time."""
    rows = await db.fetch(
        f"""
        SELECT {FACT} FROM checkin_facts
        WHERE member_id = ANY($1::bigint[]) AND starts_at < $3 AND ends_at > $2 AND withdrawn_at IS NULL
        ORDER BY member_id, starts_at, id
        """,
        list(member_ids),
        start,
        end,
    )
    return [ApprovedFact(**row) for row in rows]


async def lock_member_facts(db: Db, member_id: int) -> None:
    """One thing at a time is approved for somebody."""
    await db.execute("SELECT FROM members WHERE id = $1 FOR NO KEY UPDATE", member_id)


async def withdraw_fact(db: Db, id: int, withdrawn_by: int, why: str) -> ApprovedFact | None:
    row = await db.fetchrow(
        f"""
        UPDATE checkin_facts SET withdrawn_at = now(), withdrawn_by = $2, withdrawn_why = $3
        WHERE id = $1 AND withdrawn_at IS NULL
        RETURNING {FACT}
        """,
        id,
        withdrawn_by,
        why,
    )
    return ApprovedFact(**row) if row else None


async def count_make_ups(db: Db, member_id: int, first: date, last: date, but: Sequence[int]) -> int:
    """Make-ups that hold of these dates, without some."""
    count: int = await db.fetchval(
        """
        SELECT count(*) FROM checkin_facts AS f WHERE f.member_id = $1 AND f.kind = 'make_up'
          AND f.withdrawn_at IS NULL AND f.id <> ALL($4::bigint[]) AND EXISTS (
              SELECT FROM checkin_punches AS p
              WHERE p.member_id = $1 AND p.aim_date BETWEEN $2 AND $3 AND p.fact_id = f.id)
        """,
        member_id,
        first,
        last,
        list(but),
    )
    return count


async def aimed_by_fact(db: Db, fact_id: int) -> list[date]:
    """The dates of the corrections that an approved make-up brought."""
    rows = await db.fetch("SELECT aim_date FROM checkin_punches WHERE fact_id = $1", fact_id)
    return [row["aim_date"] for row in rows]
