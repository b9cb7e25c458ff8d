"""Statements on what months came to."""

from collections.abc import Sequence
from datetime import date

from wecom.foundation.db import Db

from ..canon import month_from
from ..model import MonthSum
from ..results import FORM


async def put_months(db: Db, months: Sequence[tuple[int, date, str]]) -> None:
    """What months came to, by who has their members' turn."""
    await db.execute(
        """
        INSERT INTO checkin_months (member_id, month, form, sums)
        SELECT n.member_id, n.month, $4, n.sums::json FROM unnest($1::bigint[], $2::date[], $3::text[])
             AS n (member_id, month, sums)
        ON CONFLICT (member_id, month) DO UPDATE SET form = excluded.form, sums = excluded.sums
        """,
        *[list(column) for column in zip(*months, strict=True)],
        FORM,
    )


async def forget_months(db: Db, members: Sequence[int], months: Sequence[date]) -> None:
    """Of which a day was written."""
    await db.execute(
        """
        DELETE FROM checkin_months AS m USING unnest($1::bigint[], $2::date[]) AS n (member_id, month)
        WHERE m.member_id = n.member_id AND m.month = n.month
        """,
        list(members),
        list(months),
    )


async def kept_months(db: Db, member_ids: Sequence[int], month: date) -> dict[int, MonthSum]:
    rows = await db.fetch(
        "SELECT member_id, sums FROM checkin_months WHERE member_id = ANY($1::bigint[]) AND month = $2 AND form = $3",
        list(member_ids),
        month,
        FORM,
    )
    return {row[0]: month_from(row[1]) for row in rows}
