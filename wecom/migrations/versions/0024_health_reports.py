"""Health reports: jobs with their forms, who was asked when, and what was answered.

Answers are health data. They stand in one table and its photos in another, so that what is to be forgotten is found
there and nowhere else; nothing of them is copied to streams, pushes, jobs or the audit log. An answer names its job
without a foreign key: everybody answers in the same minutes, and each would lock the job's row. Who was asked on a
date is a bitmap over members' ordinals, as an app message's audience is; nothing is counted up with each answer.
"""

from wecom.migrations.sql import run

revision = "0024"
down_revision = "0023"


JOBS = """
CREATE TABLE health_jobs (
    id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    jobid text NOT NULL UNIQUE,  -- what apps call it
    state text NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'running', 'ended')),
    version integer NOT NULL DEFAULT 1,  -- of what it says: whoever changes it names the one that they read
    form_version integer NOT NULL DEFAULT 1,
    body jsonb NOT NULL,
    made_by bigint NOT NULL REFERENCES actors,
    made_at timestamptz NOT NULL,
    started_at timestamptz,
    ended_at timestamptz,
    CHECK ((state = 'draft') = (started_at IS NULL)),
    CHECK ((state = 'ended') = (ended_at IS NOT NULL))
);
CREATE TABLE health_forms (  -- written once, but for a draft's
    job_id integer NOT NULL REFERENCES health_jobs,
    version integer NOT NULL CHECK (version >= 1),
    questions jsonb NOT NULL,
    made_by bigint NOT NULL REFERENCES actors,
    made_at timestamptz NOT NULL,
    PRIMARY KEY (job_id, version)
);
-- What the body names, to be looked up by.
CREATE TABLE health_ranges (
    job_id integer NOT NULL REFERENCES health_jobs,
    kind text NOT NULL CHECK (kind IN ('member', 'department', 'tag')),
    ref bigint NOT NULL,
    PRIMARY KEY (job_id, kind, ref)
);
CREATE TABLE health_readers (
    job_id integer NOT NULL REFERENCES health_jobs,
    actor_id bigint NOT NULL REFERENCES actors,  -- a member or an app
    PRIMARY KEY (job_id, actor_id)
);
CREATE INDEX health_readers_actor ON health_readers (actor_id);
CREATE TABLE health_delegates (
    job_id integer NOT NULL REFERENCES health_jobs,
    member_id bigint NOT NULL REFERENCES members,
    kind text NOT NULL CHECK (kind IN ('member', 'department')),
    ref bigint NOT NULL,
    PRIMARY KEY (job_id, member_id, kind, ref)
);
CREATE INDEX health_delegates_member ON health_delegates (member_id);
"""

PERIODS = """
CREATE TABLE health_periods (
    job_id integer NOT NULL REFERENCES health_jobs,
    date date NOT NULL,  -- on which it opens
    opens_at timestamptz NOT NULL,
    closes_at timestamptz NOT NULL CHECK (closes_at > opens_at),
    asked bytea NOT NULL DEFAULT ''::bytea,  -- bit n: the member of ordinal n
    asked_count integer NOT NULL DEFAULT 0,
    department_ids bigint[] NOT NULL DEFAULT '{}',  -- 0: none
    department_asked integer[] NOT NULL DEFAULT '{}',
    looked_at timestamptz,  -- when it was last asked who they are
    erased_at timestamptz,
    answered_once integer,  -- how many answers were erased
    PRIMARY KEY (job_id, date),
    CHECK (cardinality(department_ids) = cardinality(department_asked))
);
CREATE INDEX health_periods_kept ON health_periods (closes_at) WHERE erased_at IS NULL;

CREATE TABLE health_reminders (
    job_id integer NOT NULL,
    date date NOT NULL,
    at timestamptz NOT NULL,
    past integer NOT NULL DEFAULT -1,  -- members up to this ordinal have been reminded
    done_at timestamptz,
    PRIMARY KEY (job_id, date, at),
    FOREIGN KEY (job_id, date) REFERENCES health_periods ON DELETE CASCADE
);
CREATE INDEX health_reminders_due ON health_reminders (at) WHERE done_at IS NULL;

-- How often the form was opened, to count people once: added up and forgotten two days later.
CREATE TABLE health_visits (
    date date NOT NULL,
    member_id bigint NOT NULL,
    times integer NOT NULL DEFAULT 1,
    PRIMARY KEY (date, member_id)
);
CREATE TABLE health_usage (
    date date PRIMARY KEY,
    views bigint NOT NULL,
    people bigint NOT NULL
);
"""

ANSWERS = """
CREATE TABLE health_answers (
    id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    job_id integer NOT NULL,
    date date NOT NULL,
    member_id bigint NOT NULL REFERENCES members,
    sent_by bigint NOT NULL REFERENCES members,
    client_ids text[] NOT NULL,  -- each sent again is answered as it is now
    form_version integer NOT NULL,
    claimed_at timestamptz,
    received_at timestamptz NOT NULL,
    changed_at timestamptz,
    late boolean NOT NULL DEFAULT false,  -- it came once the time was over
    department_id bigint NOT NULL DEFAULT 0,  -- the main one then; 0: none
    picks integer[] NOT NULL,  -- question * 1000 + option
    number_questions integer[] NOT NULL,
    numbers double precision[] NOT NULL,
    values jsonb NOT NULL,
    UNIQUE (job_id, date, member_id),
    CHECK (cardinality(number_questions) = cardinality(numbers))
);
CREATE INDEX health_answers_member ON health_answers (member_id, date);
CREATE INDEX health_answers_sender ON health_answers (sent_by, date) WHERE sent_by <> member_id;

CREATE TABLE health_photos (
    id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    token text NOT NULL UNIQUE,  -- by which an answer names it
    member_id bigint NOT NULL REFERENCES members,  -- who gave it
    answer_id bigint REFERENCES health_answers,
    given_at timestamptz NOT NULL
);
CREATE INDEX health_photos_answer ON health_photos (answer_id) WHERE answer_id IS NOT NULL;
CREATE INDEX health_photos_waiting ON health_photos (given_at) WHERE answer_id IS NULL;
"""


def upgrade() -> None:
    run(JOBS + PERIODS + ANSWERS)
