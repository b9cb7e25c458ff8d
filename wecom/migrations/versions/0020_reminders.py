"""Check-ins: from which network a punch came, whom to remind when, and which summaries were sent.

When each member is to be looked at next is kept, so that a minute's work is what is due in it. A reminder stands in
`checkin_reminders`, a summary in `checkin_summaries`, in the commit that sends it: nobody gets one twice.
"""

from wecom.migrations.sql import run

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    run("""
    -- As the server saw it; empty where that says nothing, as of what was sent later.
    ALTER TABLE checkin_punches ADD COLUMN address text NOT NULL DEFAULT '';

    CREATE TABLE checkin_alarms (  -- when to look next whether a member is to be reminded
        member_id bigint PRIMARY KEY REFERENCES members,
        at timestamptz NOT NULL
    );
    CREATE INDEX checkin_alarms_at ON checkin_alarms (at);
    ALTER TABLE checkin_state
        ADD COLUMN alarmed uuid,  -- the revision of which alarms know
        ADD COLUMN app_id bigint REFERENCES apps;  -- what summaries are said by

    ALTER TABLE member_settings
        ADD COLUMN checkin_before boolean NOT NULL DEFAULT true,
        ADD COLUMN checkin_before_minutes smallint CHECK (checkin_before_minutes BETWEEN 0 AND 120),
        ADD COLUMN checkin_after boolean NOT NULL DEFAULT true,
        ADD COLUMN checkin_after_minutes smallint CHECK (checkin_after_minutes BETWEEN 0 AND 120);

    CREATE TABLE checkin_summaries (
        rule_id integer NOT NULL REFERENCES checkin_rules,
        period text NOT NULL CHECK (period IN ('day', 'week', 'month')),
        first date NOT NULL,
        sent_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (rule_id, period, first)
    );
    """)
