"""The house: everything that is hard to change later, from the first migration.

Ids. Actors and streams draw their ids from one sequence, so a conversation *is* its stream and a
member's own stream has the member's id; 1 is the directory's stream and 2 the system's actor.

Partitioning. `messages` is one table for now. Every UNIQUE on it begins with `conversation_id`,
so it can become hash-partitioned by conversation without changing a constraint; retention deletes
by `expires_at` in batches, which needs no partition by time.

Who wrote what when. `xid` is the writing transaction. Rows below the oldest transaction still
running are final, so reading in (xid, stream, seq) order never skips a row that commits late;
polling "since the last xmin" costs one short index range whatever the number of streams.
"""

from wecom.migrations.sql import run

revision = "0001"
down_revision = None

TABLES = """
CREATE SEQUENCE ids AS bigint START 1000;

CREATE TABLE deployment (
    sole boolean PRIMARY KEY DEFAULT true CHECK (sole),  -- one company per deployment
    corpid text NOT NULL,
    name text NOT NULL,
    timezone text NOT NULL,
    epoch text NOT NULL,  -- changes when a backup is restored: clients then start again
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE actors (
    id bigint PRIMARY KEY DEFAULT nextval('ids'),
    kind text NOT NULL CHECK (kind IN ('member', 'app', 'robot', 'customer', 'system'))
);

CREATE TABLE streams (
    id bigint PRIMARY KEY,
    head bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

CREATE TABLE entries (
    stream_id bigint NOT NULL REFERENCES streams,
    seq bigint NOT NULL,
    kind text NOT NULL,
    refs jsonb NOT NULL,
    audience bytea,  -- as a message's: what is told of a message is told to those who had it
    at timestamptz NOT NULL DEFAULT now(),
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    PRIMARY KEY (stream_id, seq)
);
CREATE INDEX entries_xid ON entries (xid, stream_id, seq);

CREATE TABLE followers (
    name text PRIMARY KEY,
    xid xid8 NOT NULL,
    stream_id bigint NOT NULL,
    seq bigint NOT NULL,
    moved_at timestamptz NOT NULL DEFAULT now()
);

-- The directory ---------------------------------------------------------------------------------

CREATE TABLE departments (
    id bigint PRIMARY KEY CHECK (id BETWEEN 1 AND 2147483647),
    parent_id bigint REFERENCES departments,
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 64),
    name_en text NOT NULL DEFAULT '',
    sort_order bigint NOT NULL DEFAULT 0 CHECK (sort_order BETWEEN 0 AND 4294967295),
    path bigint[] NOT NULL,  -- from the root to this department, both included
    goes_when_empty boolean NOT NULL DEFAULT false,  -- a table of all departments no longer has it
    CHECK ((id = 1) = (parent_id IS NULL)),
    CHECK (cardinality(path) <= 15)  -- no deeper than WeCom's fifteen levels
);
CREATE UNIQUE INDEX departments_name ON departments (parent_id, name);  -- siblings have different names
CREATE INDEX departments_path ON departments USING gin (path);
CREATE SEQUENCE department_ids AS bigint START 2 MAXVALUE 2147483647;

CREATE TABLE members (
    id bigint PRIMARY KEY REFERENCES actors,
    ordinal integer NOT NULL UNIQUE GENERATED ALWAYS AS IDENTITY (MINVALUE 0 START 0),
    userid text NOT NULL CHECK (octet_length(userid) BETWEEN 1 AND 64),
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 64),
    alias text NOT NULL DEFAULT '',
    english_name text NOT NULL DEFAULT '',
    mobile text,
    telephone text NOT NULL DEFAULT '',
    email text,
    biz_mail text,
    gender smallint NOT NULL DEFAULT 0 CHECK (gender IN (0, 1, 2)),
    position text NOT NULL DEFAULT '',
    address text NOT NULL DEFAULT '',
    avatar text NOT NULL DEFAULT '',
    main_department_id bigint REFERENCES departments,
    external_position text NOT NULL DEFAULT '',
    external_profile jsonb NOT NULL DEFAULT '{}',
    attributes jsonb NOT NULL DEFAULT '[]',
    search_text text NOT NULL DEFAULT '',
    enabled boolean NOT NULL DEFAULT true,
    activated_at timestamptz,
    left_at timestamptz,  -- leavers stay, for what they said; a re-used userid is a new member
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX members_userid ON members (lower(userid)) WHERE left_at IS NULL;
CREATE UNIQUE INDEX members_mobile ON members (mobile) WHERE left_at IS NULL;
CREATE UNIQUE INDEX members_email ON members (lower(email)) WHERE left_at IS NULL;
CREATE UNIQUE INDEX members_biz_mail ON members (lower(biz_mail)) WHERE left_at IS NULL;

CREATE TABLE department_members (
    department_id bigint NOT NULL REFERENCES departments,
    member_id bigint NOT NULL REFERENCES members,
    sort_order bigint NOT NULL DEFAULT 0,
    is_leader boolean NOT NULL DEFAULT false,
    place smallint NOT NULL DEFAULT 0,  -- the order in which the member's departments were given
    PRIMARY KEY (department_id, member_id)
);
CREATE INDEX department_members_member ON department_members (member_id);
CREATE INDEX department_members_leaders ON department_members (department_id) WHERE is_leader;

CREATE TABLE direct_leaders (
    member_id bigint NOT NULL REFERENCES members,
    leader_id bigint NOT NULL REFERENCES members,
    PRIMARY KEY (member_id, leader_id)
);

CREATE TABLE attribute_definitions (
    name text PRIMARY KEY CHECK (char_length(name) BETWEEN 1 AND 32),
    kind text NOT NULL CHECK (kind IN ('text', 'web')),
    sort_order integer NOT NULL DEFAULT 0
);

CREATE TABLE visibility_rules (
    id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    -- 'hide': nobody but those allowed sees the subjects. 'limit': the subjects see only their own
    -- departments and what is allowed.
    kind text NOT NULL CHECK (kind IN ('hide', 'limit')),
    subject_departments bigint[] NOT NULL DEFAULT '{}',
    subject_members bigint[] NOT NULL DEFAULT '{}',
    allowed_departments bigint[] NOT NULL DEFAULT '{}',
    allowed_members bigint[] NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now()
);

-- Accounts --------------------------------------------------------------------------------------

CREATE TABLE passwords (
    member_id bigint PRIMARY KEY REFERENCES members,
    hash text NOT NULL,
    must_change boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE invitations (
    token_hash bytea PRIMARY KEY,
    member_id bigint NOT NULL REFERENCES members,
    purpose text NOT NULL CHECK (purpose IN ('join', 'reset')),
    created_by bigint REFERENCES actors,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE INDEX invitations_member ON invitations (member_id);

CREATE TABLE sessions (
    id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    member_id bigint NOT NULL REFERENCES members,
    token_hash bytea NOT NULL UNIQUE,
    kind text NOT NULL CHECK (kind IN ('cookie', 'bearer')),
    device text NOT NULL DEFAULT '',
    user_agent text NOT NULL DEFAULT '',
    address text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    seen_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    ended_because text,
    ended_xid xid8,  -- what gateways poll, so that a revoked session loses its sockets without Redis
    CHECK ((ended_at IS NULL) = (ended_xid IS NULL))
);
CREATE INDEX sessions_member ON sessions (member_id, address);
CREATE INDEX sessions_ended ON sessions (ended_xid) WHERE ended_xid IS NOT NULL;

CREATE TABLE device_cursors (
    session_id bigint NOT NULL REFERENCES sessions ON DELETE CASCADE,
    stream_id bigint NOT NULL,
    seq bigint NOT NULL,
    PRIMARY KEY (session_id, stream_id)
) WITH (fillfactor = 70);

CREATE TABLE role_grants (
    id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    member_id bigint NOT NULL REFERENCES members,
    role text NOT NULL CHECK (role IN ('administrator', 'department_administrator', 'auditor', 'hr',
                                       'health_reader', 'customer_supervisor')),
    department_id bigint REFERENCES departments,  -- the scope: this department and all under it
    granted_by bigint REFERENCES actors,
    granted_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((role = 'department_administrator') <= (department_id IS NOT NULL))
);
CREATE UNIQUE INDEX role_grants_once ON role_grants (member_id, role, coalesce(department_id, 0));

-- Apps ------------------------------------------------------------------------------------------

CREATE TABLE apps (
    id bigint PRIMARY KEY REFERENCES actors,
    kind text NOT NULL CHECK (kind IN ('app', 'contacts')),  -- contacts: the 通讯录 secret, no agentid
    agentid integer UNIQUE,
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 32),
    description text NOT NULL DEFAULT '',
    logo text NOT NULL DEFAULT '',
    home_url text NOT NULL DEFAULT '',
    redirect_domains text[] NOT NULL DEFAULT '{}',  -- to which members may be sent to sign in; WeCom knows the first
    report_location smallint NOT NULL DEFAULT 0,
    report_enter smallint NOT NULL DEFAULT 0,
    enabled boolean NOT NULL DEFAULT true,
    visible_members bigint[] NOT NULL DEFAULT '{}',
    visible_departments bigint[] NOT NULL DEFAULT '{}',
    visible_tags bigint[] NOT NULL DEFAULT '{}',
    trusted_addresses text[] NOT NULL DEFAULT '{}',  -- empty: calls are accepted from anywhere
    secret_hash bytea NOT NULL,
    secret_version integer NOT NULL DEFAULT 1,
    token_issued_at timestamptz,  -- the access token is derived from it; no token is stored
    created_at timestamptz NOT NULL DEFAULT now(),
    removed_at timestamptz,  -- what it said stays, under its name
    CHECK ((kind = 'app') = (agentid IS NOT NULL))
);
CREATE SEQUENCE agentids AS integer START 1000002;

CREATE TABLE tags (
    id integer PRIMARY KEY CHECK (id >= 0),
    name text NOT NULL UNIQUE CHECK (char_length(name) BETWEEN 1 AND 32),
    app_id bigint REFERENCES apps  -- whose tag it is; null: the company's own
);
CREATE TABLE tag_members (
    tag_id integer NOT NULL REFERENCES tags ON DELETE CASCADE,
    member_id bigint NOT NULL REFERENCES members,
    PRIMARY KEY (tag_id, member_id)
);
CREATE INDEX tag_members_member ON tag_members (member_id);
CREATE TABLE tag_departments (
    tag_id integer NOT NULL REFERENCES tags ON DELETE CASCADE,
    department_id bigint NOT NULL REFERENCES departments,
    PRIMARY KEY (tag_id, department_id)
);
CREATE INDEX tag_departments_department ON tag_departments (department_id);

-- LDAP ------------------------------------------------------------------------------------------

-- What of the directory is linked to which entry. Ids are the entries' own: entryUUID, objectGUID and the like.
CREATE TABLE ldap_people (
    id text PRIMARY KEY,
    member_id bigint NOT NULL UNIQUE REFERENCES members,
    dn text NOT NULL,  -- as keys compare: in lower case, written in one way
    version text NOT NULL DEFAULT '',  -- of the entry, when its picture was last looked at
    disabled_by_sync boolean NOT NULL DEFAULT false,  -- sync lets in again whom sync barred, and nobody else
    gone_at timestamptz,  -- since when there is no entry; the member is disabled, never deleted
    ends_at timestamptz  -- when the entry bars them without being changed again
);
CREATE INDEX ldap_people_ends ON ldap_people (ends_at) WHERE ends_at IS NOT NULL;
CREATE INDEX ldap_people_dn ON ldap_people (dn);
CREATE TABLE ldap_departments (
    id text PRIMARY KEY,
    department_id bigint NOT NULL UNIQUE REFERENCES departments ON DELETE CASCADE,
    dn text NOT NULL
);
CREATE TABLE ldap_tags (
    id text PRIMARY KEY,
    tag_id integer NOT NULL UNIQUE REFERENCES tags ON DELETE CASCADE
);
CREATE TABLE ldap_state (
    sole boolean PRIMARY KEY DEFAULT true CHECK (sole),
    owned text[] NOT NULL,  -- fields that are maintained in LDAP, as configured at the last complete run
    people integer NOT NULL,  -- how many it read
    run_id bigint NOT NULL,
    disabled_since integer NOT NULL DEFAULT 0,  -- by changes, since that run
    let_in_since integer NOT NULL DEFAULT 0  -- of those below, by changes, since that run
);
-- Entries that barred somebody at the last complete run, whether they were ever here or not.
CREATE TABLE ldap_barred (id text PRIMARY KEY);
-- Where listening to changes stands, for each way of hearing of them and each place listened at.
CREATE TABLE ldap_cursors (
    place text PRIMARY KEY,
    cursor text NOT NULL,
    moved_at timestamptz NOT NULL DEFAULT now()
);
-- Entries that were looked at singly, until a complete reading has ended: one that began before is older than that.
CREATE TABLE ldap_looks (
    id text PRIMARY KEY,
    looked_at timestamptz NOT NULL
);
CREATE TABLE ldap_runs (
    id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    kind text NOT NULL CHECK (kind IN ('full', 'changes', 'dry')),
    actor_id bigint NOT NULL REFERENCES actors,
    started_at timestamptz NOT NULL DEFAULT now(),
    seen_at timestamptz NOT NULL DEFAULT now(),  -- a run that is not seen for a minute has died
    ended_at timestamptz,
    outcome text CHECK (outcome IN ('done', 'refused', 'failed')),
    says text NOT NULL DEFAULT '',
    people_read integer NOT NULL DEFAULT 0,
    counts jsonb NOT NULL DEFAULT '{}',
    plan jsonb NOT NULL DEFAULT '[]',  -- what was to be done, in lines
    problems jsonb NOT NULL DEFAULT '[]',  -- why some of what was read was not used
    CHECK ((ended_at IS NULL) = (outcome IS NULL))
);
CREATE INDEX ldap_runs_started ON ldap_runs (started_at);

-- Conversations ---------------------------------------------------------------------------------

CREATE TABLE conversations (
    id bigint PRIMARY KEY REFERENCES streams,
    kind text NOT NULL CHECK (kind IN ('direct', 'group', 'appchat', 'app', 'customer')),
    chatid text NOT NULL UNIQUE,
    name text NOT NULL DEFAULT '' CHECK (char_length(name) <= 50),
    app_id bigint REFERENCES apps,  -- app: the one who speaks; appchat: the one who made it
    direct_low bigint REFERENCES actors,
    direct_high bigint REFERENCES actors,
    created_by bigint REFERENCES actors,
    created_at timestamptz NOT NULL DEFAULT now(),
    dissolved_at timestamptz,
    members integer NOT NULL DEFAULT 0 CHECK (members >= 0),  -- who take part now, without apps and robots
    CHECK ((kind = 'direct') = (direct_low IS NOT NULL AND direct_high IS NOT NULL)),
    CHECK (direct_low < direct_high),
    UNIQUE (direct_low, direct_high)  -- one direct conversation per unordered pair
);
CREATE UNIQUE INDEX conversations_app ON conversations (app_id) WHERE kind = 'app';

-- Taking part is an interval (from_seq, to_seq], never deleted. What lies outside is not shown.
CREATE TABLE participants (
    conversation_id bigint NOT NULL REFERENCES conversations,
    actor_id bigint NOT NULL REFERENCES actors,
    from_seq bigint NOT NULL,
    to_seq bigint,
    role text NOT NULL DEFAULT 'member' CHECK (role IN ('owner', 'administrator', 'member', 'app', 'robot')),
    read_seq bigint NOT NULL DEFAULT 0,
    joined_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (conversation_id, actor_id, from_seq),
    CHECK (to_seq >= from_seq)
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX participants_now ON participants (actor_id, conversation_id) WHERE to_seq IS NULL;
CREATE UNIQUE INDEX participants_owner ON participants (conversation_id) WHERE role = 'owner' AND to_seq IS NULL;

-- Where a member stands in an app's messages: made when first read, never one per message.
CREATE TABLE app_reads (
    conversation_id bigint NOT NULL REFERENCES conversations,
    member_id bigint NOT NULL REFERENCES members,
    read_seq bigint NOT NULL,
    PRIMARY KEY (conversation_id, member_id)
);

-- A message is its own stream entry, of kind message.sent.
CREATE TABLE messages (
    conversation_id bigint NOT NULL REFERENCES conversations,
    seq bigint NOT NULL,
    sender_id bigint NOT NULL REFERENCES actors,
    client_id text NOT NULL,
    body jsonb,  -- null once recalled, erased or expired; the row stays as the client_id's tombstone
    reply_to bigint,
    audience bytea,  -- null: all who take part. Else a bit for each member ordinal, lowest first
    wide boolean NOT NULL DEFAULT false,  -- an app's, to more than have rows in app_recipients
    sent_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    recalled_at timestamptz,
    recalled_by bigint REFERENCES actors,
    retention_class smallint NOT NULL DEFAULT 0,
    expires_at timestamptz,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    PRIMARY KEY (conversation_id, seq),
    CONSTRAINT messages_once UNIQUE (conversation_id, sender_id, client_id)
);
CREATE INDEX messages_xid ON messages (xid, conversation_id, seq);
CREATE INDEX messages_expiry ON messages (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX messages_wide ON messages (conversation_id, seq) WHERE wide;

-- Whom an app's message is for, where they are few, so that nobody's list walks over what the app told others. No
-- foreign keys: they would lock each recipient's row at each message.
CREATE TABLE app_recipients (
    member_id bigint NOT NULL,
    conversation_id bigint NOT NULL,
    seq bigint NOT NULL,
    PRIMARY KEY (member_id, conversation_id, seq)
);

-- The newest of an app's messages that are for a member, by number: those to few by their rows, those to many by the
-- member's bit. Of the latter it looks at the newest `looked_at` only, so that no app can make lists slow.
CREATE FUNCTION app_messages_for(member_id bigint, ordinal integer, conversation_id bigint, above bigint, below bigint,
                                 most bigint, looked_at bigint)
RETURNS TABLE (seq bigint) LANGUAGE sql STABLE AS $$
    SELECT seq FROM (
        (SELECT r.seq FROM app_recipients AS r
         WHERE r.member_id = $1 AND r.conversation_id = $3 AND r.seq > $4 AND r.seq < $5
         ORDER BY r.seq DESC LIMIT $6)
        UNION ALL
        (SELECT w.seq FROM (
             SELECT m.seq, m.audience FROM messages AS m
             WHERE m.conversation_id = $3 AND m.wide AND m.seq > $4 AND m.seq < $5
             ORDER BY m.seq DESC LIMIT $7) AS w
         WHERE CASE WHEN w.audience IS NULL THEN true
                    WHEN $2 >= 8 * octet_length(w.audience) THEN false
                    ELSE get_bit(w.audience, $2) = 1 END
         ORDER BY w.seq DESC LIMIT $6)) AS found
    ORDER BY seq DESC LIMIT $6
$$;

-- As every interface of our own writes an instant.
CREATE FUNCTION instant(at timestamptz) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;

-- Says a batch of drafts: one round trip, and a transaction of its own where the caller has none. The lock comes in
-- a statement of its own, so that the second one sees what was committed while it waited. Who does not take part says
-- nothing; what was said before is not said again; the others get the next numbers, in the order given. One locked
-- conversation must not keep all the others waiting: the batch is given up then, and the mailroom parts them.
CREATE FUNCTION say(conversation_ids bigint[], sender_ids bigint[], client_ids text[], bodies text[], replies bigint[])
RETURNS TABLE (n bigint, allowed boolean, reply_found boolean, repeat_seq bigint, repeat_at timestamptz,
               seq bigint, sent_at timestamptz, sent_at_json text)
LANGUAGE plpgsql SET lock_timeout = '2s' AS $$
#variable_conflict use_column
DECLARE
    this_moment timestamptz;
BEGIN
    PERFORM FROM streams WHERE id = ANY(say.conversation_ids) ORDER BY id FOR NO KEY UPDATE;
    this_moment := clock_timestamp();  -- after the wait, so that times never go back along the numbers
    RETURN QUERY
    WITH drafts AS (
        SELECT * FROM unnest(say.conversation_ids, say.sender_ids, say.client_ids, say.bodies, say.replies)
            WITH ORDINALITY AS d (conversation_id, sender_id, client_id, body, reply_to, n)
    ), judged AS (
        SELECT d.*, p.actor_id IS NOT NULL AS allowed, m.seq AS repeat_seq, m.sent_at AS repeat_at,
               d.reply_to IS NULL OR (d.reply_to > p.from_seq AND r.seq IS NOT NULL) AS reply_found
        FROM drafts AS d
        LEFT JOIN participants AS p
          ON p.actor_id = d.sender_id AND p.conversation_id = d.conversation_id AND p.to_seq IS NULL
        LEFT JOIN messages AS m
          ON m.conversation_id = d.conversation_id AND m.sender_id = d.sender_id AND m.client_id = d.client_id
        LEFT JOIN messages AS r ON r.conversation_id = d.conversation_id AND r.seq = d.reply_to
    ), fresh AS (
        SELECT *, row_number() OVER (PARTITION BY conversation_id ORDER BY n) AS k
        FROM judged WHERE allowed AND reply_found AND repeat_seq IS NULL
    ), written AS (
        INSERT INTO messages (conversation_id, seq, sender_id, client_id, body, reply_to, sent_at)
        SELECT f.conversation_id, s.head + f.k, f.sender_id, f.client_id, f.body::jsonb, f.reply_to,
               this_moment
        FROM fresh AS f JOIN streams AS s ON s.id = f.conversation_id
        RETURNING conversation_id, sender_id, client_id, seq, sent_at
    ), bumped AS (
        UPDATE streams SET head = head + c.said
        FROM (SELECT conversation_id, count(*) AS said FROM fresh GROUP BY 1) AS c
        WHERE streams.id = c.conversation_id
    )
    SELECT j.n, j.allowed, j.reply_found, j.repeat_seq, j.repeat_at, w.seq, w.sent_at,
           to_json(instant(w.sent_at))::text AS sent_at_json
    FROM judged AS j LEFT JOIN written AS w USING (conversation_id, sender_id, client_id)
    ORDER BY j.n;
END $$;

CREATE TABLE mentions (
    conversation_id bigint NOT NULL,
    seq bigint NOT NULL,
    member_id bigint NOT NULL,  -- 0: everyone
    PRIMARY KEY (conversation_id, seq, member_id),
    FOREIGN KEY (conversation_id, seq) REFERENCES messages
);
CREATE INDEX mentions_member ON mentions (member_id, conversation_id, seq);

-- What an app's message needs beyond a message: one row per message, none per recipient.
CREATE TABLE app_messages (
    conversation_id bigint NOT NULL,
    seq bigint NOT NULL,
    app_id bigint NOT NULL REFERENCES apps,
    recipients integer NOT NULL,
    handful integer[],  -- the recipients' ordinals, where they are few; null: look at the message's audience
    digest bytea NOT NULL,  -- of what was asked for, to recognise it when it comes again
    sent_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (conversation_id, seq),
    FOREIGN KEY (conversation_id, seq) REFERENCES messages
);
CREATE INDEX app_messages_recent ON app_messages (app_id, sent_at);

-- Person-times that an app has sent in a day of the company's, counted as it sends.
CREATE TABLE app_days (
    app_id bigint NOT NULL REFERENCES apps,
    day date NOT NULL,
    persons bigint NOT NULL,
    PRIMARY KEY (app_id, day)
);

CREATE TABLE robots (
    id bigint PRIMARY KEY REFERENCES actors,
    conversation_id bigint NOT NULL REFERENCES conversations,
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 32),
    key_hash bytea NOT NULL UNIQUE,
    enabled boolean NOT NULL DEFAULT true,
    removed_at timestamptz,
    created_by bigint NOT NULL REFERENCES actors,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX robots_conversation ON robots (conversation_id);

-- Signing in to apps -----------------------------------------------------------------------------

-- What a member brings to an app, which asks with it once who they are. Kept a while, to say why it is refused.
CREATE TABLE app_codes (
    hash bytea PRIMARY KEY,
    app_id bigint REFERENCES apps,  -- null: any app that trusts the domain
    origin text NOT NULL,  -- scheme, host and port of where it went
    member_id bigint NOT NULL REFERENCES members,
    session_id bigint NOT NULL REFERENCES sessions ON DELETE CASCADE,
    private boolean NOT NULL,  -- with a ticket to what the member consented to
    address text NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE INDEX app_codes_expires ON app_codes (expires_at);
CREATE INDEX app_codes_session ON app_codes (session_id);

CREATE TABLE app_consents (
    app_id bigint NOT NULL REFERENCES apps,
    member_id bigint NOT NULL REFERENCES members,
    given_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (member_id, app_id)
);

-- Signing in at one device by confirming on another: what is in the picture is not what asks for the outcome.
CREATE TABLE app_logins (
    shown_hash bytea PRIMARY KEY,
    asking_hash bytea NOT NULL UNIQUE,
    app_id bigint NOT NULL REFERENCES apps,
    redirect_uri text NOT NULL,
    state text NOT NULL,
    address text NOT NULL,
    user_agent text NOT NULL,
    outcome text NOT NULL DEFAULT 'waiting'
        CHECK (outcome IN ('waiting', 'looked_at', 'confirmed', 'refused', 'taken')),
    member_id bigint REFERENCES members,
    session_id bigint REFERENCES sessions ON DELETE CASCADE,
    expires_at timestamptz NOT NULL,
    CHECK ((outcome = 'waiting') = (member_id IS NULL AND session_id IS NULL))
);
CREATE INDEX app_logins_expires ON app_logins (expires_at);
CREATE INDEX app_logins_session ON app_logins (session_id);

-- When tickets for pages were issued, from which they are derived; no app: the company's.
CREATE TABLE page_tickets (
    app_id bigint UNIQUE NULLS NOT DISTINCT REFERENCES apps,
    issued_at timestamptz NOT NULL
);

-- Joining ---------------------------------------------------------------------------------------

-- Whom apps want invited, for whoever administers them.
CREATE TABLE invitation_wishes (
    member_id bigint PRIMARY KEY REFERENCES members,
    asked_by bigint NOT NULL REFERENCES actors,
    asked_at timestamptz NOT NULL DEFAULT now()
);
-- Strangers who ask to be let in, as they say of themselves: nothing here is known to be true.
CREATE TABLE join_requests (
    id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    code_of bigint NOT NULL REFERENCES apps,  -- who made the code that they came with
    name text NOT NULL,
    mobile text NOT NULL,
    userid text NOT NULL,
    words text NOT NULL,
    password_hash text,  -- forgotten once it is decided
    address text NOT NULL,
    asked_at timestamptz NOT NULL DEFAULT now(),
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'approved', 'declined')),
    decided_by bigint REFERENCES members,
    decided_at timestamptz,
    member_id bigint REFERENCES members,
    because text NOT NULL DEFAULT '',
    CHECK ((state = 'waiting') = (password_hash IS NOT NULL)),
    CHECK ((state = 'waiting') = (decided_at IS NULL)),
    CHECK ((state = 'approved') = (member_id IS NOT NULL))
);
CREATE INDEX join_requests_mobile ON join_requests (mobile) WHERE state = 'waiting';

-- The change log as one: what catching up, polling and followers read.
CREATE VIEW changes AS
SELECT stream_id, seq, kind, refs AS body, audience, at, xid FROM entries
UNION ALL
SELECT conversation_id, seq, 'message.sent',
       jsonb_build_object('sender_id', sender_id, 'client_id', client_id, 'sent_at', instant(sent_at),
                          'reply_to', reply_to, 'recalled', recalled_at IS NOT NULL, 'content', body),
       audience, sent_at, xid
FROM messages;

-- Media, jobs, audit ------------------------------------------------------------------------------

CREATE TABLE blobs (
    hash bytea PRIMARY KEY CHECK (octet_length(hash) = 32),
    size bigint NOT NULL,
    media_type text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE blob_refs (
    hash bytea NOT NULL REFERENCES blobs,
    owner_kind text NOT NULL,
    owner_id text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (hash, owner_kind, owner_id)
);
CREATE INDEX blob_refs_owner ON blob_refs (owner_kind, owner_id);

-- Of the directory, as an app sees it, to files that only the holder of the app's key can read.
CREATE TABLE exports (
    id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    jobid text NOT NULL UNIQUE,
    app_id bigint NOT NULL REFERENCES apps,
    kind text NOT NULL CHECK (kind IN ('brief_members', 'members', 'departments', 'tagged')),
    tag_id integer,
    block_size integer NOT NULL CHECK (block_size > 0),  -- entries in a file
    site text NOT NULL,  -- the server's address, as whoever asked came to it
    key bytea CHECK (octet_length(key) = 32),  -- forgotten once nothing is left to encrypt
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'done', 'failed', 'forgotten')),
    attempt integer NOT NULL DEFAULT 0,
    begun_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz,
    CHECK ((state IN ('waiting', 'running')) = (ended_at IS NULL)),
    CHECK ((ended_at IS NULL) = (key IS NOT NULL))
);
CREATE INDEX exports_app ON exports (app_id, id);
CREATE TABLE export_files (
    export_id bigint NOT NULL REFERENCES exports ON DELETE CASCADE,
    place integer NOT NULL,
    hash bytea NOT NULL REFERENCES blobs,
    size bigint NOT NULL,
    md5 bytea NOT NULL,
    entries integer NOT NULL,
    fetched_from text[] NOT NULL DEFAULT '{}',  -- the addresses, each once
    PRIMARY KEY (export_id, place)
);

-- Tables that apps have imported by a job; what became of their lines is kept of the newest.
CREATE TABLE imports (
    id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    jobid text NOT NULL UNIQUE,
    kind text NOT NULL CHECK (kind IN ('change_members', 'replace_members', 'replace_departments')),
    app_id bigint NOT NULL REFERENCES apps,
    address text NOT NULL,
    invites boolean NOT NULL,
    callback_url text,
    callback_token text,
    callback_key text,
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'done')),
    percentage smallint NOT NULL DEFAULT 0 CHECK (percentage BETWEEN 0 AND 100),
    total integer NOT NULL DEFAULT 0,
    failures smallint NOT NULL DEFAULT 0,  -- attempts that ended by an error
    lines jsonb,
    refusal text NOT NULL DEFAULT '',  -- why nothing was done
    message text NOT NULL DEFAULT '',
    begun_at timestamptz NOT NULL DEFAULT now(),
    seen_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz,
    CHECK ((state = 'done') = (ended_at IS NOT NULL))
);
CREATE UNIQUE INDEX imports_one ON imports ((true)) WHERE state <> 'done';  -- one at a time

-- What apps uploaded; its bytes are held by blob_refs until it ends.
CREATE TABLE media (
    id text PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('image', 'voice', 'video', 'file')),
    name text NOT NULL,
    media_type text NOT NULL,
    size bigint NOT NULL,
    uploaded_by bigint NOT NULL REFERENCES actors,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,  -- null: it does not
    ended_at timestamptz
);
CREATE INDEX media_ending ON media (expires_at) WHERE ended_at IS NULL;
CREATE INDEX media_ended ON media (ended_at) WHERE ended_at IS NOT NULL;

CREATE TABLE jobs (
    id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    kind text NOT NULL,
    args jsonb NOT NULL,
    lane text,  -- jobs of one lane run one after the other, oldest first
    due_at timestamptz NOT NULL DEFAULT now(),
    attempt integer NOT NULL DEFAULT 0,
    error text,
    failed_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX jobs_due ON jobs (due_at) WHERE failed_at IS NULL;
CREATE INDEX jobs_lane ON jobs (lane, id) WHERE lane IS NOT NULL AND failed_at IS NULL;
CREATE TABLE schedules (
    kind text PRIMARY KEY,
    next_at timestamptz NOT NULL
);

CREATE TABLE audit_records (
    id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor_id bigint REFERENCES actors,
    address text NOT NULL DEFAULT '',
    action text NOT NULL,
    object text NOT NULL,
    details jsonb NOT NULL DEFAULT '{}',
    commitment bytea,  -- SHA-256 over salt and content, so that erasing the content keeps the proof
    xid xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE INDEX audit_records_xid ON audit_records (xid, id);
CREATE INDEX audit_records_object ON audit_records (object, id);
CREATE INDEX audit_records_action ON audit_records (action, id);
CREATE INDEX audit_records_actor ON audit_records (actor_id, id);
CREATE TABLE audit_contents (
    record_id bigint PRIMARY KEY REFERENCES audit_records,
    salt bytea NOT NULL,
    content text NOT NULL
);
-- Positions in the tamper-evident log, given after commit by a follower.
CREATE TABLE audit_leaves (
    position bigint PRIMARY KEY,
    record_id bigint NOT NULL UNIQUE REFERENCES audit_records,
    leaf bytea NOT NULL,
    chain bytea NOT NULL
);

INSERT INTO streams (id) VALUES (1);
INSERT INTO actors (id, kind) VALUES (2, 'system');
"""

ROLE = """
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'wecom_app') THEN
        CREATE ROLE wecom_app LOGIN;
        EXECUTE format('GRANT wecom_app TO %I', current_user);  -- one login may then serve for both
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;  -- made just now, for another database
END $$;
GRANT USAGE ON SCHEMA public TO wecom_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO wecom_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO wecom_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO wecom_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO wecom_app;
REVOKE UPDATE, DELETE, TRUNCATE ON audit_records, audit_leaves FROM wecom_app;
REVOKE UPDATE, TRUNCATE ON audit_contents FROM wecom_app;
REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM wecom_app;
"""


def upgrade() -> None:
    for statement in (TABLES, ROLE):
        run(statement)
