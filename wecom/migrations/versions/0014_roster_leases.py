"""Who works on an uploaded table, by a lease: a lock held a connection for as long as a table takes to be read."""

from wecom.migrations.sql import run

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    run("""
    ALTER TABLE rosters
        ADD COLUMN owner uuid,
        ADD COLUMN owned_until timestamptz,
        ADD CHECK ((owner IS NULL) = (owned_until IS NULL));
    """)
