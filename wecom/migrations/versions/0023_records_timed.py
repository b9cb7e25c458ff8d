"""Records of attendance machines are known by their number and their time.

A machine that was set back to its beginning counts from one again, and what was left out of that pushed out what had
the same number before.
"""

from wecom.migrations.sql import run

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    run("""
    ALTER TABLE checkin_left_out DROP CONSTRAINT checkin_left_out_pkey;
    ALTER TABLE checkin_left_out ADD PRIMARY KEY (machine_id, record, at);
    """)
