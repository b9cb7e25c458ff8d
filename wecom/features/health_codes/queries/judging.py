"""Statements on what codes are made of, and on keeping them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson

from wecom.foundation.db import Db, Record

from ..model import Code, reasons_from
from ..rules import Fact, Held, Inputs, Override, Report

PATH = """
    ARRAY(SELECT DISTINCT unnest(d.path) FROM department_members AS dm JOIN departments AS d ON d.id = dm.department_id
          WHERE dm.member_id = m.id) || 1::bigint
    """
"""The departments that somebody is under; everybody is under the company."""

OPTIONS = 1000
"""As answers keep picks: a question's id times this, and the option's."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of somebody under a policy."""

    member_id: int
    concerned: bool
    """Whether the policy is for them: they work here, and it names them."""
    inputs: Inputs
    code: Code | None
    """As it was judged before."""
    words: Mapping[datetime, str]
    """Reasons of overrides, by when they were given."""


async def lock_codes(db: Db, policy_id: int, member_ids: Sequence[int]) -> None:
    """Codes of these are judged one after the other: each sees what the one before has kept."""
    await db.execute(
        """
        SELECT pg_advisory_xact_lock(hashtextextended('health code ' || $1::integer || ' ' || id, 0))
        FROM (SELECT unnest($2::bigint[]) AS id ORDER BY 1) AS whom
        """,
        policy_id,
        list(member_ids),
    )


async def known_of(db: Db, policy_id: int, job_ids: Sequence[int], member_ids: Sequence[int]) -> list[Known]:
    """All that these people's codes are judged by: of each job what they answered last."""
    rows = await db.fetch(
        f"""
        WITH who AS (
            SELECT m.id, m.enabled AND m.left_at IS NULL AS here, {PATH} AS path FROM members AS m
            WHERE m.id = ANY($3::bigint[])
        ), tagged AS (
            SELECT who.id, ARRAY(
                SELECT t.tag_id FROM tag_members AS t WHERE t.member_id = who.id
                UNION SELECT t.tag_id FROM tag_departments AS t WHERE t.department_id = ANY(who.path)) AS tags FROM who
        )
        SELECT who.id AS member_id, who.path, tagged.tags,
               who.here AND EXISTS (SELECT FROM health_policy_ranges AS r WHERE r.policy_id = $1 AND (
                   (r.kind = 'member' AND r.ref = who.id) OR (r.kind = 'department' AND r.ref = ANY(who.path))
                   OR (r.kind = 'tag' AND r.ref = ANY(tagged.tags)))) AS concerned,
               ARRAY(SELECT (f.kind, f.at, f.until) FROM health_facts AS f
                     WHERE f.policy_id = $1 AND f.member_id = who.id AND f.withdrawn_at IS NULL) AS facts,
               ARRAY(SELECT (o.level, o.at, o.until, o.reason) FROM health_overrides AS o
                     WHERE o.policy_id = $1 AND o.member_id = who.id AND o.ended_at IS NULL) AS overrides,
               ARRAY(SELECT (h.rule_id, h.since) FROM health_holds AS h
                     WHERE h.policy_id = $1 AND h.member_id = who.id) AS held,
               c.version, c.level, c.ruled, c.reasons, c.made_at, c.valid_until,
               ARRAY(SELECT (a.job_id, a.at, a.picks, a.number_questions, to_json(a.numbers)::text, a.dates) FROM (
                   SELECT DISTINCT ON (a.job_id) a.job_id, a.at, a.picks, a.number_questions, a.numbers,
                          jsonb_path_query_array(a.values, '$[*] ? (exists (@.date))')::text AS dates
                   FROM (SELECT n.job_id, n.date, n.picks, n.number_questions, n.numbers, n.values,
                                coalesce(n.changed_at, least(n.claimed_at, n.received_at)) AS at
                         FROM health_answers AS n WHERE n.member_id = who.id AND n.job_id = ANY($2::integer[])) AS a
                   ORDER BY a.job_id, a.at DESC, a.date DESC) AS a) AS reports
        FROM who JOIN tagged USING (id) LEFT JOIN health_codes AS c ON c.policy_id = $1 AND c.member_id = who.id
        ORDER BY who.id
        """,
        policy_id,
        list(job_ids),
        list(member_ids),
    )
    return [_known(policy_id, row) for row in rows]


async def put_codes(db: Db, codes: Sequence[Code]) -> None:
    await db.execute(
        """
        INSERT INTO health_codes AS c (policy_id, member_id, version, level, ruled, reasons, made_at, valid_until)
        SELECT n.policy_id, n.member_id, n.version, n.level, n.ruled, n.reasons::jsonb, n.made_at, n.valid_until
        FROM unnest($1::integer[], $2::bigint[], $3::integer[], $4::text[], $5::text[], $6::text[], $7::timestamptz[],
                    $8::timestamptz[]) AS n (policy_id, member_id, version, level, ruled, reasons, made_at, valid_until)
        ON CONFLICT (member_id, policy_id) DO UPDATE
        SET version = excluded.version, level = excluded.level, ruled = excluded.ruled, reasons = excluded.reasons,
            made_at = excluded.made_at, valid_until = excluded.valid_until
        """,
        [code.policy_id for code in codes],
        [code.member_id for code in codes],
        [code.version for code in codes],
        [code.level for code in codes],
        [code.ruled for code in codes],
        [orjson.dumps(code.reasons).decode() for code in codes],
        [code.made_at for code in codes],
        [code.valid_until for code in codes],
    )


async def insert_changes(db: Db, codes: Sequence[Code]) -> None:
    await db.execute(
        """
        INSERT INTO health_code_changes (policy_id, member_id, version, level, reasons, at)
        SELECT n.policy_id, n.member_id, n.version, n.level, n.reasons::jsonb, n.at
        FROM unnest($1::integer[], $2::bigint[], $3::integer[], $4::text[], $5::text[], $6::timestamptz[])
             AS n (policy_id, member_id, version, level, reasons, at)
        """,
        [code.policy_id for code in codes],
        [code.member_id for code in codes],
        [code.version for code in codes],
        [code.level for code in codes],
        [orjson.dumps(code.reasons).decode() for code in codes],
        [code.made_at for code in codes],
    )


async def put_held(db: Db, policy_id: int, held: Mapping[int, Sequence[Held]]) -> None:
    """Of each of these people what is held now, in the place of what was."""
    rows = [(member_id, each.rule_id, each.since) for member_id, several in held.items() for each in several]
    await db.execute(
        """
        WITH new AS (
            SELECT n.member_id, n.rule_id, n.since
            FROM unnest($3::bigint[], $4::integer[], $5::timestamptz[]) AS n (member_id, rule_id, since)
        ), gone AS (
            DELETE FROM health_holds AS h WHERE h.policy_id = $1 AND h.member_id = ANY($2::bigint[]) AND NOT EXISTS (
                SELECT FROM new WHERE new.member_id = h.member_id AND new.rule_id = h.rule_id)
        )
        INSERT INTO health_holds AS h (policy_id, member_id, rule_id, since)
        SELECT $1::integer, member_id, rule_id, since FROM new
        ON CONFLICT (member_id, policy_id, rule_id) DO UPDATE SET since = excluded.since
        WHERE h.since <> excluded.since
        """,
        policy_id,
        list(held),
        [row[0] for row in rows],
        [row[1] for row in rows],
        [row[2] for row in rows],
    )


async def delete_codes(db: Db, policy_id: int, member_ids: Sequence[int]) -> None:
    await db.execute(
        "DELETE FROM health_codes WHERE policy_id = $1 AND member_id = ANY($2::bigint[])", policy_id, list(member_ids)
    )


async def members_to_judge(db: Db, policy_id: int, above: int, limit: int) -> list[int]:
    """Everybody whom a policy names, or who has a code by it, from an id on."""
    rows = await db.fetch(
        """
        WITH named AS (
            SELECT r.ref AS id FROM health_policy_ranges AS r WHERE r.policy_id = $1 AND r.kind = 'member'
            UNION SELECT t.member_id FROM health_policy_ranges AS r JOIN tag_members AS t ON t.tag_id = r.ref
            WHERE r.policy_id = $1 AND r.kind = 'tag'
            UNION SELECT dm.member_id FROM department_members AS dm WHERE dm.department_id = ANY(ARRAY(
                SELECT d.id FROM departments AS d WHERE d.path && ARRAY(
                    SELECT r.ref FROM health_policy_ranges AS r WHERE r.policy_id = $1 AND r.kind = 'department'
                    UNION SELECT td.department_id FROM health_policy_ranges AS r
                    JOIN tag_departments AS td ON td.tag_id = r.ref WHERE r.policy_id = $1 AND r.kind = 'tag')))
            UNION SELECT m.id FROM members AS m WHERE EXISTS (
                SELECT FROM health_policy_ranges AS r WHERE r.policy_id = $1 AND r.kind = 'department' AND r.ref = 1)
            UNION SELECT c.member_id FROM health_codes AS c WHERE c.policy_id = $1
        )
        SELECT m.id FROM named JOIN members AS m USING (id)
        WHERE m.id > $2 AND (m.left_at IS NULL
            OR EXISTS (SELECT FROM health_codes AS c WHERE c.policy_id = $1 AND c.member_id = m.id))
        ORDER BY m.id LIMIT $3
        """,
        policy_id,
        above,
        limit,
    )
    return [row["id"] for row in rows]


async def codes_due(db: Db, now: datetime, limit: int) -> list[tuple[int, int]]:
    """Codes that time has made others: of which policy, and whose."""
    rows = await db.fetch(
        """
        SELECT c.policy_id, c.member_id FROM health_codes AS c JOIN health_policies AS p ON p.id = c.policy_id
        WHERE c.valid_until <= $1 AND p.ended_at IS NULL ORDER BY c.valid_until LIMIT $2
        """,
        now,
        limit,
    )
    return [(row["policy_id"], row["member_id"]) for row in rows]


async def policies_naming(db: Db, member_id: int) -> list[int]:
    """Policies in force under which somebody is, as the directory is now."""
    rows = await db.fetch(
        f"""
        WITH who AS (SELECT m.id, {PATH} AS path FROM members AS m
                     WHERE m.id = $1 AND m.enabled AND m.left_at IS NULL)
        SELECT DISTINCT p.id FROM health_policies AS p JOIN health_policy_ranges AS r ON r.policy_id = p.id, who
        WHERE p.ended_at IS NULL AND (
            (r.kind = 'member' AND r.ref = who.id) OR (r.kind = 'department' AND r.ref = ANY(who.path))
            OR (r.kind = 'tag' AND (
                EXISTS (SELECT FROM tag_members AS t WHERE t.tag_id = r.ref AND t.member_id = who.id)
                OR EXISTS (SELECT FROM tag_departments AS t
                           WHERE t.tag_id = r.ref AND t.department_id = ANY(who.path)))))
        ORDER BY p.id
        """,
        member_id,
    )
    return [row["id"] for row in rows]


def _known(policy_id: int, row: Record) -> Known:
    inputs = Inputs(
        reports=tuple(_report(each) for each in row["reports"]),
        facts=tuple(Fact(*each) for each in row["facts"]),
        overrides=tuple(Override(level, at, until) for level, at, until, _ in row["overrides"]),
        held=tuple(Held(*each) for each in row["held"]),
        departments=frozenset(row["path"]),
        tags=frozenset(row["tags"]),
    )
    code = None
    if row["level"] is not None:
        code = Code(
            policy_id,
            row["member_id"],
            row["version"],
            row["level"],
            row["ruled"],
            reasons_from(row["reasons"]),
            row["made_at"],
            row["valid_until"],
        )
    words = {at: reason for _, at, _, reason in row["overrides"]}
    return Known(row["member_id"], row["concerned"], inputs, code, words)


def _report(each: Any) -> Report:
    job_id, at, picked, questions, numbers, dates = each
    picks: dict[int, set[int]] = {}
    for pick in picked:
        picks.setdefault(pick // OPTIONS, set()).add(pick % OPTIONS)
    return Report(
        job_id,
        at,
        {question: frozenset(options) for question, options in picks.items()},
        dict(zip(questions, orjson.loads(numbers), strict=True)),
        {said["question_id"]: date.fromisoformat(said["date"]) for said in orjson.loads(dates)},
    )
