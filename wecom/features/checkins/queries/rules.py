"""Statements on rules, whom they cover, and shifts' numbers."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from wecom.foundation.db import Db, Record

from ..records import RuleVersion
from ..rules_model import Rule
from ..rules_stored import rule_from

VERSION = """
    v.rule_id, v.version, v.effective_from, v.ends, v.body, r.app_id, r.made_by, v.made_by AS updated_by, r.made_at,
    v.made_at AS updated_at
    """


async def revision(db: Db) -> tuple[UUID, str]:
    """Of rules, holidays and offsets together; and the company's zone."""
    row = await db.fetchrow("SELECT s.revision, d.timezone FROM checkin_state AS s CROSS JOIN deployment AS d")
    assert row
    return row["revision"], row["timezone"]


async def bump_revision(db: Db) -> None:
    """Whoever has changed something does this last: what is remembered of a revision has to be all of it."""
    await db.execute("UPDATE checkin_state SET revision = gen_random_uuid()")


async def versions(db: Db) -> list[RuleVersion]:
    """All of all rules."""
    rows = await db.fetch(
        f"""
        SELECT {VERSION} FROM checkin_rule_versions AS v JOIN checkin_rules AS r ON r.id = v.rule_id
        ORDER BY v.rule_id, v.version
        """
    )
    return [_version(row) for row in rows]


async def versions_of(db: Db, rule_id: int) -> list[RuleVersion]:
    rows = await db.fetch(
        f"""
        SELECT {VERSION} FROM checkin_rule_versions AS v JOIN checkin_rules AS r ON r.id = v.rule_id
        WHERE v.rule_id = $1 ORDER BY v.version
        """,
        rule_id,
    )
    return [_version(row) for row in rows]


async def insert_rule(db: Db, made_by: int, app_id: int | None) -> int:
    id: int = await db.fetchval(
        "INSERT INTO checkin_rules (made_by, app_id) VALUES ($1, $2) RETURNING id", made_by, app_id
    )
    return id


async def insert_version(
    db: Db, rule_id: int, version: int, effective_from: date, body: dict[str, Any], ends: bool, made_by: int
) -> None:
    await db.execute(
        """
        INSERT INTO checkin_rule_versions (rule_id, version, effective_from, body, ends, made_by)
        VALUES ($1, $2, $3, $4, $5, $6)
        """,
        rule_id,
        version,
        effective_from,
        body,
        ends,
        made_by,
    )


async def insert_ranges(db: Db, rule_id: int, version: int, kinds: Sequence[str], refs: Sequence[int]) -> None:
    await db.execute(
        """
        INSERT INTO checkin_ranges (rule_id, version, kind, ref)
        SELECT DISTINCT $1::integer, $2::integer, n.kind, n.ref FROM unnest($3::text[], $4::bigint[]) AS n (kind, ref)
        """,
        rule_id,
        version,
        kinds,
        refs,
    )


async def covered_elsewhere(
    db: Db, rule_id: int, effective_from: date, kinds: Sequence[str], refs: Sequence[int]
) -> list[tuple[int, str, int]]:
    """Rules whose version of that date, or a later one, covers one of these: rule, kind and which."""
    rows = await db.fetch(
        """
        SELECT DISTINCT x.rule_id, x.kind, x.ref FROM checkin_ranges AS x
        JOIN checkin_rule_versions AS v ON v.rule_id = x.rule_id AND v.version = x.version
        JOIN unnest($3::text[], $4::bigint[]) AS n (kind, ref) ON n.kind = x.kind AND n.ref = x.ref
        WHERE x.rule_id <> $1 AND x.kind <> 'exempt' AND NOT v.ends
          AND NOT EXISTS (
              SELECT FROM checkin_rule_versions AS l
              WHERE l.rule_id = v.rule_id AND l.version > v.version
                AND l.effective_from <= greatest(v.effective_from, $2))
        ORDER BY x.rule_id, x.kind, x.ref
        """,
        rule_id,
        effective_from,
        kinds,
        refs,
    )
    return [(row["rule_id"], row["kind"], row["ref"]) for row in rows]


async def insert_shifts(db: Db, rule_id: int, count: int) -> list[int]:
    """Numbers for new shifts of a rule."""
    rows = await db.fetch(
        "INSERT INTO checkin_shifts (rule_id) SELECT $1 FROM generate_series(1, $2) RETURNING id", rule_id, count
    )
    return sorted(row["id"] for row in rows)


async def shifts_of(db: Db, rule_id: int) -> set[int]:
    """Numbers that were given to shifts of a rule."""
    rows = await db.fetch("SELECT id FROM checkin_shifts WHERE rule_id = $1", rule_id)
    return {row["id"] for row in rows}


def _version(row: Record) -> RuleVersion:
    fields = dict(row)
    return RuleVersion(**{key: fields[key] for key in fields if key != "body"}, rule=_rule(fields["body"]))


def _rule(body: dict[str, Any]) -> Rule:
    return rule_from(body)
