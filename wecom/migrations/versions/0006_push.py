"""Reaching devices that are not connected: Web Push.

Why two tables between a message and a push. The follower that notes what was said writes one row for a
conversation, whoever takes part in it; some seconds later it is decided, in one statement, which members have
seen nothing of it, and only their devices get a row, which lasts until the push service has taken the push. So a
message to 2,000 people of whom ten are away costs ten rows, none of them on the way of whoever sends.

Who is to be told of what is a function, because it is asked twice: when it is decided, and again just before a
push leaves, which may be an hour later. Between the two a message may be recalled, read or muted, and a member
put out.
"""

from wecom.migrations.sql import run

revision = "0006"
down_revision = "0005"

TABLES = """
CREATE TABLE push_key (
    sole boolean PRIMARY KEY DEFAULT true CHECK (sole),
    public bytea NOT NULL CHECK (octet_length(public) = 65),
    sealed bytea NOT NULL  -- the private key, under the server's own
);

CREATE TABLE push_subscriptions (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    session_id bigint NOT NULL UNIQUE REFERENCES sessions ON DELETE CASCADE,
    member_id bigint NOT NULL REFERENCES members,
    endpoint text NOT NULL,
    endpoint_hash bytea NOT NULL UNIQUE,  -- an endpoint may be longer than an index takes
    origin text NOT NULL,
    p256dh bytea NOT NULL CHECK (octet_length(p256dh) = 65),
    auth bytea NOT NULL CHECK (octet_length(auth) = 16),
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX push_subscriptions_member ON push_subscriptions (member_id);

CREATE TABLE push_waits (  -- something was said in (from_seq, to_seq], and it is not decided who missed it
    conversation_id bigint PRIMARY KEY REFERENCES conversations,
    from_seq bigint NOT NULL,
    to_seq bigint NOT NULL,
    due_at timestamptz NOT NULL
);
CREATE INDEX push_waits_due ON push_waits (due_at);

CREATE TABLE pushes (  -- one for a device and a conversation: what is newer takes the place of what waits
    subscription_id bigint NOT NULL REFERENCES push_subscriptions ON DELETE CASCADE,
    conversation_id bigint NOT NULL,  -- 0: a test
    origin text NOT NULL,
    from_seq bigint NOT NULL,
    seq bigint NOT NULL,
    at timestamptz NOT NULL,  -- when it was said
    due_at timestamptz NOT NULL DEFAULT now(),
    attempt integer NOT NULL DEFAULT 0,
    PRIMARY KEY (subscription_id, conversation_id)
);
CREATE INDEX pushes_due ON pushes (origin, due_at);
"""

WHO_IS_TOLD_OF_WHAT = """
CREATE FUNCTION newest_to_notify(member_id bigint, conversation_id bigint, above bigint, upto bigint)
RETURNS bigint LANGUAGE sql STABLE COST 1000 AS $$
    WITH part AS (
        SELECT greatest($3, p.from_seq, p.read_seq) AS above, NULL::integer AS ordinal FROM participants AS p
        WHERE p.actor_id = $1 AND p.conversation_id = $2 AND p.to_seq IS NULL
        UNION ALL
        SELECT greatest($3, coalesce(r.read_seq, 0)), m.ordinal FROM conversations AS c
        JOIN members AS m ON m.id = $1
        LEFT JOIN app_reads AS r ON r.conversation_id = c.id AND r.member_id = $1
        WHERE c.id = $2 AND c.kind = 'app'
    ), shown AS (
        SELECT coalesce(max(d.seq), 0) AS seq FROM sessions AS s
        JOIN device_cursors AS d ON d.session_id = s.id AND d.stream_id = $2 WHERE s.member_id = $1
    )
    SELECT m.seq FROM part CROSS JOIN shown
    LEFT JOIN conversation_preferences AS w ON w.member_id = $1 AND w.conversation_id = $2
    JOIN messages AS m ON m.conversation_id = $2 AND m.seq > greatest(part.above, shown.seq) AND m.seq <= $4
    WHERE m.sender_id <> $1 AND m.recalled_at IS NULL
      AND coalesce(w.notify, 'all') <> 'none' AND (w.muted_until IS NULL OR w.muted_until <= now())
      AND CASE WHEN part.ordinal IS NULL OR m.audience IS NULL THEN true
               WHEN part.ordinal >= 8 * octet_length(m.audience) THEN false
               ELSE get_bit(m.audience, part.ordinal) = 1 END
      AND (coalesce(w.notify, 'all') = 'all' OR EXISTS (
          SELECT FROM mentions AS x WHERE x.conversation_id = $2 AND x.seq = m.seq AND x.member_id IN (0, $1)))
    ORDER BY m.seq DESC LIMIT 1
$$;
"""

BEGINNING = """
-- What was said before is nobody's news.
INSERT INTO followers (name, xid, stream_id, seq) VALUES ('push', pg_snapshot_xmin(pg_current_snapshot()), 0, 0);
"""


def upgrade() -> None:
    run(TABLES + WHO_IS_TOLD_OF_WHAT + BEGINNING)
