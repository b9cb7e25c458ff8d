"""Settings that administrators changed while the server runs; they win over what it was started with.

A row is there only for what was changed, so a default that a new version changes holds for everybody who never touched
it. Values are JSON of the type that the version which wrote them knew: whoever reads them decides whether to accept
them, since a setting may be renamed or bounded anew while its row stays.
"""

from wecom.migrations.sql import run

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    run("""
    CREATE TABLE changed_settings (
        name text PRIMARY KEY,
        value jsonb NOT NULL,
        changed_by bigint REFERENCES actors,
        changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
    );
    """)
