"""Corrections are bound to the shift that they were made for; and adjustments that nothing stands behind go.

A correction of coming in the early shift counted for coming in the night shift once that was planned instead: slots of
both are number one. And what was undone in a closed month stayed beside it for ever: these days are looked at again.
"""

from wecom.migrations.sql import run

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    run("""
    ALTER TABLE checkin_punches
        ADD COLUMN aim_shift integer;  -- 0: of a day that is not planned by shift; NULL: made before this was kept

    INSERT INTO checkin_dirty (member_id, date) SELECT member_id, date FROM checkin_adjustments;
    """)
