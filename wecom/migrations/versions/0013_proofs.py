"""Proofs that the audit log is whole: who asked, how far each is, and what it found.

They are worth no more than the log they speak of: whoever can rewrite that can rewrite these. What is worth something
is the position and the chain that one ends with, once somebody has written it down elsewhere.
"""

from wecom.migrations.sql import run

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    run("""
    CREATE TABLE proofs (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        asked_by bigint NOT NULL REFERENCES actors,
        asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        state text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'whole', 'broken', 'failed')),
        kept_position bigint,
        kept_chain bytea CHECK (octet_length(kept_chain) = 32),
        last_position bigint NOT NULL,
        position bigint NOT NULL DEFAULT 0,
        chain bytea NOT NULL DEFAULT decode(repeat('00', 32), 'hex') CHECK (octet_length(chain) = 32),
        fault text,
        fault_record_id bigint,
        fault_last bigint,
        seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        ended_at timestamptz,
        CHECK ((kept_position IS NULL) = (kept_chain IS NULL)),
        CHECK ((state = 'broken') = (fault IS NOT NULL)),
        CHECK ((state = 'running') = (ended_at IS NULL))
    );
    CREATE UNIQUE INDEX proofs_running ON proofs ((true)) WHERE state = 'running';
    """)
