"""Health codes: policies that make people green, yellow or red, what their phones show, and what gates saw.

A code, what is held against somebody, and an officer's facts are health data: they stand here alone, by policy, and are
erased after the time that the policy says. Gates learn levels and serials, and never why. What a gate let in is unique
by serial and step: the second gate that let the same in keeps it as a replay, whichever tells of it first.
"""

from wecom.migrations.sql import run

revision = "0028"
down_revision = "0027"


POLICIES = """
CREATE TABLE health_code_state (
    sole boolean PRIMARY KEY DEFAULT true CHECK (sole),
    directory_head bigint NOT NULL DEFAULT 0  -- whose code is known up to this entry
);
INSERT INTO health_code_state DEFAULT VALUES;

CREATE TABLE health_policies (
    id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    version integer NOT NULL DEFAULT 1 CHECK (version BETWEEN 1 AND 65535),  -- a certificate has 16 bits for it
    made_by bigint NOT NULL REFERENCES actors,
    made_at timestamptz NOT NULL,
    ended_at timestamptz
);
CREATE TABLE health_policy_versions (  -- written once: a code says which one made it
    policy_id integer NOT NULL REFERENCES health_policies,
    version integer NOT NULL,
    body jsonb NOT NULL,
    made_by bigint NOT NULL REFERENCES actors,
    made_at timestamptz NOT NULL,
    PRIMARY KEY (policy_id, version)
);
-- What the newest body names, to be looked up by.
CREATE TABLE health_policy_ranges (
    policy_id integer NOT NULL REFERENCES health_policies,
    kind text NOT NULL CHECK (kind IN ('member', 'department', 'tag')),
    ref bigint NOT NULL,
    PRIMARY KEY (policy_id, kind, ref)
);
CREATE TABLE health_policy_sources (
    policy_id integer NOT NULL REFERENCES health_policies,
    job_id integer NOT NULL,
    PRIMARY KEY (policy_id, job_id)
);
CREATE INDEX health_policy_sources_job ON health_policy_sources (job_id);
CREATE TABLE health_policy_officers (
    policy_id integer NOT NULL REFERENCES health_policies,
    member_id bigint NOT NULL REFERENCES members,
    PRIMARY KEY (policy_id, member_id)
);
"""

CODES = """
CREATE TABLE health_facts (
    id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    policy_id integer NOT NULL REFERENCES health_policies,
    member_id bigint NOT NULL REFERENCES members,
    kind text NOT NULL CHECK (char_length(kind) BETWEEN 1 AND 32),
    at timestamptz NOT NULL,
    until timestamptz,
    note text NOT NULL DEFAULT '',
    made_by bigint NOT NULL REFERENCES actors,
    made_at timestamptz NOT NULL,
    withdrawn_by bigint REFERENCES actors,
    withdrawn_at timestamptz,
    CHECK (until > at)
);
CREATE INDEX health_facts_member ON health_facts (member_id, policy_id);
CREATE TABLE health_overrides (
    id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    policy_id integer NOT NULL REFERENCES health_policies,
    member_id bigint NOT NULL REFERENCES members,
    level text NOT NULL CHECK (level IN ('green', 'yellow', 'red')),
    at timestamptz NOT NULL,
    until timestamptz NOT NULL CHECK (until > at),
    reason text NOT NULL CHECK (reason <> ''),
    made_by bigint NOT NULL REFERENCES actors,
    ended_by bigint REFERENCES actors,
    ended_at timestamptz
);
CREATE INDEX health_overrides_member ON health_overrides (member_id, policy_id);
CREATE TABLE health_holds (  -- a rule's newest cause, which stays though it be answered otherwise
    policy_id integer NOT NULL REFERENCES health_policies,
    member_id bigint NOT NULL REFERENCES members,
    rule_id integer NOT NULL,
    since timestamptz NOT NULL,
    PRIMARY KEY (member_id, policy_id, rule_id)
);
CREATE TABLE health_codes (
    policy_id integer NOT NULL REFERENCES health_policies,
    member_id bigint NOT NULL REFERENCES members,
    version integer NOT NULL,
    level text NOT NULL CHECK (level IN ('green', 'yellow', 'red')),
    ruled text NOT NULL CHECK (ruled IN ('green', 'yellow', 'red')),
    reasons jsonb NOT NULL,
    made_at timestamptz NOT NULL,
    valid_until timestamptz,
    PRIMARY KEY (member_id, policy_id)
);
CREATE INDEX health_codes_level ON health_codes (policy_id, level);
CREATE INDEX health_codes_due ON health_codes (valid_until) WHERE valid_until IS NOT NULL;
CREATE TABLE health_code_changes (
    id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    policy_id integer NOT NULL REFERENCES health_policies,
    member_id bigint NOT NULL REFERENCES members,
    version integer NOT NULL,
    level text NOT NULL CHECK (level IN ('green', 'yellow', 'red')),
    reasons jsonb NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX health_code_changes_member ON health_code_changes (member_id, policy_id, at);
CREATE INDEX health_code_changes_kept ON health_code_changes (policy_id, at);
CREATE TABLE health_appeals (
    id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    policy_id integer NOT NULL REFERENCES health_policies,
    member_id bigint NOT NULL REFERENCES members,
    words text NOT NULL CHECK (words <> ''),
    made_at timestamptz NOT NULL,
    answer text NOT NULL DEFAULT '',
    answered_by bigint REFERENCES actors,
    answered_at timestamptz,
    CHECK ((answered_at IS NULL) = (answer = ''))
);
-- One waits for an answer at a time.
CREATE UNIQUE INDEX health_appeals_open ON health_appeals (policy_id, member_id) WHERE answered_at IS NULL;
"""

GATES = """
CREATE TABLE health_keys (
    id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,  -- kid
    point bytea NOT NULL CHECK (octet_length(point) = 33),
    sealed bytea NOT NULL,
    made_at timestamptz NOT NULL,
    retired_at timestamptz,
    until timestamptz,  -- from then on nothing that it signed is taken
    CHECK ((retired_at IS NULL) = (until IS NULL))
);
CREATE UNIQUE INDEX health_keys_one ON health_keys ((true)) WHERE retired_at IS NULL;
CREATE TABLE health_certificates (
    serial bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    policy_id integer NOT NULL REFERENCES health_policies,
    member_id bigint NOT NULL REFERENCES members,
    session_id bigint NOT NULL,  -- no foreign key: sessions are forgotten sooner than this
    kid integer NOT NULL REFERENCES health_keys,
    level text NOT NULL CHECK (level IN ('green', 'yellow', 'red')),
    version integer NOT NULL,
    point bytea NOT NULL CHECK (octet_length(point) = 33),
    issued_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL CHECK (expires_at > issued_at),
    replaced_at timestamptz,  -- by a newer one of the same device
    revoked_at timestamptz
);
CREATE INDEX health_certificates_member ON health_certificates (member_id, policy_id);
CREATE INDEX health_certificates_session ON health_certificates (session_id);
CREATE INDEX health_certificates_live ON health_certificates (expires_at);

CREATE TABLE health_gates (
    id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 64),
    place text NOT NULL DEFAULT '',
    photos boolean NOT NULL,
    longest_age integer NOT NULL CHECK (longest_age BETWEEN 60 AND 604800),  -- seconds
    enrol_hash bytea UNIQUE,
    enrol_until timestamptz,
    key_hash bytea UNIQUE,
    enrolled_at timestamptz,
    seen_at timestamptz,
    knows_at timestamptz,
    made_by bigint NOT NULL REFERENCES actors,
    made_at timestamptz NOT NULL,
    ended_at timestamptz,
    CHECK ((enrol_hash IS NULL) = (enrol_until IS NULL))
);
CREATE TABLE health_gate_policies (
    gate_id integer NOT NULL REFERENCES health_gates,
    policy_id integer NOT NULL REFERENCES health_policies,
    admits text[] NOT NULL,
    PRIMARY KEY (gate_id, policy_id)
);
CREATE TABLE health_passages (
    id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    gate_id integer NOT NULL REFERENCES health_gates,
    client_id text NOT NULL CHECK (char_length(client_id) BETWEEN 1 AND 64),
    at timestamptz NOT NULL,  -- by the server's clock, as far as the gate knew it
    offset_ms integer NOT NULL,
    received_at timestamptz NOT NULL,
    serial bigint,
    step bigint,
    level text CHECK (level IN ('green', 'yellow', 'red')),
    admitted boolean NOT NULL,
    why text NOT NULL DEFAULT '',
    policy_id integer,
    member_id bigint REFERENCES members,
    replay_of bigint REFERENCES health_passages ON DELETE SET NULL,
    replay boolean NOT NULL DEFAULT false,
    UNIQUE (gate_id, client_id)
);
CREATE UNIQUE INDEX health_passages_once ON health_passages (serial, step) WHERE admitted AND NOT replay;
CREATE INDEX health_passages_at ON health_passages (policy_id, at DESC, id DESC);
CREATE INDEX health_passages_member ON health_passages (member_id, at);
"""


def upgrade() -> None:
    run(POLICIES + CODES + GATES)
