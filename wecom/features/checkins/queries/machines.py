"""Statements on attendance machines: their keys, whom they mean, and what of theirs was left out."""

from collections.abc import Sequence
from datetime import datetime

from wecom.foundation.db import Db, Record

from ..model import Way
from ..records import LeftOut, Machine, MachineNumber

MACHINE = "id, name, place, way, made_by, made_at, seen_at, ended_at, drift, taken, last_punch_at"
LEFT_OUT = "machine_id, record, userid, number, at, way, why, times, first_at, last_at"


async def insert_machine(db: Db, name: str, place: str, way: Way | None, key_hash: bytes, made_by: int) -> Machine:
    row = await db.fetchrow(
        f"""
        INSERT INTO checkin_machines (name, place, way, key_hash, made_by) VALUES ($1, $2, $3, $4, $5)
        RETURNING {MACHINE}
        """,
        name,
        place,
        way,
        key_hash,
        made_by,
    )
    assert row
    return Machine(**row)


async def change_machine(db: Db, id: int, name: str, place: str, way: Way | None) -> Machine | None:
    row = await db.fetchrow(
        f"""
        UPDATE checkin_machines SET name = $2, place = $3, way = $4 WHERE id = $1 AND ended_at IS NULL
        RETURNING {MACHINE}
        """,
        id,
        name,
        place,
        way,
    )
    return Machine(**row) if row else None


async def put_key(db: Db, id: int, key_hash: bytes) -> Machine | None:
    row = await db.fetchrow(
        f"UPDATE checkin_machines SET key_hash = $2 WHERE id = $1 AND ended_at IS NULL RETURNING {MACHINE}",
        id,
        key_hash,
    )
    return Machine(**row) if row else None


async def machine_with_key(db: Db, key_hash: bytes) -> Machine | None:
    """Locked: what one machine sends twice at the same time is taken one after the other."""
    row = await db.fetchrow(
        f"""
        UPDATE checkin_machines SET seen_at = now() WHERE key_hash = $1 AND ended_at IS NULL RETURNING {MACHINE}
        """,
        key_hash,
    )
    return Machine(**row) if row else None


async def machines(db: Db) -> list[Machine]:
    """Those in use, oldest first."""
    rows = await db.fetch(f"SELECT {MACHINE} FROM checkin_machines WHERE ended_at IS NULL ORDER BY id")
    return [Machine(**row) for row in rows]


async def machine(db: Db, id: int) -> Machine | None:
    row = await db.fetchrow(f"SELECT {MACHINE} FROM checkin_machines WHERE id = $1 AND ended_at IS NULL", id)
    return Machine(**row) if row else None


async def end_machine(db: Db, id: int) -> bool:
    answer = await db.execute("UPDATE checkin_machines SET ended_at = now() WHERE id = $1 AND ended_at IS NULL", id)
    return answer == "UPDATE 1"


async def note_heard(db: Db, id: int, taken: int, last_punch_at: datetime | None, drift: int | None) -> None:
    await db.execute(
        """
        UPDATE checkin_machines
        SET taken = taken + $2, last_punch_at = greatest(last_punch_at, $3), drift = coalesce($4, drift) WHERE id = $1
        """,
        id,
        taken,
        last_punch_at,
        drift,
    )


async def kept_records(db: Db, machine_id: int, client_ids: Sequence[str]) -> dict[str, datetime]:
    """Which of these a machine sent before, whoever's they were, and of when they were."""
    rows = await db.fetch(
        "SELECT client_id, claimed_at FROM checkin_punches WHERE machine_id = $1 AND client_id = ANY($2::text[])",
        machine_id,
        list(client_ids),
    )
    return {row["client_id"]: row["claimed_at"] for row in rows}


async def members_named(db: Db, userids: Sequence[str]) -> dict[str, tuple[int, datetime | None]]:
    """By userid in lower case: who has it now, or had it last, and when they left."""
    rows = await db.fetch(
        """
        SELECT DISTINCT ON (lower(userid)) lower(userid) AS userid, id, left_at FROM members
        WHERE lower(userid) = ANY($1::text[]) ORDER BY lower(userid), left_at DESC NULLS FIRST
        """,
        list(userids),
    )
    return {row["userid"]: (row["id"], row["left_at"]) for row in rows}


async def members_numbered(db: Db, machine_id: int, numbers: Sequence[str]) -> dict[str, tuple[int, datetime | None]]:
    """By number, what is said for this machine before what is said for all."""
    rows = await db.fetch(
        """
        SELECT DISTINCT ON (n.number) n.number, m.id, m.left_at FROM checkin_numbers AS n
        JOIN members AS m ON m.id = n.member_id
        WHERE n.machine_id IN (0, $1) AND n.number = ANY($2::text[]) ORDER BY n.number, n.machine_id DESC
        """,
        machine_id,
        list(numbers),
    )
    return {row["number"]: (row["id"], row["left_at"]) for row in rows}


async def numbers_of(db: Db, machine_id: int) -> list[MachineNumber]:
    rows = await db.fetch(
        """
        SELECT machine_id, number, member_id, set_by, set_at FROM checkin_numbers WHERE machine_id IN (0, $1)
        ORDER BY length(number), number, machine_id
        """,
        machine_id,
    )
    return [MachineNumber(**row) for row in rows]


async def put_numbers(
    db: Db, machine_id: int, numbers: Sequence[str], member_ids: Sequence[int], set_by: int
) -> list[str]:
    """Which were said otherwise, or not at all."""
    rows = await db.fetch(
        """
        INSERT INTO checkin_numbers AS c (machine_id, number, member_id, set_by)
        SELECT $1, n.number, n.member_id, $4 FROM unnest($2::text[], $3::bigint[]) AS n (number, member_id)
        ON CONFLICT (machine_id, number) DO UPDATE
        SET member_id = excluded.member_id, set_by = excluded.set_by, set_at = now()
        WHERE c.member_id <> excluded.member_id
        RETURNING number
        """,
        machine_id,
        numbers,
        member_ids,
        set_by,
    )
    return [row["number"] for row in rows]


async def delete_number(db: Db, machine_id: int, number: str) -> bool:
    answer = await db.execute("DELETE FROM checkin_numbers WHERE machine_id = $1 AND number = $2", machine_id, number)
    return answer == "DELETE 1"


async def put_left_out(db: Db, machine_id: int, rows: Sequence[tuple[object, ...]]) -> None:
    columns = list(zip(*rows, strict=True))
    await db.execute(
        """
        INSERT INTO checkin_left_out AS l (machine_id, record, userid, number, at, way, why)
        SELECT $1, n.record, n.userid, n.number, n.at, n.way, n.why
        FROM unnest($2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::text[], $7::text[])
             AS n (record, userid, number, at, way, why)
        ON CONFLICT (machine_id, record, at) DO UPDATE
        SET userid = excluded.userid, number = excluded.number, way = excluded.way,
            why = excluded.why, times = l.times + 1, last_at = now()
        """,
        machine_id,
        *[list(column) for column in columns],
    )


async def forget_left_out(db: Db, machine_id: int, records: Sequence[str], times: Sequence[datetime]) -> None:
    """Records of these times; and what these records were while the machine's clock was lost."""
    await db.execute(
        """
        DELETE FROM checkin_left_out AS l USING unnest($2::text[], $3::timestamptz[]) AS n (record, at)
        WHERE l.machine_id = $1 AND l.record = n.record AND (l.at = n.at OR l.why IN ('too_old', 'future'))
        """,
        machine_id,
        list(records),
        list(times),
    )


async def trim_left_out(db: Db, machine_id: int, most: int, waiting: int, since: datetime) -> None:
    """The newest stay; what waits for somebody to say whose it is stays beside them, for as long as it could count."""
    await db.execute(
        """
        DELETE FROM checkin_left_out WHERE machine_id = $1 AND (record, at) IN (
            SELECT record, at FROM (
                SELECT record, at, why = 'unknown_person' AS waits, row_number() OVER (
                    PARTITION BY why = 'unknown_person' ORDER BY last_at DESC, at DESC, record) AS n
                FROM checkin_left_out WHERE machine_id = $1) AS l
            WHERE CASE WHEN waits THEN n > $3 OR at < $4 ELSE n > $2 END)
        """,
        machine_id,
        most,
        waiting,
        since,
    )


async def left_out(db: Db, machine_id: int, limit: int) -> list[LeftOut]:
    """Newest first."""
    rows = await db.fetch(
        f"""
        SELECT {LEFT_OUT} FROM checkin_left_out WHERE machine_id = $1 ORDER BY last_at DESC, at DESC, record LIMIT $2
        """,
        machine_id,
        limit,
    )
    return [_left_out(row) for row in rows]


async def left_out_numbered(db: Db, machine_id: int, numbers: Sequence[str], limit: int) -> list[LeftOut]:
    """Of people who were not known by these numbers; machine 0: at any machine in use. Oldest first."""
    rows = await db.fetch(
        f"""
        SELECT {LEFT_OUT} FROM checkin_left_out
        WHERE ($1 = 0 OR machine_id = $1) AND number = ANY($2::text[]) AND why = 'unknown_person'
          AND machine_id IN (SELECT id FROM checkin_machines WHERE ended_at IS NULL)
        ORDER BY machine_id, at, record LIMIT $3
        """,
        machine_id,
        list(numbers),
        limit,
    )
    return [_left_out(row) for row in rows]


async def count_left_out(db: Db) -> dict[int, int]:
    rows = await db.fetch("SELECT machine_id, count(*) AS many FROM checkin_left_out GROUP BY machine_id")
    return {row["machine_id"]: row["many"] for row in rows}


async def lock_machine(db: Db, id: int) -> Machine | None:
    row = await db.fetchrow(
        f"SELECT {MACHINE} FROM checkin_machines WHERE id = $1 AND ended_at IS NULL FOR NO KEY UPDATE", id
    )
    return Machine(**row) if row else None


def _left_out(row: Record) -> LeftOut:
    return LeftOut(**row)
