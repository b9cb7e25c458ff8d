"""Check-ins: whoever has a day judged again waits for nobody, and what an approval brought is found at once.

A day that waited stood once, so that marking it while it was being judged waited for that: everybody who checked in
stood behind a long report. Now it stands as often as it was marked, and whoever takes it takes all that they see.
"""

from wecom.migrations.sql import run

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    run("""
    ALTER TABLE checkin_dirty
        DROP CONSTRAINT checkin_dirty_pkey,
        ADD COLUMN id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY;
    CREATE INDEX checkin_dirty_day ON checkin_dirty (member_id, date);
    CREATE INDEX checkin_punches_fact ON checkin_punches (fact_id) WHERE fact_id IS NOT NULL;
    """)
