"""Statements that list approved facts."""

from collections.abc import Sequence
from datetime import datetime

from wecom.foundation.db import Db

from ..model import FactKind
from ..records import ApprovedFact, ListedFact
from .punches import FACT

CHOSEN = """
    FROM checkin_facts AS f JOIN members AS m ON m.id = f.member_id
    WHERE f.starts_at < $2 AND f.ends_at >= $1 AND f.starts_at >= $1 - interval '367 days'
      AND ($3::text IS NULL OR f.kind = $3) AND (f.withdrawn_at IS NULL OR $4)
      AND (SELECT coalesce(bool_and(strpos(lower(m.name || ' ' || m.userid), term) > 0), true)
           FROM unnest($5::text[]) AS term)
      AND ($6::bigint IS NULL OR f.member_id IN (
           SELECT dm.member_id FROM department_members AS dm JOIN departments AS d ON d.id = dm.department_id
           WHERE d.path @> ARRAY[$6::bigint]))
    """
"""Facts that touch a stretch of time, of whoever is looked for."""


async def listed_facts(
    db: Db,
    start: datetime,
    end: datetime,
    kind: FactKind | None,
    withdrawn: bool,
    terms: Sequence[str],
    department_id: int | None,
    skip: int,
    limit: int,
) -> list[ListedFact]:
    """Those that begin last come first."""
    columns = ", ".join(f"f.{each.strip()}" for each in FACT.split(","))
    rows = await db.fetch(
        f"""
        SELECT {columns}, p.aim_date, p.aim_slot, p.aim_way FROM (
            SELECT f.id AS wanted {CHOSEN} ORDER BY f.starts_at DESC, f.id DESC OFFSET $7 LIMIT $8) AS w
        JOIN checkin_facts AS f ON f.id = w.wanted
        LEFT JOIN checkin_punches AS p
          ON f.kind = 'make_up' AND p.member_id = f.member_id AND p.client_id = 'fact-' || f.id
        ORDER BY f.starts_at DESC, f.id DESC
        """,
        start,
        end,
        kind,
        withdrawn,
        list(terms),
        department_id,
        skip,
        limit,
    )
    found = []
    for row in rows:
        fields = dict(row)
        aimed = fields.pop("aim_date"), fields.pop("aim_slot"), fields.pop("aim_way")
        found.append(ListedFact(ApprovedFact(**fields), *aimed))
    return found


async def count_facts(
    db: Db,
    start: datetime,
    end: datetime,
    kind: FactKind | None,
    withdrawn: bool,
    terms: Sequence[str],
    department_id: int | None,
) -> int:
    many: int = await db.fetchval(f"SELECT count(*) {CHOSEN}", start, end, kind, withdrawn, list(terms), department_id)
    return many


async def leave_names(db: Db, start: datetime, end: datetime, most: int) -> list[str]:
    """What leave in a stretch of time is called, also such as was withdrawn: a closed month may still count it."""
    rows = await db.fetch(
        """
        SELECT DISTINCT name COLLATE "C" AS name FROM checkin_facts
        WHERE starts_at < $2 AND ends_at >= $1 AND starts_at >= $1 - interval '367 days'
          AND kind = 'leave' AND name <> ''
        ORDER BY 1 LIMIT $3
        """,
        start,
        end,
        most,
    )
    return [row["name"] for row in rows]
