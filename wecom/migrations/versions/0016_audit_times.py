"""The audit log by time: what was done in a week of last year is found without walking through all that came since."""

from wecom.migrations.sql import run

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    run("""
    CREATE INDEX audit_records_at ON audit_records (at, id);
    """)
