"""Statements on the devices with which members check in."""

from collections.abc import Sequence

from wecom.foundation.db import Db


async def usual_devices(db: Db, member_ids: Sequence[int]) -> dict[int, str]:
    """The device that each of these members usually checks in with."""
    rows = await db.fetch(
        "SELECT member_id, device_id FROM checkin_devices WHERE member_id = ANY($1::bigint[]) AND usual",
        list(member_ids),
    )
    return {row["member_id"]: row["device_id"] for row in rows}


async def is_known(db: Db, member_id: int, device_id: str) -> bool:
    """Whether a member has checked in with it."""
    found = await db.fetchval(
        "SELECT true FROM checkin_devices WHERE member_id = $1 AND device_id = $2", member_id, device_id
    )
    return bool(found)


async def add_devices(db: Db, members: Sequence[int], devices: Sequence[str]) -> None:
    """Note devices; the first one of somebody is the usual one."""
    if not members:
        return
    await db.execute(
        """
        INSERT INTO checkin_devices (member_id, device_id, usual)
        SELECT n.member_id, n.device_id,
               n.first AND NOT EXISTS (SELECT FROM checkin_devices AS d WHERE d.member_id = n.member_id AND d.usual)
        FROM (SELECT u.member_id, u.device_id,
                     row_number() OVER (PARTITION BY u.member_id ORDER BY u.device_id) = 1 AS first
              FROM unnest($1::bigint[], $2::text[]) AS u (member_id, device_id)) AS n
        ON CONFLICT DO NOTHING
        """,
        list(members),
        list(devices),
    )


async def forget_usual(db: Db, member_id: int) -> bool:
    answer = await db.execute("UPDATE checkin_devices SET usual = false WHERE member_id = $1 AND usual", member_id)
    return answer != "UPDATE 0"


async def put_usual(db: Db, member_id: int, device_id: str) -> None:
    await db.execute(
        """
        INSERT INTO checkin_devices (member_id, device_id, usual) VALUES ($1, $2, true)
        ON CONFLICT (member_id, device_id) DO UPDATE SET usual = true
        """,
        member_id,
        device_id,
    )
