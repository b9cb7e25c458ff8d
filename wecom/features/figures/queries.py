"""Every statement on figures."""

from dataclasses import fields
from datetime import date, datetime

from wecom.foundation.db import Db

from .model import Busiest, Day, Lag, Standing

OF_MEMBERS = "(SELECT kind FROM actors WHERE id = sender_id) IN ('member', 'customer')"


async def newest_countable(db: Db, after: int, limit: int) -> int | None:
    """The transaction up to which the next so many messages are, of those that have ended; None: there are none."""
    xid: int | None = await db.fetchval(
        """
        SELECT max(xid::text::bigint) FROM (
            SELECT xid FROM messages WHERE xid > $1::xid8 AND xid < pg_snapshot_xmin(pg_current_snapshot())
            ORDER BY xid LIMIT $2) AS next
        """,
        after,
        limit,
    )
    return xid


async def count_messages(db: Db, after: int, upto: int) -> None:
    """Add the messages of these transactions to their days."""
    await db.execute(
        """
        WITH new AS (
            SELECT (sent_at AT TIME ZONE (SELECT timezone FROM deployment))::date AS day, sender_id, conversation_id,
                   coalesce(body->>'msgtype' IN ('image', 'file', 'voice', 'video'), false) AS is_file
            FROM messages WHERE xid > $1::xid8 AND xid <= $2::xid8
        ), said AS (
            INSERT INTO day_senders AS d (day, sender_id, messages, files)
            SELECT day, sender_id, count(*), count(*) FILTER (WHERE is_file) FROM new GROUP BY 1, 2 ORDER BY 1, 2
            ON CONFLICT (day, sender_id)
            DO UPDATE SET messages = d.messages + excluded.messages, files = d.files + excluded.files
        )
        INSERT INTO day_conversations AS d (day, conversation_id, messages)
        SELECT day, conversation_id, count(*) FROM new GROUP BY 1, 2 ORDER BY 1, 2
        ON CONFLICT (day, conversation_id) DO UPDATE SET messages = d.messages + excluded.messages
        """,
        after,
        upto,
    )


async def note_members(db: Db) -> None:
    """Who was here today, or yesterday and not since."""
    await db.execute(
        """
        INSERT INTO day_members (day, member_id)
        SELECT DISTINCT (seen_at AT TIME ZONE (SELECT timezone FROM deployment))::date, member_id
        FROM sessions WHERE seen_at > now() - interval '26 hours'
        ON CONFLICT DO NOTHING
        """
    )


async def is_behind(db: Db, follower: str) -> bool:
    """Whether something of days that are over has not been counted."""
    behind: bool = await db.fetchval(
        """
        SELECT EXISTS (
            SELECT FROM messages
            WHERE xid > coalesce((SELECT xid FROM followers WHERE name = $1), '0')
              AND sent_at < (now() AT TIME ZONE d.timezone)::date::timestamp AT TIME ZONE d.timezone)
        FROM deployment AS d
        """,
        follower,
    )
    return behind


async def close_days(db: Db) -> None:
    """Sum up the days that are over. Of a day that was closed, no less is known later."""
    await db.execute(
        f"""
        INSERT INTO days AS d (day, messages, app_messages, files, senders, members)
        SELECT day, coalesce(sum(messages) FILTER (WHERE is_person), 0),
               coalesce(sum(messages) FILTER (WHERE NOT is_person), 0),
               coalesce(sum(files), 0), count(*) FILTER (WHERE is_person),
               (SELECT count(*) FROM day_members AS m WHERE m.day = s.day)
        FROM (SELECT day, messages, files, {OF_MEMBERS} AS is_person FROM day_senders
              UNION ALL SELECT DISTINCT day, 0, 0, NULL::boolean FROM day_members) AS s
        WHERE day < (now() AT TIME ZONE (SELECT timezone FROM deployment))::date GROUP BY day
        ON CONFLICT (day) DO UPDATE SET
            messages = greatest(d.messages, excluded.messages),
            app_messages = greatest(d.app_messages, excluded.app_messages),
            files = greatest(d.files, excluded.files),
            senders = greatest(d.senders, excluded.senders), members = greatest(d.members, excluded.members)
        """
    )


async def forget_who(db: Db, kept: int) -> None:
    """Who said how much, and who was here, on days closed so many days ago."""
    await db.execute(
        """
        WITH old AS (SELECT (now() AT TIME ZONE timezone)::date - $1::int AS day FROM deployment),
             said AS (DELETE FROM day_senders WHERE day < (SELECT day FROM old))
        DELETE FROM day_members WHERE day < (SELECT day FROM old)
        """,
        kept,
    )


async def forget_where(db: Db, kept: int) -> None:
    await db.execute("DELETE FROM day_conversations WHERE day < current_date - $1::int", kept)


async def closed_days(db: Db, since: date) -> list[Day]:
    rows = await db.fetch(
        "SELECT day, messages, app_messages, files, senders, members FROM days WHERE day >= $1 ORDER BY day", since
    )
    return [Day(**row) for row in rows]


async def day_as_counted(db: Db, day: date) -> Day:
    """A day that is not closed."""
    row = await db.fetchrow(
        f"""
        SELECT $1::date AS day, coalesce(sum(messages) FILTER (WHERE is_person), 0)::bigint AS messages,
               coalesce(sum(messages) FILTER (WHERE NOT is_person), 0)::bigint AS app_messages,
               coalesce(sum(files), 0)::bigint AS files, count(*) FILTER (WHERE is_person) AS senders,
               (SELECT count(*) FROM (
                    SELECT member_id FROM day_members WHERE day = $1
                    UNION SELECT member_id FROM sessions
                    WHERE (seen_at AT TIME ZONE (SELECT timezone FROM deployment))::date = $1) AS here) AS members
        FROM (SELECT messages, files, {OF_MEMBERS} AS is_person FROM day_senders WHERE day = $1) AS s
        """,
        day,
    )
    assert row
    return Day(**row)


async def today(db: Db) -> date:
    """Where the company is."""
    day: date = await db.fetchval("SELECT (now() AT TIME ZONE timezone)::date FROM deployment")
    return day


async def busiest(db: Db, since: date, limit: int) -> list[Busiest]:
    """Groups by what was said in them. Only those that apps made are named."""
    rows = await db.fetch(
        """
        SELECT c.kind, CASE WHEN c.kind = 'appchat' THEN c.name END AS name, c.members, s.messages
        FROM (SELECT conversation_id, sum(messages)::bigint AS messages FROM day_conversations
              WHERE day >= $1 GROUP BY conversation_id) AS s
        JOIN conversations AS c ON c.id = s.conversation_id
        WHERE c.kind IN ('group', 'appchat') ORDER BY s.messages DESC, c.id LIMIT $2
        """,
        since,
        limit,
    )
    return [Busiest(**row) for row in rows]


async def standing(db: Db) -> Standing:
    row = await db.fetchrow(
        """
        SELECT (SELECT count(*) FROM members WHERE left_at IS NULL) AS members,
               (SELECT count(*) FROM members WHERE left_at IS NULL AND enabled) AS members_enabled,
               (SELECT count(*) FROM members WHERE left_at IS NULL AND activated_at IS NOT NULL) AS members_activated,
               (SELECT count(*) FROM members WHERE left_at IS NOT NULL) AS members_left,
               (SELECT count(*) FROM role_grants AS g JOIN members AS m ON m.id = g.member_id
                WHERE g.role = 'administrator' AND m.enabled AND m.left_at IS NULL) AS administrators,
               (SELECT count(*) FROM departments) AS departments,
               (SELECT count(*) FROM conversations WHERE dissolved_at IS NULL) AS conversations,
               (SELECT count(*) FROM apps WHERE removed_at IS NULL) AS apps,
               (SELECT count(*) FROM sessions WHERE ended_at IS NULL AND expires_at > now()) AS sessions,
               pg_database_size(current_database()) AS database_bytes,
               (SELECT count(*) FROM blobs) AS blobs,
               (SELECT coalesce(sum(size), 0)::bigint FROM blobs) AS blob_bytes,
               (SELECT count(*) FROM jobs WHERE failed_at IS NULL) AS jobs_waiting,
               (SELECT count(*) FROM jobs WHERE failed_at IS NOT NULL) AS jobs_failed,
               coalesce((SELECT extract(epoch FROM now() - min(due_at))::float8 FROM jobs
                         WHERE failed_at IS NULL AND due_at < now()), 0) AS oldest_due_seconds,
               coalesce((SELECT extract(epoch FROM now() - r.at)::float8 FROM audit_records AS r
                         WHERE r.id > coalesce((SELECT record_id FROM audit_leaves ORDER BY position DESC LIMIT 1), 0)
                         ORDER BY r.id LIMIT 1), 0) AS unsealed_seconds,
               (SELECT sent_at FROM messages ORDER BY xid DESC LIMIT 1) AS last_message_at
        """
    )
    assert row
    return Standing(**{field.name: row[field.name] for field in fields(Standing)})


async def lags(db: Db) -> list[Lag]:
    """Of each follower, how old the first message is that it has not had."""
    rows = await db.fetch(
        """
        SELECT f.name, f.moved_at, coalesce((
            SELECT extract(epoch FROM now() - m.sent_at)::float8 FROM messages AS m
            WHERE m.xid > f.xid ORDER BY m.xid LIMIT 1), 0) AS seconds
        FROM followers AS f ORDER BY f.name
        """
    )
    return [Lag(row["name"], max(0.0, row["seconds"]), row["moved_at"]) for row in rows]


async def worked_at(db: Db) -> datetime | None:
    """When the next schedule is due: long ago, where no worker runs."""
    at: datetime | None = await db.fetchval("SELECT min(next_at) FROM schedules")
    return at
