"""What HR wants to know of attendance machines, approved facts and holidays beside what is judged by.

Machines name people by numbers of their own, send what cannot be kept, and have clocks that go wrong: whose number is
whose, what was left out and why, and how wrong a clock is are kept. What was withdrawn says why. Of a holiday that was
changed here it stays known what the law said, so that it can be told apart and taken back.
"""

from wecom.migrations.sql import run

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    run("""
    ALTER TABLE checkin_machines
        ADD COLUMN drift integer,  -- seconds by which its clock is ahead
        ADD COLUMN taken bigint NOT NULL DEFAULT 0,
        ADD COLUMN last_punch_at timestamptz;

    CREATE TABLE checkin_numbers (  -- whom a machine means; machine 0: every one that has no number of its own for it
        machine_id integer NOT NULL,
        number text NOT NULL CHECK (char_length(number) BETWEEN 1 AND 64),
        member_id bigint NOT NULL REFERENCES members,
        set_by bigint NOT NULL REFERENCES actors,
        set_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (machine_id, number)
    );

    CREATE TABLE checkin_left_out (  -- what a machine sent and was not kept, to be looked at
        machine_id integer NOT NULL REFERENCES checkin_machines,
        record text NOT NULL,
        userid text NOT NULL,
        number text NOT NULL,
        at timestamptz NOT NULL,
        way text CHECK (way IN ('start', 'end')),
        why text NOT NULL,
        times integer NOT NULL DEFAULT 1,
        first_at timestamptz NOT NULL DEFAULT now(),
        last_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (machine_id, record)
    );

    CREATE INDEX checkin_punches_machine ON checkin_punches (machine_id, client_id) WHERE machine_id IS NOT NULL;

    ALTER TABLE checkin_facts ADD COLUMN withdrawn_why text NOT NULL DEFAULT '';
    CREATE INDEX checkin_facts_starts ON checkin_facts (starts_at);

    ALTER TABLE checkin_holidays
        ALTER COLUMN kind DROP NOT NULL,  -- changed here to a date like any other
        ADD COLUMN note text NOT NULL DEFAULT '',
        ADD COLUMN law_kind text,
        ADD COLUMN law_name text NOT NULL DEFAULT '',
        ADD COLUMN changed_by bigint REFERENCES actors,
        ADD COLUMN changed_at timestamptz;
    UPDATE checkin_holidays SET law_kind = kind, law_name = name;
    """)
