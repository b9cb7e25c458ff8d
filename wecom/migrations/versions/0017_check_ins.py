"""Check-ins: rules and who is under them, punches, and what became of days.

Punches and what was approved are written once: a correction is another punch, a withdrawal a date beside. Results can
be made anew at any time from what stands beside them, and say by a digest what they were made of; days whose inputs
changed wait in `checkin_dirty`. Assignments, versions, holidays and zone offsets are kept by date, so that what was
judged stays as it was. A closed month keeps its results: what would change them stands in `checkin_adjustments`.
"""

from wecom.migrations.sql import run

revision = "0017"
down_revision = "0016"


RULES = """
-- Another with each change of rules, holidays and offsets: whoever remembers them asks for this alone.
CREATE TABLE checkin_state (
    sole boolean PRIMARY KEY DEFAULT true CHECK (sole),
    revision uuid NOT NULL DEFAULT gen_random_uuid(),
    directory_head bigint NOT NULL DEFAULT 0  -- who is under which rule is known up to this entry
);
INSERT INTO checkin_state DEFAULT VALUES;

CREATE TABLE checkin_rules (
    id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    made_by bigint NOT NULL REFERENCES actors,
    app_id bigint REFERENCES apps,  -- whose rule it is: no other app may change it
    made_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE checkin_rule_versions (
    rule_id integer NOT NULL REFERENCES checkin_rules,
    version integer NOT NULL CHECK (version >= 1),
    effective_from date NOT NULL,  -- of several the highest version
    body jsonb NOT NULL,
    ends boolean NOT NULL DEFAULT false,  -- from then on the rule is no more
    made_by bigint NOT NULL REFERENCES actors,
    made_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (rule_id, version)
);
CREATE TABLE checkin_ranges (
    rule_id integer NOT NULL,
    version integer NOT NULL,
    kind text NOT NULL CHECK (kind IN ('member', 'department', 'tag', 'exempt')),
    ref bigint NOT NULL,
    PRIMARY KEY (rule_id, version, kind, ref),
    FOREIGN KEY (rule_id, version) REFERENCES checkin_rule_versions
);
CREATE INDEX checkin_ranges_ref ON checkin_ranges (kind, ref);
CREATE TABLE checkin_shifts (  -- a shift's number is the company's
    id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    rule_id integer NOT NULL REFERENCES checkin_rules
);

CREATE TABLE checkin_assignments (  -- under which rule somebody is from a date on; NULL: none
    member_id bigint NOT NULL REFERENCES members,
    from_date date NOT NULL,
    rule_id integer REFERENCES checkin_rules,
    PRIMARY KEY (member_id, from_date)
);
CREATE TABLE checkin_schedules (
    member_id bigint NOT NULL REFERENCES members,
    date date NOT NULL,
    rule_id integer NOT NULL REFERENCES checkin_rules,
    shift_id integer NOT NULL,  -- 0: rest
    made_by bigint NOT NULL REFERENCES actors,
    made_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (member_id, date)
);
CREATE INDEX checkin_schedules_rule ON checkin_schedules (rule_id, date);

CREATE TABLE checkin_offsets (
    zone text PRIMARY KEY,
    first integer NOT NULL,
    moments bigint[] NOT NULL,
    offsets integer[] NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    CHECK (cardinality(moments) = cardinality(offsets))
);
CREATE TABLE checkin_years (  -- of which years holidays are known, and from where
    country text NOT NULL,
    year integer NOT NULL,
    edition text NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (country, year)
);
CREATE TABLE checkin_holidays (
    country text NOT NULL,
    date date NOT NULL,
    kind text NOT NULL CHECK (kind IN ('holiday', 'off', 'workday')),
    name text NOT NULL,
    PRIMARY KEY (country, date)
);
"""

PUNCHES = """
CREATE TABLE checkin_machines (
    id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 64),
    place text NOT NULL DEFAULT '',
    way text CHECK (way IN ('start', 'end')),  -- where it stands at a door that is for one of them
    key_hash bytea NOT NULL UNIQUE CHECK (octet_length(key_hash) = 32),
    made_by bigint NOT NULL REFERENCES actors,
    made_at timestamptz NOT NULL DEFAULT now(),
    seen_at timestamptz,
    ended_at timestamptz
);
CREATE TABLE checkin_devices (
    member_id bigint NOT NULL REFERENCES members,
    device_id text NOT NULL,
    usual boolean NOT NULL DEFAULT false,
    first_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (member_id, device_id)
);
CREATE UNIQUE INDEX checkin_devices_usual ON checkin_devices (member_id) WHERE usual;

CREATE TABLE checkin_facts (
    id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    member_id bigint NOT NULL REFERENCES members,
    kind text NOT NULL CHECK (kind IN ('leave', 'trip', 'out', 'make_up', 'overtime')),
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    source text NOT NULL CHECK (source IN ('approval', 'hr', 'import', 'api')),
    number text NOT NULL DEFAULT '',
    name text NOT NULL DEFAULT '',
    vacation integer NOT NULL DEFAULT 0,
    by_day boolean NOT NULL DEFAULT false,
    note text NOT NULL DEFAULT '',
    made_by bigint NOT NULL REFERENCES actors,
    made_at timestamptz NOT NULL DEFAULT now(),
    withdrawn_by bigint REFERENCES actors,
    withdrawn_at timestamptz,
    CHECK (ends_at > starts_at OR kind = 'make_up')
);
CREATE UNIQUE INDEX checkin_facts_number ON checkin_facts (member_id, source, number, kind, starts_at)
    WHERE number <> '' AND withdrawn_at IS NULL;
CREATE INDEX checkin_facts_member ON checkin_facts (member_id, starts_at) WHERE withdrawn_at IS NULL;

CREATE TABLE checkin_punches (
    id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    member_id bigint NOT NULL REFERENCES members,
    client_id text NOT NULL CHECK (char_length(client_id) BETWEEN 1 AND 64),
    at timestamptz NOT NULL,  -- what counts
    received_at timestamptz NOT NULL,
    claimed_at timestamptz,
    late_received boolean NOT NULL DEFAULT false,  -- it counts by what was claimed
    way text CHECK (way IN ('start', 'end')),
    source text NOT NULL CHECK (source IN ('phone', 'machine', 'api', 'correction')),
    outside boolean NOT NULL DEFAULT false,
    judged_where text NOT NULL DEFAULT 'normal' CHECK (judged_where IN ('normal', 'outside', 'place', 'wifi')),
    strange_device boolean NOT NULL DEFAULT false,
    rule_id integer REFERENCES checkin_rules,
    latitude double precision,  -- WGS-84
    longitude double precision,
    accuracy real,
    title text NOT NULL DEFAULT '',
    detail text NOT NULL DEFAULT '',
    wifi_name text NOT NULL DEFAULT '',
    wifi_mac text NOT NULL DEFAULT '',
    device_id text NOT NULL DEFAULT '',
    photo bytea,
    note text NOT NULL DEFAULT '',
    machine_id integer REFERENCES checkin_machines,
    aim_date date,
    aim_slot integer,
    aim_way text CHECK (aim_way IN ('start', 'end')),
    fact_id bigint REFERENCES checkin_facts,
    made_by bigint NOT NULL REFERENCES actors,
    CHECK ((source = 'correction') = (aim_date IS NOT NULL)),
    CHECK ((latitude IS NULL) = (longitude IS NULL)),
    CHECK ((aim_slot IS NULL) OR (aim_way IS NOT NULL)),
    UNIQUE (member_id, client_id)
);
CREATE INDEX checkin_punches_at ON checkin_punches (member_id, at);
CREATE INDEX checkin_punches_aim ON checkin_punches (member_id, aim_date) WHERE aim_date IS NOT NULL;
"""

DAYS = """
CREATE TABLE checkin_days (
    member_id bigint NOT NULL REFERENCES members,
    date date NOT NULL,
    digest bytea NOT NULL,  -- of what it was made of
    result json NOT NULL,  -- not jsonb: the bytes are kept as they were written
    rule_id integer,
    kind text NOT NULL,
    wrong text[] NOT NULL,
    worked integer NOT NULL,
    standard integer NOT NULL,
    left_late integer NOT NULL,
    closed boolean NOT NULL,
    closes_at timestamptz NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (member_id, date)
);
CREATE INDEX checkin_days_open ON checkin_days (closes_at) WHERE NOT closed;
CREATE TABLE checkin_dirty (
    member_id bigint NOT NULL REFERENCES members,
    date date NOT NULL,
    PRIMARY KEY (member_id, date)
);

CREATE TABLE checkin_turns (member_id bigint PRIMARY KEY REFERENCES members);  -- whose days are being judged

CREATE TABLE checkin_closings (  -- a month; whoever opens it again ends the row
    id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    month date NOT NULL CHECK (extract(day FROM month) = 1),
    closed_by bigint NOT NULL REFERENCES actors,
    closed_at timestamptz NOT NULL DEFAULT now(),
    opened_by bigint REFERENCES actors,
    opened_at timestamptz
);
CREATE UNIQUE INDEX checkin_closings_month ON checkin_closings (month) WHERE opened_at IS NULL;
CREATE TABLE checkin_adjustments (
    member_id bigint NOT NULL REFERENCES members,
    date date NOT NULL,
    before json NOT NULL,
    after json NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (member_id, date)
);
CREATE TABLE checkin_reminders (
    member_id bigint NOT NULL REFERENCES members,
    date date NOT NULL,
    slot_id integer NOT NULL,
    way text NOT NULL CHECK (way IN ('start', 'end')),
    sent_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (member_id, date, slot_id, way)
);
"""


def upgrade() -> None:
    run(RULES)
    run(PUNCHES)
    run(DAYS)
