"""Uploads that were deleted before they were sent: their bytes lie on the disk for another day, and count so long.

Else whoever uploads, deletes and uploads again fills the disk, past any limit of what may wait to be sent. A table of
its own, since all that is left of such an upload is a number.
"""

from wecom.migrations.sql import run

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    run("""
    CREATE TABLE deleted_uploads (
        actor_id bigint NOT NULL REFERENCES actors,
        bytes bigint NOT NULL CHECK (bytes > 0),
        counts_until timestamptz NOT NULL
    );
    CREATE INDEX deleted_uploads_actor ON deleted_uploads (actor_id);
    """)
