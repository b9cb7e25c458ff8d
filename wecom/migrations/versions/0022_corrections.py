"""A correction can be taken back; and days with something wrong are found.

It was a punch for ever: a day without slots could not lose a wrong one, and a point could not be missing again. Now it
stays written down, counts no more, and says who took it back and why.
"""

from wecom.migrations.sql import run

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    run("""
    ALTER TABLE checkin_punches
        ADD COLUMN withdrawn_at timestamptz,  -- of corrections alone
        ADD COLUMN withdrawn_by bigint REFERENCES actors,
        ADD COLUMN withdrawn_why text NOT NULL DEFAULT '',
        ADD CHECK (withdrawn_at IS NULL OR (aim_date IS NOT NULL AND withdrawn_by IS NOT NULL));

    CREATE INDEX checkin_days_wrong ON checkin_days (date, member_id) WHERE wrong <> '{}';
    """)
