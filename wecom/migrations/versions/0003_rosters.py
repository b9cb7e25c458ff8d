"""Tables of people that somebody uploads in the console: looked at first, then applied as they were looked at.

What stands in a line, and what would become of it, is kept for as long as somebody may look at it; the file until it is
applied, or a day is over. `digest` is of all that the look told: what is applied is that, or nothing.
"""

from wecom.migrations.sql import run

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    run("""
    CREATE TABLE rosters (
        id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
        made_by bigint NOT NULL REFERENCES members,
        address text NOT NULL,
        name text NOT NULL,  -- the file's
        size bigint NOT NULL,
        blank_clears boolean NOT NULL,
        top text NOT NULL,  -- what the table calls the company
        state text NOT NULL DEFAULT 'reading' CHECK (state IN ('reading', 'ready', 'applying', 'done', 'refused')),
        applied_by bigint REFERENCES members,
        percentage smallint NOT NULL DEFAULT 0 CHECK (percentage BETWEEN 0 AND 100),
        failures smallint NOT NULL DEFAULT 0,  -- attempts that ended by an error
        counts jsonb NOT NULL DEFAULT '{}',
        about jsonb NOT NULL DEFAULT '{}',  -- what it means beside its lines
        digest bytea,
        refusal text NOT NULL DEFAULT '',
        message text NOT NULL DEFAULT '',
        made_at timestamptz NOT NULL DEFAULT now(),
        seen_at timestamptz NOT NULL DEFAULT now(),  -- by whoever works on it
        ended_at timestamptz,
        CHECK ((state IN ('done', 'refused')) = (ended_at IS NOT NULL)),
        CHECK (state <> 'ready' OR digest IS NOT NULL)
    );
    CREATE TABLE roster_lines (
        roster_id bigint NOT NULL REFERENCES rosters ON DELETE CASCADE,
        number integer NOT NULL,  -- in the order in which they are shown
        part text NOT NULL,  -- the table: departments, members or tags
        line integer NOT NULL,
        what text NOT NULL,  -- the userid, or the department's id or the tag's name
        name text NOT NULL,
        does text NOT NULL CHECK (does IN ('added', 'changed', 'unchanged', 'refused')),
        changes jsonb NOT NULL,  -- field, before, after
        refusals jsonb NOT NULL,
        PRIMARY KEY (roster_id, number)
    );
    CREATE INDEX roster_lines_does ON roster_lines (roster_id, does, number);
    """)
