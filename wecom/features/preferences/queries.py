"""Every statement on members' settings."""

from collections.abc import Sequence
from datetime import time
from typing import Any

from ...foundation.db import Db
from .model import MemberSettings, Notifications, QuietHours

SETTINGS = """
    language, theme, notified, show_text, quiet_from, quiet_to, quiet_days, timezone, checkin_before,
    checkin_before_minutes, checkin_after, checkin_after_minutes
    """


async def settings_of(db: Db, member_id: int) -> MemberSettings:
    """A member's settings; as they are at first where nothing was changed."""
    return (await settings_of_many(db, [member_id]))[member_id]


async def settings_of_many(db: Db, member_ids: Sequence[int]) -> dict[int, MemberSettings]:
    """The same for several."""
    rows = await db.fetch(
        f"SELECT member_id, {SETTINGS} FROM member_settings WHERE member_id = ANY($1::bigint[])", member_ids
    )
    return dict.fromkeys(member_ids, MemberSettings()) | {row["member_id"]: _settings(row) for row in rows}


async def lock_settings(db: Db, member_id: int) -> MemberSettings:
    """A member's settings, to change them: whoever changes them too waits until this transaction ends."""
    row = await db.fetchrow(
        f"""
        INSERT INTO member_settings AS s (member_id) VALUES ($1)
        ON CONFLICT (member_id) DO UPDATE SET theme = s.theme RETURNING {SETTINGS}
        """,
        member_id,
    )
    return _settings(row)


async def put_settings(db: Db, member_id: int, settings: MemberSettings) -> None:
    quiet = settings.notifications.quiet_hours
    await db.execute(
        """
        UPDATE member_settings SET language = $2, theme = $3, notified = $4, show_text = $5,
            quiet_from = $6, quiet_to = $7, quiet_days = $8, timezone = $9,
            checkin_before = $10, checkin_before_minutes = $11, checkin_after = $12, checkin_after_minutes = $13
        WHERE member_id = $1
        """,
        member_id,
        settings.language,
        settings.theme,
        settings.notifications.enabled,
        settings.notifications.show_text,
        time.fromisoformat(quiet.begins) if quiet else None,
        time.fromisoformat(quiet.ends) if quiet else None,
        list(quiet.days) if quiet else None,
        settings.timezone,
        settings.notifications.checkin_before,
        settings.notifications.checkin_before_minutes,
        settings.notifications.checkin_after,
        settings.notifications.checkin_after_minutes,
    )


async def forget_settings(db: Db, member_ids: Sequence[int]) -> None:
    """Of members who leave."""
    await db.execute("DELETE FROM member_settings WHERE member_id = ANY($1::bigint[])", member_ids)


def _settings(row: Any) -> MemberSettings:
    quiet = None
    if row["quiet_from"] is not None:
        begins, ends = (row[name].isoformat("minutes") for name in ("quiet_from", "quiet_to"))
        quiet = QuietHours(begins=begins, ends=ends, days=tuple(row["quiet_days"]))
    return MemberSettings(
        language=row["language"],
        theme=row["theme"],
        notifications=Notifications(
            enabled=row["notified"],
            show_text=row["show_text"],
            quiet_hours=quiet,
            checkin_before=row["checkin_before"],
            checkin_before_minutes=row["checkin_before_minutes"],
            checkin_after=row["checkin_after"],
            checkin_after_minutes=row["checkin_after_minutes"],
        ),
        timezone=row["timezone"],
    )
