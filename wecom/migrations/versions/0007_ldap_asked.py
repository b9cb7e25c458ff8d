"""Readings of LDAP that somebody asks for in the console: a job does them, under the run that was told to who asked.

A run that changes something is bound to a plan that was looked at: `digest` is of what a plan would do, and where the
digest of what is to be done now is another, nothing is.
"""

from wecom.migrations.sql import run

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    run("""
    ALTER TABLE ldap_runs DROP CONSTRAINT ldap_runs_kind_check;
    ALTER TABLE ldap_runs ADD CONSTRAINT ldap_runs_kind_check CHECK (kind IN ('full', 'changes', 'dry', 'check'));
    ALTER TABLE ldap_runs
        ADD COLUMN waiting boolean NOT NULL DEFAULT false,  -- for a worker
        ADD COLUMN plan_id bigint,  -- the run whose plan it is to do
        ADD COLUMN allowed integer NOT NULL DEFAULT 0,  -- how many may be disabled where a guard would refuse
        ADD COLUMN digest bytea,
        ADD COLUMN refusal text NOT NULL DEFAULT '',  -- of a dry run: what one that is not would say
        ADD COLUMN facts jsonb NOT NULL DEFAULT '{}',  -- of that refusal
        ADD COLUMN found jsonb;  -- of a check
    """)
