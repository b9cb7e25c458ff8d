"""Why a line of a table is left out is kept by name too, so that it can be told in the reader's language.

What was looked at before keeps its sentences; it has no names then.
"""

from wecom.migrations.sql import run

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    run("""
    UPDATE roster_lines
    SET refusals = (SELECT jsonb_agg(jsonb_build_array('', '', each)) FROM jsonb_array_elements(refusals) AS each)
    WHERE refusals <> '[]';
    """)
