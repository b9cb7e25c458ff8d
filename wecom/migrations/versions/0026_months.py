"""Months that are added up are kept.

A table of a month of ten thousand people read 310,000 days each time, which is most of what it takes. What a month came
to is kept from when it was added up until one of its days is written again.
"""

from wecom.migrations.sql import run

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    run("""
    CREATE TABLE checkin_months (
        member_id bigint NOT NULL REFERENCES members,
        month date NOT NULL,  -- its first
        form integer NOT NULL,  -- of how it was added up
        sums json NOT NULL,
        PRIMARY KEY (member_id, month)
    );
    """)
