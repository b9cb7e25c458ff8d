-- What the migrations make, for reading; `wecom migrate --dump` writes it.

CREATE FUNCTION public.app_messages_for(member_id bigint, ordinal integer, conversation_id bigint, above bigint, below bigint, most bigint, looked_at bigint) RETURNS TABLE(seq bigint)
    LANGUAGE sql STABLE
    AS $_$
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
$_$;

CREATE FUNCTION public.instant(at timestamp with time zone) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;

CREATE FUNCTION public.newest_to_notify(member_id bigint, conversation_id bigint, above bigint, upto bigint) RETURNS bigint
    LANGUAGE sql STABLE COST 1000
    AS $_$
    WITH part AS (
        SELECT greatest($3, p.from_seq, p.read_seq) AS above, NULL::integer AS ordinal FROM participants AS p
        WHERE p.actor_id = $1 AND p.conversation_id = $2 AND p.to_seq IS NULL
        UNION ALL
        SELECT greatest($3, coalesce(r.read_seq, 0)), m.ordinal FROM conversations AS c
        JOIN members AS m ON m.id = $1
        LEFT JOIN app_reads AS r ON r.conversation_id = c.id AND r.member_id = $1
        WHERE c.id = $2 AND c.kind = 'app'
    ), shown AS (
        SELECT coalesce(max(d.seq), 0) AS seq FROM sessions AS s
        JOIN device_cursors AS d ON d.session_id = s.id AND d.stream_id = $2 WHERE s.member_id = $1
    )
    SELECT m.seq FROM part CROSS JOIN shown
    LEFT JOIN conversation_preferences AS w ON w.member_id = $1 AND w.conversation_id = $2
    JOIN messages AS m ON m.conversation_id = $2 AND m.seq > greatest(part.above, shown.seq) AND m.seq <= $4
    WHERE m.sender_id <> $1 AND m.recalled_at IS NULL
      AND coalesce(w.notify, 'all') <> 'none' AND (w.muted_until IS NULL OR w.muted_until <= now())
      AND CASE WHEN part.ordinal IS NULL OR m.audience IS NULL THEN true
               WHEN part.ordinal >= 8 * octet_length(m.audience) THEN false
               ELSE get_bit(m.audience, part.ordinal) = 1 END
      AND (coalesce(w.notify, 'all') = 'all' OR EXISTS (
          SELECT FROM mentions AS x WHERE x.conversation_id = $2 AND x.seq = m.seq AND x.member_id IN (0, $1)))
    ORDER BY m.seq DESC LIMIT 1
$_$;

CREATE FUNCTION public.say(conversation_ids bigint[], sender_ids bigint[], client_ids text[], bodies text[], replies bigint[]) RETURNS TABLE(n bigint, allowed boolean, reply_found boolean, repeat_seq bigint, repeat_at timestamp with time zone, seq bigint, sent_at timestamp with time zone, sent_at_json text)
    LANGUAGE plpgsql
    SET lock_timeout TO '2s'
    AS $$
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

CREATE SEQUENCE public.ids
    START WITH 1000
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.actors (
    id bigint DEFAULT nextval('public.ids'::regclass) NOT NULL,
    kind text NOT NULL,
    CONSTRAINT actors_kind_check CHECK ((kind = ANY (ARRAY['member'::text, 'app'::text, 'robot'::text, 'customer'::text, 'system'::text])))
);

CREATE SEQUENCE public.agentids
    AS integer
    START WITH 1000002
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.app_codes (
    hash bytea NOT NULL,
    app_id bigint,
    origin text NOT NULL,
    member_id bigint NOT NULL,
    session_id bigint NOT NULL,
    private boolean NOT NULL,
    address text NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone
);

CREATE TABLE public.app_consents (
    app_id bigint NOT NULL,
    member_id bigint NOT NULL,
    given_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.app_days (
    app_id bigint NOT NULL,
    day date NOT NULL,
    persons bigint NOT NULL
);

CREATE TABLE public.app_logins (
    shown_hash bytea NOT NULL,
    asking_hash bytea NOT NULL,
    app_id bigint,
    redirect_uri text NOT NULL,
    state text NOT NULL,
    address text NOT NULL,
    user_agent text NOT NULL,
    outcome text DEFAULT 'waiting'::text NOT NULL,
    member_id bigint,
    session_id bigint,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT app_logins_check CHECK (((outcome = 'waiting'::text) = ((member_id IS NULL) AND (session_id IS NULL)))),
    CONSTRAINT app_logins_outcome_check CHECK ((outcome = ANY (ARRAY['waiting'::text, 'looked_at'::text, 'confirmed'::text, 'refused'::text, 'taken'::text])))
);

CREATE TABLE public.app_messages (
    conversation_id bigint NOT NULL,
    seq bigint NOT NULL,
    app_id bigint NOT NULL,
    recipients integer NOT NULL,
    handful integer[],
    digest bytea NOT NULL,
    sent_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.app_reads (
    conversation_id bigint NOT NULL,
    member_id bigint NOT NULL,
    read_seq bigint NOT NULL
);

CREATE TABLE public.app_recipients (
    member_id bigint NOT NULL,
    conversation_id bigint NOT NULL,
    seq bigint NOT NULL
);

CREATE TABLE public.apps (
    id bigint NOT NULL,
    kind text NOT NULL,
    agentid integer,
    name text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    logo text DEFAULT ''::text NOT NULL,
    home_url text DEFAULT ''::text NOT NULL,
    redirect_domains text[] DEFAULT '{}'::text[] NOT NULL,
    report_location smallint DEFAULT 0 NOT NULL,
    report_enter smallint DEFAULT 0 NOT NULL,
    enabled boolean DEFAULT true NOT NULL,
    visible_members bigint[] DEFAULT '{}'::bigint[] NOT NULL,
    visible_departments bigint[] DEFAULT '{}'::bigint[] NOT NULL,
    visible_tags bigint[] DEFAULT '{}'::bigint[] NOT NULL,
    trusted_addresses text[] DEFAULT '{}'::text[] NOT NULL,
    secret_hash bytea NOT NULL,
    secret_version integer DEFAULT 1 NOT NULL,
    token_issued_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    removed_at timestamp with time zone,
    CONSTRAINT apps_check CHECK (((kind = 'app'::text) = (agentid IS NOT NULL))),
    CONSTRAINT apps_kind_check CHECK ((kind = ANY (ARRAY['app'::text, 'contacts'::text]))),
    CONSTRAINT apps_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 32)))
);

CREATE TABLE public.attribute_definitions (
    name text NOT NULL,
    kind text NOT NULL,
    sort_order integer DEFAULT 0 NOT NULL,
    CONSTRAINT attribute_definitions_kind_check CHECK ((kind = ANY (ARRAY['text'::text, 'web'::text]))),
    CONSTRAINT attribute_definitions_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 32)))
);

CREATE TABLE public.audit_contents (
    record_id bigint NOT NULL,
    salt bytea NOT NULL,
    content text NOT NULL
);

CREATE TABLE public.audit_leaves (
    "position" bigint NOT NULL,
    record_id bigint NOT NULL,
    leaf bytea NOT NULL,
    chain bytea NOT NULL
);

CREATE TABLE public.audit_records (
    id bigint NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    actor_id bigint,
    address text DEFAULT ''::text NOT NULL,
    action text NOT NULL,
    object text NOT NULL,
    details jsonb DEFAULT '{}'::jsonb NOT NULL,
    commitment bytea,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL
);

ALTER TABLE public.audit_records ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.audit_records_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.blob_refs (
    hash bytea NOT NULL,
    owner_kind text NOT NULL,
    owner_id text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.blobs (
    hash bytea NOT NULL,
    size bigint NOT NULL,
    media_type text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT blobs_hash_check CHECK ((octet_length(hash) = 32))
);

CREATE TABLE public.changed_settings (
    name text NOT NULL,
    value jsonb NOT NULL,
    changed_by bigint,
    changed_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

CREATE TABLE public.entries (
    stream_id bigint NOT NULL,
    seq bigint NOT NULL,
    kind text NOT NULL,
    refs jsonb NOT NULL,
    audience bytea,
    at timestamp with time zone DEFAULT now() NOT NULL,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL
);

CREATE TABLE public.messages (
    conversation_id bigint NOT NULL,
    seq bigint NOT NULL,
    sender_id bigint NOT NULL,
    client_id text NOT NULL,
    body jsonb,
    reply_to bigint,
    audience bytea,
    wide boolean DEFAULT false NOT NULL,
    sent_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    recalled_at timestamp with time zone,
    recalled_by bigint,
    retention_class smallint DEFAULT 0 NOT NULL,
    expires_at timestamp with time zone,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL
);

CREATE VIEW public.changes AS
 SELECT entries.stream_id,
    entries.seq,
    entries.kind,
    entries.refs AS body,
    entries.audience,
    entries.at,
    entries.xid
   FROM public.entries
UNION ALL
 SELECT messages.conversation_id AS stream_id,
    messages.seq,
    'message.sent'::text AS kind,
    jsonb_build_object('sender_id', messages.sender_id, 'client_id', messages.client_id, 'sent_at', public.instant(messages.sent_at), 'reply_to', messages.reply_to, 'recalled', (messages.recalled_at IS NOT NULL), 'content', messages.body) AS body,
    messages.audience,
    messages.sent_at AS at,
    messages.xid
   FROM public.messages;

CREATE TABLE public.checkin_adjustments (
    member_id bigint NOT NULL,
    date date NOT NULL,
    before json NOT NULL,
    after json NOT NULL,
    made_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.checkin_alarms (
    member_id bigint NOT NULL,
    at timestamp with time zone NOT NULL
);

CREATE TABLE public.checkin_assignments (
    member_id bigint NOT NULL,
    from_date date NOT NULL,
    rule_id integer
);

CREATE TABLE public.checkin_closings (
    id bigint NOT NULL,
    month date NOT NULL,
    closed_by bigint NOT NULL,
    closed_at timestamp with time zone DEFAULT now() NOT NULL,
    opened_by bigint,
    opened_at timestamp with time zone,
    CONSTRAINT checkin_closings_month_check CHECK ((EXTRACT(day FROM month) = (1)::numeric))
);

ALTER TABLE public.checkin_closings ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.checkin_closings_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.checkin_days (
    member_id bigint NOT NULL,
    date date NOT NULL,
    digest bytea NOT NULL,
    result json NOT NULL,
    rule_id integer,
    kind text NOT NULL,
    wrong text[] NOT NULL,
    worked integer NOT NULL,
    standard integer NOT NULL,
    left_late integer NOT NULL,
    closed boolean NOT NULL,
    closes_at timestamp with time zone NOT NULL,
    made_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.checkin_devices (
    member_id bigint NOT NULL,
    device_id text NOT NULL,
    usual boolean DEFAULT false NOT NULL,
    first_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.checkin_dirty (
    member_id bigint NOT NULL,
    date date NOT NULL,
    id bigint NOT NULL,
    punched_at timestamp with time zone
);

ALTER TABLE public.checkin_dirty ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.checkin_dirty_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.checkin_facts (
    id bigint NOT NULL,
    member_id bigint NOT NULL,
    kind text NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    source text NOT NULL,
    number text DEFAULT ''::text NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    vacation integer DEFAULT 0 NOT NULL,
    by_day boolean DEFAULT false NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    made_by bigint NOT NULL,
    made_at timestamp with time zone DEFAULT now() NOT NULL,
    withdrawn_by bigint,
    withdrawn_at timestamp with time zone,
    withdrawn_why text DEFAULT ''::text NOT NULL,
    CONSTRAINT checkin_facts_check CHECK (((ends_at > starts_at) OR (kind = 'make_up'::text))),
    CONSTRAINT checkin_facts_kind_check CHECK ((kind = ANY (ARRAY['leave'::text, 'trip'::text, 'out'::text, 'make_up'::text, 'overtime'::text]))),
    CONSTRAINT checkin_facts_source_check CHECK ((source = ANY (ARRAY['approval'::text, 'hr'::text, 'import'::text, 'api'::text])))
);

ALTER TABLE public.checkin_facts ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.checkin_facts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.checkin_holidays (
    country text NOT NULL,
    date date NOT NULL,
    kind text,
    name text NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    law_kind text,
    law_name text DEFAULT ''::text NOT NULL,
    changed_by bigint,
    changed_at timestamp with time zone,
    CONSTRAINT checkin_holidays_kind_check CHECK ((kind = ANY (ARRAY['holiday'::text, 'off'::text, 'workday'::text])))
);

CREATE TABLE public.checkin_left_out (
    machine_id integer NOT NULL,
    record text NOT NULL,
    userid text NOT NULL,
    number text NOT NULL,
    at timestamp with time zone NOT NULL,
    way text,
    why text NOT NULL,
    times integer DEFAULT 1 NOT NULL,
    first_at timestamp with time zone DEFAULT now() NOT NULL,
    last_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT checkin_left_out_way_check CHECK ((way = ANY (ARRAY['start'::text, 'end'::text])))
);

CREATE TABLE public.checkin_machines (
    id integer NOT NULL,
    name text NOT NULL,
    place text DEFAULT ''::text NOT NULL,
    way text,
    key_hash bytea NOT NULL,
    made_by bigint NOT NULL,
    made_at timestamp with time zone DEFAULT now() NOT NULL,
    seen_at timestamp with time zone,
    ended_at timestamp with time zone,
    drift integer,
    taken bigint DEFAULT 0 NOT NULL,
    last_punch_at timestamp with time zone,
    CONSTRAINT checkin_machines_key_hash_check CHECK ((octet_length(key_hash) = 32)),
    CONSTRAINT checkin_machines_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 64))),
    CONSTRAINT checkin_machines_way_check CHECK ((way = ANY (ARRAY['start'::text, 'end'::text])))
);

ALTER TABLE public.checkin_machines ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.checkin_machines_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.checkin_months (
    member_id bigint NOT NULL,
    month date NOT NULL,
    form integer NOT NULL,
    sums json NOT NULL
);

CREATE TABLE public.checkin_numbers (
    machine_id integer NOT NULL,
    number text NOT NULL,
    member_id bigint NOT NULL,
    set_by bigint NOT NULL,
    set_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT checkin_numbers_number_check CHECK (((char_length(number) >= 1) AND (char_length(number) <= 64)))
);

CREATE TABLE public.checkin_offsets (
    zone text NOT NULL,
    first integer NOT NULL,
    moments bigint[] NOT NULL,
    offsets integer[] NOT NULL,
    made_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT checkin_offsets_check CHECK ((cardinality(moments) = cardinality(offsets)))
);

CREATE TABLE public.checkin_punches (
    id bigint NOT NULL,
    member_id bigint NOT NULL,
    client_id text NOT NULL,
    at timestamp with time zone NOT NULL,
    received_at timestamp with time zone NOT NULL,
    claimed_at timestamp with time zone,
    late_received boolean DEFAULT false NOT NULL,
    way text,
    source text NOT NULL,
    outside boolean DEFAULT false NOT NULL,
    judged_where text DEFAULT 'normal'::text NOT NULL,
    strange_device boolean DEFAULT false NOT NULL,
    rule_id integer,
    latitude double precision,
    longitude double precision,
    accuracy real,
    title text DEFAULT ''::text NOT NULL,
    detail text DEFAULT ''::text NOT NULL,
    wifi_name text DEFAULT ''::text NOT NULL,
    wifi_mac text DEFAULT ''::text NOT NULL,
    device_id text DEFAULT ''::text NOT NULL,
    photo bytea,
    note text DEFAULT ''::text NOT NULL,
    machine_id integer,
    aim_date date,
    aim_slot integer,
    aim_way text,
    fact_id bigint,
    made_by bigint NOT NULL,
    address text DEFAULT ''::text NOT NULL,
    withdrawn_at timestamp with time zone,
    withdrawn_by bigint,
    withdrawn_why text DEFAULT ''::text NOT NULL,
    aim_shift integer,
    CONSTRAINT checkin_punches_aim_way_check CHECK ((aim_way = ANY (ARRAY['start'::text, 'end'::text]))),
    CONSTRAINT checkin_punches_check CHECK (((source = 'correction'::text) = (aim_date IS NOT NULL))),
    CONSTRAINT checkin_punches_check1 CHECK (((latitude IS NULL) = (longitude IS NULL))),
    CONSTRAINT checkin_punches_check2 CHECK (((aim_slot IS NULL) OR (aim_way IS NOT NULL))),
    CONSTRAINT checkin_punches_check3 CHECK (((withdrawn_at IS NULL) OR ((aim_date IS NOT NULL) AND (withdrawn_by IS NOT NULL)))),
    CONSTRAINT checkin_punches_client_id_check CHECK (((char_length(client_id) >= 1) AND (char_length(client_id) <= 64))),
    CONSTRAINT checkin_punches_judged_where_check CHECK ((judged_where = ANY (ARRAY['normal'::text, 'outside'::text, 'place'::text, 'wifi'::text]))),
    CONSTRAINT checkin_punches_source_check CHECK ((source = ANY (ARRAY['phone'::text, 'machine'::text, 'api'::text, 'correction'::text]))),
    CONSTRAINT checkin_punches_way_check CHECK ((way = ANY (ARRAY['start'::text, 'end'::text])))
);

ALTER TABLE public.checkin_punches ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.checkin_punches_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.checkin_ranges (
    rule_id integer NOT NULL,
    version integer NOT NULL,
    kind text NOT NULL,
    ref bigint NOT NULL,
    CONSTRAINT checkin_ranges_kind_check CHECK ((kind = ANY (ARRAY['member'::text, 'department'::text, 'tag'::text, 'exempt'::text])))
);

CREATE TABLE public.checkin_reminders (
    member_id bigint NOT NULL,
    date date NOT NULL,
    slot_id integer NOT NULL,
    way text NOT NULL,
    sent_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT checkin_reminders_way_check CHECK ((way = ANY (ARRAY['start'::text, 'end'::text])))
);

CREATE TABLE public.checkin_rule_versions (
    rule_id integer NOT NULL,
    version integer NOT NULL,
    effective_from date NOT NULL,
    body jsonb NOT NULL,
    ends boolean DEFAULT false NOT NULL,
    made_by bigint NOT NULL,
    made_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT checkin_rule_versions_version_check CHECK ((version >= 1))
);

CREATE TABLE public.checkin_rules (
    id integer NOT NULL,
    made_by bigint NOT NULL,
    app_id bigint,
    made_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.checkin_rules ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.checkin_rules_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.checkin_schedules (
    member_id bigint NOT NULL,
    date date NOT NULL,
    rule_id integer NOT NULL,
    shift_id integer NOT NULL,
    made_by bigint NOT NULL,
    made_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.checkin_shifts (
    id integer NOT NULL,
    rule_id integer NOT NULL
);

ALTER TABLE public.checkin_shifts ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.checkin_shifts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.checkin_state (
    sole boolean DEFAULT true NOT NULL,
    revision uuid DEFAULT gen_random_uuid() NOT NULL,
    directory_head bigint DEFAULT 0 NOT NULL,
    alarmed uuid,
    app_id bigint,
    CONSTRAINT checkin_state_sole_check CHECK (sole)
);

CREATE TABLE public.checkin_summaries (
    rule_id integer NOT NULL,
    period text NOT NULL,
    first date NOT NULL,
    sent_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT checkin_summaries_period_check CHECK ((period = ANY (ARRAY['day'::text, 'week'::text, 'month'::text])))
);

CREATE TABLE public.checkin_turns (
    member_id bigint NOT NULL
);

CREATE TABLE public.checkin_years (
    country text NOT NULL,
    year integer NOT NULL,
    edition text NOT NULL,
    made_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.conversation_preferences (
    member_id bigint NOT NULL,
    conversation_id bigint NOT NULL,
    pinned_at timestamp with time zone,
    notify text DEFAULT 'all'::text NOT NULL,
    muted_until timestamp with time zone,
    hidden_up_to bigint,
    CONSTRAINT conversation_preferences_notify_check CHECK ((notify = ANY (ARRAY['all'::text, 'mentions'::text, 'none'::text])))
);

CREATE TABLE public.conversations (
    id bigint NOT NULL,
    kind text NOT NULL,
    chatid text NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    app_id bigint,
    direct_low bigint,
    direct_high bigint,
    created_by bigint,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    dissolved_at timestamp with time zone,
    members integer DEFAULT 0 NOT NULL,
    CONSTRAINT conversations_check CHECK (((kind = 'direct'::text) = ((direct_low IS NOT NULL) AND (direct_high IS NOT NULL)))),
    CONSTRAINT conversations_check1 CHECK ((direct_low < direct_high)),
    CONSTRAINT conversations_kind_check CHECK ((kind = ANY (ARRAY['direct'::text, 'group'::text, 'appchat'::text, 'app'::text, 'customer'::text]))),
    CONSTRAINT conversations_members_check CHECK ((members >= 0)),
    CONSTRAINT conversations_name_check CHECK ((char_length(name) <= 50))
);

CREATE TABLE public.day_conversations (
    day date NOT NULL,
    conversation_id bigint NOT NULL,
    messages integer NOT NULL
)
WITH (fillfactor='80');

CREATE TABLE public.day_members (
    day date NOT NULL,
    member_id bigint NOT NULL
);

CREATE TABLE public.day_senders (
    day date NOT NULL,
    sender_id bigint NOT NULL,
    messages integer NOT NULL,
    files integer NOT NULL
)
WITH (fillfactor='80');

CREATE TABLE public.days (
    day date NOT NULL,
    messages bigint NOT NULL,
    app_messages bigint NOT NULL,
    files bigint NOT NULL,
    senders integer NOT NULL,
    members integer NOT NULL
);

CREATE TABLE public.deleted_uploads (
    actor_id bigint NOT NULL,
    bytes bigint NOT NULL,
    counts_until timestamp with time zone NOT NULL,
    CONSTRAINT deleted_uploads_bytes_check CHECK ((bytes > 0))
);

CREATE SEQUENCE public.department_ids
    START WITH 2
    INCREMENT BY 1
    NO MINVALUE
    MAXVALUE 2147483647
    CACHE 1;

CREATE TABLE public.department_members (
    department_id bigint NOT NULL,
    member_id bigint NOT NULL,
    sort_order bigint DEFAULT 0 NOT NULL,
    is_leader boolean DEFAULT false NOT NULL,
    place smallint DEFAULT 0 NOT NULL
);

CREATE TABLE public.departments (
    id bigint NOT NULL,
    parent_id bigint,
    name text NOT NULL,
    name_en text DEFAULT ''::text NOT NULL,
    sort_order bigint DEFAULT 0 NOT NULL,
    path bigint[] NOT NULL,
    goes_when_empty boolean DEFAULT false NOT NULL,
    CONSTRAINT departments_check CHECK (((id = 1) = (parent_id IS NULL))),
    CONSTRAINT departments_id_check CHECK (((id >= 1) AND (id <= 2147483647))),
    CONSTRAINT departments_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 64))),
    CONSTRAINT departments_path_check CHECK ((cardinality(path) <= 15)),
    CONSTRAINT departments_sort_order_check CHECK (((sort_order >= 0) AND (sort_order <= '4294967295'::bigint)))
);

CREATE TABLE public.deployment (
    sole boolean DEFAULT true NOT NULL,
    corpid text NOT NULL,
    name text NOT NULL,
    timezone text NOT NULL,
    epoch text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT deployment_sole_check CHECK (sole)
);

CREATE TABLE public.device_cursors (
    session_id bigint NOT NULL,
    stream_id bigint NOT NULL,
    seq bigint NOT NULL
)
WITH (fillfactor='70');

CREATE TABLE public.direct_leaders (
    member_id bigint NOT NULL,
    leader_id bigint NOT NULL
);

CREATE TABLE public.export_files (
    export_id bigint NOT NULL,
    place integer NOT NULL,
    hash bytea NOT NULL,
    size bigint NOT NULL,
    md5 bytea NOT NULL,
    entries integer NOT NULL,
    fetched_from text[] DEFAULT '{}'::text[] NOT NULL
);

CREATE TABLE public.exports (
    id bigint NOT NULL,
    jobid text NOT NULL,
    app_id bigint NOT NULL,
    kind text NOT NULL,
    tag_id integer,
    block_size integer NOT NULL,
    site text NOT NULL,
    key bytea,
    state text DEFAULT 'waiting'::text NOT NULL,
    attempt integer DEFAULT 0 NOT NULL,
    begun_at timestamp with time zone DEFAULT now() NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT exports_block_size_check CHECK ((block_size > 0)),
    CONSTRAINT exports_check CHECK (((state = ANY (ARRAY['waiting'::text, 'running'::text])) = (ended_at IS NULL))),
    CONSTRAINT exports_check1 CHECK (((ended_at IS NULL) = (key IS NOT NULL))),
    CONSTRAINT exports_key_check CHECK ((octet_length(key) = 32)),
    CONSTRAINT exports_kind_check CHECK ((kind = ANY (ARRAY['brief_members'::text, 'members'::text, 'departments'::text, 'tagged'::text]))),
    CONSTRAINT exports_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'running'::text, 'done'::text, 'failed'::text, 'forgotten'::text])))
);

ALTER TABLE public.exports ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.exports_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.followers (
    name text NOT NULL,
    xid xid8 NOT NULL,
    stream_id bigint NOT NULL,
    seq bigint NOT NULL,
    moved_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.health_answers (
    id bigint NOT NULL,
    job_id integer NOT NULL,
    date date NOT NULL,
    member_id bigint NOT NULL,
    sent_by bigint NOT NULL,
    client_ids text[] NOT NULL,
    form_version integer NOT NULL,
    claimed_at timestamp with time zone,
    received_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone,
    late boolean DEFAULT false NOT NULL,
    department_id bigint DEFAULT 0 NOT NULL,
    picks integer[] NOT NULL,
    number_questions integer[] NOT NULL,
    numbers double precision[] NOT NULL,
    "values" jsonb NOT NULL,
    CONSTRAINT health_answers_check CHECK ((cardinality(number_questions) = cardinality(numbers)))
);

ALTER TABLE public.health_answers ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.health_answers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.health_appeals (
    id bigint NOT NULL,
    policy_id integer NOT NULL,
    member_id bigint NOT NULL,
    words text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    answer text DEFAULT ''::text NOT NULL,
    answered_by bigint,
    answered_at timestamp with time zone,
    CONSTRAINT health_appeals_check CHECK (((answered_at IS NULL) = (answer = ''::text))),
    CONSTRAINT health_appeals_words_check CHECK ((words <> ''::text))
);

ALTER TABLE public.health_appeals ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.health_appeals_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.health_certificates (
    serial bigint NOT NULL,
    policy_id integer NOT NULL,
    member_id bigint NOT NULL,
    session_id bigint NOT NULL,
    kid integer NOT NULL,
    level text NOT NULL,
    version integer NOT NULL,
    point bytea NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    replaced_at timestamp with time zone,
    revoked_at timestamp with time zone,
    CONSTRAINT health_certificates_check CHECK ((expires_at > issued_at)),
    CONSTRAINT health_certificates_level_check CHECK ((level = ANY (ARRAY['green'::text, 'yellow'::text, 'red'::text]))),
    CONSTRAINT health_certificates_point_check CHECK ((octet_length(point) = 33))
);

ALTER TABLE public.health_certificates ALTER COLUMN serial ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.health_certificates_serial_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.health_code_changes (
    id bigint NOT NULL,
    policy_id integer NOT NULL,
    member_id bigint NOT NULL,
    version integer NOT NULL,
    level text NOT NULL,
    reasons jsonb NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT health_code_changes_level_check CHECK ((level = ANY (ARRAY['green'::text, 'yellow'::text, 'red'::text])))
);

ALTER TABLE public.health_code_changes ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.health_code_changes_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.health_code_state (
    sole boolean DEFAULT true NOT NULL,
    directory_head bigint DEFAULT 0 NOT NULL,
    CONSTRAINT health_code_state_sole_check CHECK (sole)
);

CREATE TABLE public.health_codes (
    policy_id integer NOT NULL,
    member_id bigint NOT NULL,
    version integer NOT NULL,
    level text NOT NULL,
    ruled text NOT NULL,
    reasons jsonb NOT NULL,
    made_at timestamp with time zone NOT NULL,
    valid_until timestamp with time zone,
    CONSTRAINT health_codes_level_check CHECK ((level = ANY (ARRAY['green'::text, 'yellow'::text, 'red'::text]))),
    CONSTRAINT health_codes_ruled_check CHECK ((ruled = ANY (ARRAY['green'::text, 'yellow'::text, 'red'::text])))
);

CREATE TABLE public.health_delegates (
    job_id integer NOT NULL,
    member_id bigint NOT NULL,
    kind text NOT NULL,
    ref bigint NOT NULL,
    CONSTRAINT health_delegates_kind_check CHECK ((kind = ANY (ARRAY['member'::text, 'department'::text])))
);

CREATE TABLE public.health_facts (
    id bigint NOT NULL,
    policy_id integer NOT NULL,
    member_id bigint NOT NULL,
    kind text NOT NULL,
    at timestamp with time zone NOT NULL,
    until timestamp with time zone,
    note text DEFAULT ''::text NOT NULL,
    made_by bigint NOT NULL,
    made_at timestamp with time zone NOT NULL,
    withdrawn_by bigint,
    withdrawn_at timestamp with time zone,
    CONSTRAINT health_facts_check CHECK ((until > at)),
    CONSTRAINT health_facts_kind_check CHECK (((char_length(kind) >= 1) AND (char_length(kind) <= 32)))
);

ALTER TABLE public.health_facts ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.health_facts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.health_forms (
    job_id integer NOT NULL,
    version integer NOT NULL,
    questions jsonb NOT NULL,
    made_by bigint NOT NULL,
    made_at timestamp with time zone NOT NULL,
    CONSTRAINT health_forms_version_check CHECK ((version >= 1))
);

CREATE TABLE public.health_gate_policies (
    gate_id integer NOT NULL,
    policy_id integer NOT NULL,
    admits text[] NOT NULL
);

CREATE TABLE public.health_gates (
    id integer NOT NULL,
    name text NOT NULL,
    place text DEFAULT ''::text NOT NULL,
    photos boolean NOT NULL,
    longest_age integer NOT NULL,
    enrol_hash bytea,
    enrol_until timestamp with time zone,
    key_hash bytea,
    enrolled_at timestamp with time zone,
    seen_at timestamp with time zone,
    knows_at timestamp with time zone,
    made_by bigint NOT NULL,
    made_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT health_gates_check CHECK (((enrol_hash IS NULL) = (enrol_until IS NULL))),
    CONSTRAINT health_gates_longest_age_check CHECK (((longest_age >= 60) AND (longest_age <= 604800))),
    CONSTRAINT health_gates_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 64)))
);

ALTER TABLE public.health_gates ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.health_gates_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.health_holds (
    policy_id integer NOT NULL,
    member_id bigint NOT NULL,
    rule_id integer NOT NULL,
    since timestamp with time zone NOT NULL
);

CREATE TABLE public.health_jobs (
    id integer NOT NULL,
    jobid text NOT NULL,
    state text DEFAULT 'draft'::text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    form_version integer DEFAULT 1 NOT NULL,
    body jsonb NOT NULL,
    made_by bigint NOT NULL,
    made_at timestamp with time zone NOT NULL,
    started_at timestamp with time zone,
    ended_at timestamp with time zone,
    CONSTRAINT health_jobs_check CHECK (((state = 'draft'::text) = (started_at IS NULL))),
    CONSTRAINT health_jobs_check1 CHECK (((state = 'ended'::text) = (ended_at IS NOT NULL))),
    CONSTRAINT health_jobs_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'running'::text, 'ended'::text])))
);

ALTER TABLE public.health_jobs ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.health_jobs_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.health_keys (
    id integer NOT NULL,
    point bytea NOT NULL,
    sealed bytea NOT NULL,
    made_at timestamp with time zone NOT NULL,
    retired_at timestamp with time zone,
    until timestamp with time zone,
    CONSTRAINT health_keys_check CHECK (((retired_at IS NULL) = (until IS NULL))),
    CONSTRAINT health_keys_point_check CHECK ((octet_length(point) = 33))
);

ALTER TABLE public.health_keys ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.health_keys_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.health_overrides (
    id bigint NOT NULL,
    policy_id integer NOT NULL,
    member_id bigint NOT NULL,
    level text NOT NULL,
    at timestamp with time zone NOT NULL,
    until timestamp with time zone NOT NULL,
    reason text NOT NULL,
    made_by bigint NOT NULL,
    ended_by bigint,
    ended_at timestamp with time zone,
    CONSTRAINT health_overrides_check CHECK ((until > at)),
    CONSTRAINT health_overrides_level_check CHECK ((level = ANY (ARRAY['green'::text, 'yellow'::text, 'red'::text]))),
    CONSTRAINT health_overrides_reason_check CHECK ((reason <> ''::text))
);

ALTER TABLE public.health_overrides ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.health_overrides_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.health_passages (
    id bigint NOT NULL,
    gate_id integer NOT NULL,
    client_id text NOT NULL,
    at timestamp with time zone NOT NULL,
    offset_ms integer NOT NULL,
    received_at timestamp with time zone NOT NULL,
    serial bigint,
    step bigint,
    level text,
    admitted boolean NOT NULL,
    why text DEFAULT ''::text NOT NULL,
    policy_id integer,
    member_id bigint,
    replay_of bigint,
    replay boolean DEFAULT false NOT NULL,
    CONSTRAINT health_passages_client_id_check CHECK (((char_length(client_id) >= 1) AND (char_length(client_id) <= 64))),
    CONSTRAINT health_passages_level_check CHECK ((level = ANY (ARRAY['green'::text, 'yellow'::text, 'red'::text])))
);

ALTER TABLE public.health_passages ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.health_passages_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.health_periods (
    job_id integer NOT NULL,
    date date NOT NULL,
    opens_at timestamp with time zone NOT NULL,
    closes_at timestamp with time zone NOT NULL,
    asked bytea DEFAULT '\x'::bytea NOT NULL,
    asked_count integer DEFAULT 0 NOT NULL,
    department_ids bigint[] DEFAULT '{}'::bigint[] NOT NULL,
    department_asked integer[] DEFAULT '{}'::integer[] NOT NULL,
    looked_at timestamp with time zone,
    erased_at timestamp with time zone,
    answered_once integer,
    CONSTRAINT health_periods_check CHECK ((closes_at > opens_at)),
    CONSTRAINT health_periods_check1 CHECK ((cardinality(department_ids) = cardinality(department_asked)))
);

CREATE TABLE public.health_photos (
    id bigint NOT NULL,
    token text NOT NULL,
    member_id bigint NOT NULL,
    answer_id bigint,
    given_at timestamp with time zone NOT NULL
);

ALTER TABLE public.health_photos ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.health_photos_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.health_policies (
    id integer NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    made_by bigint NOT NULL,
    made_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT health_policies_version_check CHECK (((version >= 1) AND (version <= 65535)))
);

ALTER TABLE public.health_policies ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.health_policies_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.health_policy_officers (
    policy_id integer NOT NULL,
    member_id bigint NOT NULL
);

CREATE TABLE public.health_policy_ranges (
    policy_id integer NOT NULL,
    kind text NOT NULL,
    ref bigint NOT NULL,
    CONSTRAINT health_policy_ranges_kind_check CHECK ((kind = ANY (ARRAY['member'::text, 'department'::text, 'tag'::text])))
);

CREATE TABLE public.health_policy_sources (
    policy_id integer NOT NULL,
    job_id integer NOT NULL
);

CREATE TABLE public.health_policy_versions (
    policy_id integer NOT NULL,
    version integer NOT NULL,
    body jsonb NOT NULL,
    made_by bigint NOT NULL,
    made_at timestamp with time zone NOT NULL
);

CREATE TABLE public.health_ranges (
    job_id integer NOT NULL,
    kind text NOT NULL,
    ref bigint NOT NULL,
    CONSTRAINT health_ranges_kind_check CHECK ((kind = ANY (ARRAY['member'::text, 'department'::text, 'tag'::text])))
);

CREATE TABLE public.health_readers (
    job_id integer NOT NULL,
    actor_id bigint NOT NULL
);

CREATE TABLE public.health_reminders (
    job_id integer NOT NULL,
    date date NOT NULL,
    at timestamp with time zone NOT NULL,
    past integer DEFAULT '-1'::integer NOT NULL,
    done_at timestamp with time zone
);

CREATE TABLE public.health_usage (
    date date NOT NULL,
    views bigint NOT NULL,
    people bigint NOT NULL
);

CREATE TABLE public.health_visits (
    date date NOT NULL,
    member_id bigint NOT NULL,
    times integer DEFAULT 1 NOT NULL
);

CREATE TABLE public.imports (
    id bigint NOT NULL,
    jobid text NOT NULL,
    kind text NOT NULL,
    app_id bigint NOT NULL,
    address text NOT NULL,
    invites boolean NOT NULL,
    callback_url text,
    callback_token text,
    callback_key text,
    state text DEFAULT 'waiting'::text NOT NULL,
    percentage smallint DEFAULT 0 NOT NULL,
    total integer DEFAULT 0 NOT NULL,
    failures smallint DEFAULT 0 NOT NULL,
    lines jsonb,
    refusal text DEFAULT ''::text NOT NULL,
    message text DEFAULT ''::text NOT NULL,
    begun_at timestamp with time zone DEFAULT now() NOT NULL,
    seen_at timestamp with time zone DEFAULT now() NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT imports_check CHECK (((state = 'done'::text) = (ended_at IS NOT NULL))),
    CONSTRAINT imports_kind_check CHECK ((kind = ANY (ARRAY['change_members'::text, 'replace_members'::text, 'replace_departments'::text]))),
    CONSTRAINT imports_percentage_check CHECK (((percentage >= 0) AND (percentage <= 100))),
    CONSTRAINT imports_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'running'::text, 'done'::text])))
);

ALTER TABLE public.imports ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.imports_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.invitation_wishes (
    member_id bigint NOT NULL,
    asked_by bigint NOT NULL,
    asked_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.invitations (
    token_hash bytea NOT NULL,
    member_id bigint NOT NULL,
    purpose text NOT NULL,
    created_by bigint,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT invitations_purpose_check CHECK ((purpose = ANY (ARRAY['join'::text, 'reset'::text])))
);

CREATE TABLE public.jobs (
    id bigint NOT NULL,
    kind text NOT NULL,
    args jsonb NOT NULL,
    lane text,
    due_at timestamp with time zone DEFAULT now() NOT NULL,
    attempt integer DEFAULT 0 NOT NULL,
    error text,
    failed_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.jobs ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.jobs_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.join_requests (
    id bigint NOT NULL,
    code_of bigint NOT NULL,
    name text NOT NULL,
    mobile text NOT NULL,
    userid text NOT NULL,
    words text NOT NULL,
    password_hash text,
    address text NOT NULL,
    asked_at timestamp with time zone DEFAULT now() NOT NULL,
    state text DEFAULT 'waiting'::text NOT NULL,
    decided_by bigint,
    decided_at timestamp with time zone,
    member_id bigint,
    because text DEFAULT ''::text NOT NULL,
    CONSTRAINT join_requests_check CHECK (((state = 'waiting'::text) = (password_hash IS NOT NULL))),
    CONSTRAINT join_requests_check1 CHECK (((state = 'waiting'::text) = (decided_at IS NULL))),
    CONSTRAINT join_requests_check2 CHECK (((state = 'approved'::text) = (member_id IS NOT NULL))),
    CONSTRAINT join_requests_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'approved'::text, 'declined'::text])))
);

ALTER TABLE public.join_requests ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.join_requests_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.ldap_barred (
    id text NOT NULL
);

CREATE TABLE public.ldap_cursors (
    place text NOT NULL,
    cursor text NOT NULL,
    moved_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.ldap_departments (
    id text NOT NULL,
    department_id bigint NOT NULL,
    dn text NOT NULL
);

CREATE TABLE public.ldap_looks (
    id text NOT NULL,
    looked_at timestamp with time zone NOT NULL
);

CREATE TABLE public.ldap_people (
    id text NOT NULL,
    member_id bigint NOT NULL,
    dn text NOT NULL,
    version text DEFAULT ''::text NOT NULL,
    disabled_by_sync boolean DEFAULT false NOT NULL,
    gone_at timestamp with time zone,
    ends_at timestamp with time zone
);

CREATE TABLE public.ldap_runs (
    id bigint NOT NULL,
    kind text NOT NULL,
    actor_id bigint NOT NULL,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    seen_at timestamp with time zone DEFAULT now() NOT NULL,
    ended_at timestamp with time zone,
    outcome text,
    says text DEFAULT ''::text NOT NULL,
    people_read integer DEFAULT 0 NOT NULL,
    counts jsonb DEFAULT '{}'::jsonb NOT NULL,
    plan jsonb DEFAULT '[]'::jsonb NOT NULL,
    problems jsonb DEFAULT '[]'::jsonb NOT NULL,
    waiting boolean DEFAULT false NOT NULL,
    plan_id bigint,
    allowed integer DEFAULT 0 NOT NULL,
    digest bytea,
    refusal text DEFAULT ''::text NOT NULL,
    facts jsonb DEFAULT '{}'::jsonb NOT NULL,
    found jsonb,
    CONSTRAINT ldap_runs_check CHECK (((ended_at IS NULL) = (outcome IS NULL))),
    CONSTRAINT ldap_runs_kind_check CHECK ((kind = ANY (ARRAY['full'::text, 'changes'::text, 'dry'::text, 'check'::text]))),
    CONSTRAINT ldap_runs_outcome_check CHECK ((outcome = ANY (ARRAY['done'::text, 'refused'::text, 'failed'::text])))
);

ALTER TABLE public.ldap_runs ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.ldap_runs_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.ldap_state (
    sole boolean DEFAULT true NOT NULL,
    owned text[] NOT NULL,
    people integer NOT NULL,
    run_id bigint NOT NULL,
    disabled_since integer DEFAULT 0 NOT NULL,
    let_in_since integer DEFAULT 0 NOT NULL,
    CONSTRAINT ldap_state_sole_check CHECK (sole)
);

CREATE TABLE public.ldap_tags (
    id text NOT NULL,
    tag_id integer NOT NULL
);

CREATE TABLE public.media (
    id text NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    media_type text NOT NULL,
    size bigint NOT NULL,
    uploaded_by bigint NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone,
    ended_at timestamp with time zone,
    CONSTRAINT media_kind_check CHECK ((kind = ANY (ARRAY['image'::text, 'voice'::text, 'video'::text, 'file'::text])))
);

CREATE TABLE public.member_settings (
    member_id bigint NOT NULL,
    language text,
    theme text DEFAULT 'system'::text NOT NULL,
    notified boolean DEFAULT true NOT NULL,
    show_text boolean DEFAULT false NOT NULL,
    quiet_from time without time zone,
    quiet_to time without time zone,
    quiet_days smallint[],
    timezone text,
    checkin_before boolean DEFAULT true NOT NULL,
    checkin_before_minutes smallint,
    checkin_after boolean DEFAULT true NOT NULL,
    checkin_after_minutes smallint,
    CONSTRAINT member_settings_check CHECK ((num_nulls(quiet_from, quiet_to, quiet_days) = ANY (ARRAY[0, 3]))),
    CONSTRAINT member_settings_checkin_after_minutes_check CHECK (((checkin_after_minutes >= 0) AND (checkin_after_minutes <= 120))),
    CONSTRAINT member_settings_checkin_before_minutes_check CHECK (((checkin_before_minutes >= 0) AND (checkin_before_minutes <= 120))),
    CONSTRAINT member_settings_language_check CHECK ((language = ANY (ARRAY['zh-CN'::text, 'en'::text, 'de'::text]))),
    CONSTRAINT member_settings_theme_check CHECK ((theme = ANY (ARRAY['light'::text, 'dark'::text, 'system'::text])))
);

CREATE TABLE public.members (
    id bigint NOT NULL,
    ordinal integer NOT NULL,
    userid text NOT NULL,
    name text NOT NULL,
    alias text DEFAULT ''::text NOT NULL,
    english_name text DEFAULT ''::text NOT NULL,
    mobile text,
    telephone text DEFAULT ''::text NOT NULL,
    email text,
    biz_mail text,
    gender smallint DEFAULT 0 NOT NULL,
    "position" text DEFAULT ''::text NOT NULL,
    address text DEFAULT ''::text NOT NULL,
    avatar text DEFAULT ''::text NOT NULL,
    main_department_id bigint,
    external_position text DEFAULT ''::text NOT NULL,
    external_profile jsonb DEFAULT '{}'::jsonb NOT NULL,
    attributes jsonb DEFAULT '[]'::jsonb NOT NULL,
    search_text text DEFAULT ''::text NOT NULL,
    enabled boolean DEFAULT true NOT NULL,
    activated_at timestamp with time zone,
    left_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT members_gender_check CHECK ((gender = ANY (ARRAY[0, 1, 2]))),
    CONSTRAINT members_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 64))),
    CONSTRAINT members_userid_check CHECK (((octet_length(userid) >= 1) AND (octet_length(userid) <= 64)))
);

ALTER TABLE public.members ALTER COLUMN ordinal ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.members_ordinal_seq
    START WITH 0
    INCREMENT BY 1
    MINVALUE 0
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.mentions (
    conversation_id bigint NOT NULL,
    seq bigint NOT NULL,
    member_id bigint NOT NULL
);

CREATE TABLE public.message_words (
    conversation_id bigint NOT NULL,
    seq bigint NOT NULL,
    sent_at timestamp with time zone,
    app boolean DEFAULT false NOT NULL,
    wide boolean DEFAULT false NOT NULL,
    line text DEFAULT ''::text NOT NULL,
    words tsvector,
    CONSTRAINT message_words_check CHECK (((words IS NOT NULL) OR ((line = ''::text) AND (sent_at IS NULL))))
);

CREATE TABLE public.page_tickets (
    app_id bigint,
    issued_at timestamp with time zone NOT NULL
);

CREATE TABLE public.participants (
    conversation_id bigint NOT NULL,
    actor_id bigint NOT NULL,
    from_seq bigint NOT NULL,
    to_seq bigint,
    role text DEFAULT 'member'::text NOT NULL,
    read_seq bigint DEFAULT 0 NOT NULL,
    joined_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT participants_check CHECK ((to_seq >= from_seq)),
    CONSTRAINT participants_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'administrator'::text, 'member'::text, 'app'::text, 'robot'::text])))
)
WITH (fillfactor='80');

CREATE TABLE public.passwords (
    member_id bigint NOT NULL,
    hash text NOT NULL,
    must_change boolean DEFAULT false NOT NULL,
    changed_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.proofs (
    id bigint NOT NULL,
    asked_by bigint NOT NULL,
    asked_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    state text DEFAULT 'running'::text NOT NULL,
    kept_position bigint,
    kept_chain bytea,
    last_position bigint NOT NULL,
    "position" bigint DEFAULT 0 NOT NULL,
    chain bytea DEFAULT decode(repeat('00'::text, 32), 'hex'::text) NOT NULL,
    fault text,
    fault_record_id bigint,
    fault_last bigint,
    seen_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT proofs_chain_check CHECK ((octet_length(chain) = 32)),
    CONSTRAINT proofs_check CHECK (((kept_position IS NULL) = (kept_chain IS NULL))),
    CONSTRAINT proofs_check1 CHECK (((state = 'broken'::text) = (fault IS NOT NULL))),
    CONSTRAINT proofs_check2 CHECK (((state = 'running'::text) = (ended_at IS NULL))),
    CONSTRAINT proofs_kept_chain_check CHECK ((octet_length(kept_chain) = 32)),
    CONSTRAINT proofs_state_check CHECK ((state = ANY (ARRAY['running'::text, 'whole'::text, 'broken'::text, 'failed'::text])))
);

ALTER TABLE public.proofs ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.proofs_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.push_key (
    sole boolean DEFAULT true NOT NULL,
    public bytea NOT NULL,
    sealed bytea NOT NULL,
    CONSTRAINT push_key_public_check CHECK ((octet_length(public) = 65)),
    CONSTRAINT push_key_sole_check CHECK (sole)
);

CREATE TABLE public.push_subscriptions (
    id bigint NOT NULL,
    session_id bigint NOT NULL,
    member_id bigint NOT NULL,
    endpoint text NOT NULL,
    endpoint_hash bytea NOT NULL,
    origin text NOT NULL,
    p256dh bytea NOT NULL,
    auth bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT push_subscriptions_auth_check CHECK ((octet_length(auth) = 16)),
    CONSTRAINT push_subscriptions_p256dh_check CHECK ((octet_length(p256dh) = 65))
);

ALTER TABLE public.push_subscriptions ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.push_subscriptions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.push_waits (
    conversation_id bigint NOT NULL,
    from_seq bigint NOT NULL,
    to_seq bigint NOT NULL,
    due_at timestamp with time zone NOT NULL
);

CREATE TABLE public.pushes (
    subscription_id bigint NOT NULL,
    conversation_id bigint NOT NULL,
    origin text NOT NULL,
    from_seq bigint NOT NULL,
    seq bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    due_at timestamp with time zone DEFAULT now() NOT NULL,
    attempt integer DEFAULT 0 NOT NULL
);

CREATE TABLE public.robots (
    id bigint NOT NULL,
    conversation_id bigint NOT NULL,
    name text NOT NULL,
    key_hash bytea NOT NULL,
    enabled boolean DEFAULT true NOT NULL,
    removed_at timestamp with time zone,
    created_by bigint NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT robots_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 32)))
);

CREATE TABLE public.role_grants (
    id bigint NOT NULL,
    member_id bigint NOT NULL,
    role text NOT NULL,
    department_id bigint,
    granted_by bigint,
    granted_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT role_grants_check CHECK (((role = 'department_administrator'::text) <= (department_id IS NOT NULL))),
    CONSTRAINT role_grants_role_check CHECK ((role = ANY (ARRAY['administrator'::text, 'department_administrator'::text, 'auditor'::text, 'hr'::text, 'health_reader'::text, 'customer_supervisor'::text])))
);

ALTER TABLE public.role_grants ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.role_grants_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.roster_lines (
    roster_id bigint NOT NULL,
    number integer NOT NULL,
    part text NOT NULL,
    line integer NOT NULL,
    what text NOT NULL,
    name text NOT NULL,
    does text NOT NULL,
    changes jsonb NOT NULL,
    refusals jsonb NOT NULL,
    CONSTRAINT roster_lines_does_check CHECK ((does = ANY (ARRAY['added'::text, 'changed'::text, 'unchanged'::text, 'refused'::text])))
);

CREATE TABLE public.rosters (
    id bigint NOT NULL,
    made_by bigint NOT NULL,
    address text NOT NULL,
    name text NOT NULL,
    size bigint NOT NULL,
    blank_clears boolean NOT NULL,
    top text NOT NULL,
    state text DEFAULT 'reading'::text NOT NULL,
    applied_by bigint,
    percentage smallint DEFAULT 0 NOT NULL,
    failures smallint DEFAULT 0 NOT NULL,
    counts jsonb DEFAULT '{}'::jsonb NOT NULL,
    about jsonb DEFAULT '{}'::jsonb NOT NULL,
    digest bytea,
    refusal text DEFAULT ''::text NOT NULL,
    message text DEFAULT ''::text NOT NULL,
    made_at timestamp with time zone DEFAULT now() NOT NULL,
    seen_at timestamp with time zone DEFAULT now() NOT NULL,
    ended_at timestamp with time zone,
    owner uuid,
    owned_until timestamp with time zone,
    CONSTRAINT rosters_check CHECK (((state = ANY (ARRAY['done'::text, 'refused'::text])) = (ended_at IS NOT NULL))),
    CONSTRAINT rosters_check1 CHECK (((state <> 'ready'::text) OR (digest IS NOT NULL))),
    CONSTRAINT rosters_check2 CHECK (((owner IS NULL) = (owned_until IS NULL))),
    CONSTRAINT rosters_percentage_check CHECK (((percentage >= 0) AND (percentage <= 100))),
    CONSTRAINT rosters_state_check CHECK ((state = ANY (ARRAY['reading'::text, 'ready'::text, 'applying'::text, 'done'::text, 'refused'::text])))
);

ALTER TABLE public.rosters ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.rosters_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.schedules (
    kind text NOT NULL,
    next_at timestamp with time zone NOT NULL
);

CREATE TABLE public.sessions (
    id bigint NOT NULL,
    member_id bigint NOT NULL,
    token_hash bytea NOT NULL,
    kind text NOT NULL,
    device text DEFAULT ''::text NOT NULL,
    user_agent text DEFAULT ''::text NOT NULL,
    address text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    seen_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    ended_because text,
    ended_xid xid8,
    CONSTRAINT sessions_check CHECK (((ended_at IS NULL) = (ended_xid IS NULL))),
    CONSTRAINT sessions_kind_check CHECK ((kind = ANY (ARRAY['cookie'::text, 'bearer'::text])))
);

ALTER TABLE public.sessions ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.sessions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.streams (
    id bigint NOT NULL,
    head bigint DEFAULT 0 NOT NULL
)
WITH (fillfactor='50');

CREATE TABLE public.tag_departments (
    tag_id integer NOT NULL,
    department_id bigint NOT NULL
);

CREATE TABLE public.tag_members (
    tag_id integer NOT NULL,
    member_id bigint NOT NULL
);

CREATE TABLE public.tags (
    id integer NOT NULL,
    name text NOT NULL,
    app_id bigint,
    CONSTRAINT tags_id_check CHECK ((id >= 0)),
    CONSTRAINT tags_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 32)))
);

CREATE TABLE public.unsent_drafts (
    member_id bigint NOT NULL,
    conversation_id bigint NOT NULL,
    content text NOT NULL,
    reply_to bigint,
    mentions bigint[] NOT NULL,
    updated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    told_seq bigint NOT NULL,
    CONSTRAINT unsent_drafts_content_check CHECK ((content <> ''::text))
);

CREATE TABLE public.uploads (
    id text NOT NULL,
    actor_id bigint,
    media_id text,
    name text NOT NULL,
    size bigint NOT NULL,
    received bigint DEFAULT 0 NOT NULL,
    media_type text,
    picture jsonb,
    no_picture text DEFAULT ''::text NOT NULL,
    used_in bigint,
    used_by bigint,
    used_as text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    touched_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT uploads_check CHECK (((received >= 0) AND (received <= size))),
    CONSTRAINT uploads_check1 CHECK (((media_id IS NULL) <> (actor_id IS NULL))),
    CONSTRAINT uploads_check2 CHECK (((media_type IS NULL) OR (received = size))),
    CONSTRAINT uploads_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 255))),
    CONSTRAINT uploads_size_check CHECK ((size > 0))
)
WITH (fillfactor='70');

CREATE TABLE public.visibility_rules (
    id bigint NOT NULL,
    kind text NOT NULL,
    subject_departments bigint[] DEFAULT '{}'::bigint[] NOT NULL,
    subject_members bigint[] DEFAULT '{}'::bigint[] NOT NULL,
    allowed_departments bigint[] DEFAULT '{}'::bigint[] NOT NULL,
    allowed_members bigint[] DEFAULT '{}'::bigint[] NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT visibility_rules_kind_check CHECK ((kind = ANY (ARRAY['hide'::text, 'limit'::text])))
);

ALTER TABLE public.visibility_rules ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.visibility_rules_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE ONLY public.actors
    ADD CONSTRAINT actors_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.app_codes
    ADD CONSTRAINT app_codes_pkey PRIMARY KEY (hash);

ALTER TABLE ONLY public.app_consents
    ADD CONSTRAINT app_consents_pkey PRIMARY KEY (member_id, app_id);

ALTER TABLE ONLY public.app_days
    ADD CONSTRAINT app_days_pkey PRIMARY KEY (app_id, day);

ALTER TABLE ONLY public.app_logins
    ADD CONSTRAINT app_logins_asking_hash_key UNIQUE (asking_hash);

ALTER TABLE ONLY public.app_logins
    ADD CONSTRAINT app_logins_pkey PRIMARY KEY (shown_hash);

ALTER TABLE ONLY public.app_messages
    ADD CONSTRAINT app_messages_pkey PRIMARY KEY (conversation_id, seq);

ALTER TABLE ONLY public.app_reads
    ADD CONSTRAINT app_reads_pkey PRIMARY KEY (conversation_id, member_id);

ALTER TABLE ONLY public.app_recipients
    ADD CONSTRAINT app_recipients_pkey PRIMARY KEY (member_id, conversation_id, seq);

ALTER TABLE ONLY public.apps
    ADD CONSTRAINT apps_agentid_key UNIQUE (agentid);

ALTER TABLE ONLY public.apps
    ADD CONSTRAINT apps_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.attribute_definitions
    ADD CONSTRAINT attribute_definitions_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.audit_contents
    ADD CONSTRAINT audit_contents_pkey PRIMARY KEY (record_id);

ALTER TABLE ONLY public.audit_leaves
    ADD CONSTRAINT audit_leaves_pkey PRIMARY KEY ("position");

ALTER TABLE ONLY public.audit_leaves
    ADD CONSTRAINT audit_leaves_record_id_key UNIQUE (record_id);

ALTER TABLE ONLY public.audit_records
    ADD CONSTRAINT audit_records_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.blob_refs
    ADD CONSTRAINT blob_refs_pkey PRIMARY KEY (hash, owner_kind, owner_id);

ALTER TABLE ONLY public.blobs
    ADD CONSTRAINT blobs_pkey PRIMARY KEY (hash);

ALTER TABLE ONLY public.changed_settings
    ADD CONSTRAINT changed_settings_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.checkin_adjustments
    ADD CONSTRAINT checkin_adjustments_pkey PRIMARY KEY (member_id, date);

ALTER TABLE ONLY public.checkin_alarms
    ADD CONSTRAINT checkin_alarms_pkey PRIMARY KEY (member_id);

ALTER TABLE ONLY public.checkin_assignments
    ADD CONSTRAINT checkin_assignments_pkey PRIMARY KEY (member_id, from_date);

ALTER TABLE ONLY public.checkin_closings
    ADD CONSTRAINT checkin_closings_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.checkin_days
    ADD CONSTRAINT checkin_days_pkey PRIMARY KEY (member_id, date);

ALTER TABLE ONLY public.checkin_devices
    ADD CONSTRAINT checkin_devices_pkey PRIMARY KEY (member_id, device_id);

ALTER TABLE ONLY public.checkin_dirty
    ADD CONSTRAINT checkin_dirty_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.checkin_facts
    ADD CONSTRAINT checkin_facts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.checkin_holidays
    ADD CONSTRAINT checkin_holidays_pkey PRIMARY KEY (country, date);

ALTER TABLE ONLY public.checkin_left_out
    ADD CONSTRAINT checkin_left_out_pkey PRIMARY KEY (machine_id, record, at);

ALTER TABLE ONLY public.checkin_machines
    ADD CONSTRAINT checkin_machines_key_hash_key UNIQUE (key_hash);

ALTER TABLE ONLY public.checkin_machines
    ADD CONSTRAINT checkin_machines_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.checkin_months
    ADD CONSTRAINT checkin_months_pkey PRIMARY KEY (member_id, month);

ALTER TABLE ONLY public.checkin_numbers
    ADD CONSTRAINT checkin_numbers_pkey PRIMARY KEY (machine_id, number);

ALTER TABLE ONLY public.checkin_offsets
    ADD CONSTRAINT checkin_offsets_pkey PRIMARY KEY (zone);

ALTER TABLE ONLY public.checkin_punches
    ADD CONSTRAINT checkin_punches_member_id_client_id_key UNIQUE (member_id, client_id);

ALTER TABLE ONLY public.checkin_punches
    ADD CONSTRAINT checkin_punches_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.checkin_ranges
    ADD CONSTRAINT checkin_ranges_pkey PRIMARY KEY (rule_id, version, kind, ref);

ALTER TABLE ONLY public.checkin_reminders
    ADD CONSTRAINT checkin_reminders_pkey PRIMARY KEY (member_id, date, slot_id, way);

ALTER TABLE ONLY public.checkin_rule_versions
    ADD CONSTRAINT checkin_rule_versions_pkey PRIMARY KEY (rule_id, version);

ALTER TABLE ONLY public.checkin_rules
    ADD CONSTRAINT checkin_rules_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.checkin_schedules
    ADD CONSTRAINT checkin_schedules_pkey PRIMARY KEY (member_id, date);

ALTER TABLE ONLY public.checkin_shifts
    ADD CONSTRAINT checkin_shifts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.checkin_state
    ADD CONSTRAINT checkin_state_pkey PRIMARY KEY (sole);

ALTER TABLE ONLY public.checkin_summaries
    ADD CONSTRAINT checkin_summaries_pkey PRIMARY KEY (rule_id, period, first);

ALTER TABLE ONLY public.checkin_turns
    ADD CONSTRAINT checkin_turns_pkey PRIMARY KEY (member_id);

ALTER TABLE ONLY public.checkin_years
    ADD CONSTRAINT checkin_years_pkey PRIMARY KEY (country, year);

ALTER TABLE ONLY public.conversation_preferences
    ADD CONSTRAINT conversation_preferences_pkey PRIMARY KEY (member_id, conversation_id);

ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT conversations_chatid_key UNIQUE (chatid);

ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT conversations_direct_low_direct_high_key UNIQUE (direct_low, direct_high);

ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT conversations_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.day_conversations
    ADD CONSTRAINT day_conversations_pkey PRIMARY KEY (day, conversation_id);

ALTER TABLE ONLY public.day_members
    ADD CONSTRAINT day_members_pkey PRIMARY KEY (day, member_id);

ALTER TABLE ONLY public.day_senders
    ADD CONSTRAINT day_senders_pkey PRIMARY KEY (day, sender_id);

ALTER TABLE ONLY public.days
    ADD CONSTRAINT days_pkey PRIMARY KEY (day);

ALTER TABLE ONLY public.department_members
    ADD CONSTRAINT department_members_pkey PRIMARY KEY (department_id, member_id);

ALTER TABLE ONLY public.departments
    ADD CONSTRAINT departments_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.deployment
    ADD CONSTRAINT deployment_pkey PRIMARY KEY (sole);

ALTER TABLE ONLY public.device_cursors
    ADD CONSTRAINT device_cursors_pkey PRIMARY KEY (session_id, stream_id);

ALTER TABLE ONLY public.direct_leaders
    ADD CONSTRAINT direct_leaders_pkey PRIMARY KEY (member_id, leader_id);

ALTER TABLE ONLY public.entries
    ADD CONSTRAINT entries_pkey PRIMARY KEY (stream_id, seq);

ALTER TABLE ONLY public.export_files
    ADD CONSTRAINT export_files_pkey PRIMARY KEY (export_id, place);

ALTER TABLE ONLY public.exports
    ADD CONSTRAINT exports_jobid_key UNIQUE (jobid);

ALTER TABLE ONLY public.exports
    ADD CONSTRAINT exports_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.followers
    ADD CONSTRAINT followers_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.health_answers
    ADD CONSTRAINT health_answers_job_id_date_member_id_key UNIQUE (job_id, date, member_id);

ALTER TABLE ONLY public.health_answers
    ADD CONSTRAINT health_answers_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.health_appeals
    ADD CONSTRAINT health_appeals_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.health_certificates
    ADD CONSTRAINT health_certificates_pkey PRIMARY KEY (serial);

ALTER TABLE ONLY public.health_code_changes
    ADD CONSTRAINT health_code_changes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.health_code_state
    ADD CONSTRAINT health_code_state_pkey PRIMARY KEY (sole);

ALTER TABLE ONLY public.health_codes
    ADD CONSTRAINT health_codes_pkey PRIMARY KEY (member_id, policy_id);

ALTER TABLE ONLY public.health_delegates
    ADD CONSTRAINT health_delegates_pkey PRIMARY KEY (job_id, member_id, kind, ref);

ALTER TABLE ONLY public.health_facts
    ADD CONSTRAINT health_facts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.health_forms
    ADD CONSTRAINT health_forms_pkey PRIMARY KEY (job_id, version);

ALTER TABLE ONLY public.health_gate_policies
    ADD CONSTRAINT health_gate_policies_pkey PRIMARY KEY (gate_id, policy_id);

ALTER TABLE ONLY public.health_gates
    ADD CONSTRAINT health_gates_enrol_hash_key UNIQUE (enrol_hash);

ALTER TABLE ONLY public.health_gates
    ADD CONSTRAINT health_gates_key_hash_key UNIQUE (key_hash);

ALTER TABLE ONLY public.health_gates
    ADD CONSTRAINT health_gates_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.health_holds
    ADD CONSTRAINT health_holds_pkey PRIMARY KEY (member_id, policy_id, rule_id);

ALTER TABLE ONLY public.health_jobs
    ADD CONSTRAINT health_jobs_jobid_key UNIQUE (jobid);

ALTER TABLE ONLY public.health_jobs
    ADD CONSTRAINT health_jobs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.health_keys
    ADD CONSTRAINT health_keys_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.health_overrides
    ADD CONSTRAINT health_overrides_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.health_passages
    ADD CONSTRAINT health_passages_gate_id_client_id_key UNIQUE (gate_id, client_id);

ALTER TABLE ONLY public.health_passages
    ADD CONSTRAINT health_passages_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.health_periods
    ADD CONSTRAINT health_periods_pkey PRIMARY KEY (job_id, date);

ALTER TABLE ONLY public.health_photos
    ADD CONSTRAINT health_photos_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.health_photos
    ADD CONSTRAINT health_photos_token_key UNIQUE (token);

ALTER TABLE ONLY public.health_policies
    ADD CONSTRAINT health_policies_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.health_policy_officers
    ADD CONSTRAINT health_policy_officers_pkey PRIMARY KEY (policy_id, member_id);

ALTER TABLE ONLY public.health_policy_ranges
    ADD CONSTRAINT health_policy_ranges_pkey PRIMARY KEY (policy_id, kind, ref);

ALTER TABLE ONLY public.health_policy_sources
    ADD CONSTRAINT health_policy_sources_pkey PRIMARY KEY (policy_id, job_id);

ALTER TABLE ONLY public.health_policy_versions
    ADD CONSTRAINT health_policy_versions_pkey PRIMARY KEY (policy_id, version);

ALTER TABLE ONLY public.health_ranges
    ADD CONSTRAINT health_ranges_pkey PRIMARY KEY (job_id, kind, ref);

ALTER TABLE ONLY public.health_readers
    ADD CONSTRAINT health_readers_pkey PRIMARY KEY (job_id, actor_id);

ALTER TABLE ONLY public.health_reminders
    ADD CONSTRAINT health_reminders_pkey PRIMARY KEY (job_id, date, at);

ALTER TABLE ONLY public.health_usage
    ADD CONSTRAINT health_usage_pkey PRIMARY KEY (date);

ALTER TABLE ONLY public.health_visits
    ADD CONSTRAINT health_visits_pkey PRIMARY KEY (date, member_id);

ALTER TABLE ONLY public.imports
    ADD CONSTRAINT imports_jobid_key UNIQUE (jobid);

ALTER TABLE ONLY public.imports
    ADD CONSTRAINT imports_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.invitation_wishes
    ADD CONSTRAINT invitation_wishes_pkey PRIMARY KEY (member_id);

ALTER TABLE ONLY public.invitations
    ADD CONSTRAINT invitations_pkey PRIMARY KEY (token_hash);

ALTER TABLE ONLY public.jobs
    ADD CONSTRAINT jobs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.join_requests
    ADD CONSTRAINT join_requests_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.ldap_barred
    ADD CONSTRAINT ldap_barred_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.ldap_cursors
    ADD CONSTRAINT ldap_cursors_pkey PRIMARY KEY (place);

ALTER TABLE ONLY public.ldap_departments
    ADD CONSTRAINT ldap_departments_department_id_key UNIQUE (department_id);

ALTER TABLE ONLY public.ldap_departments
    ADD CONSTRAINT ldap_departments_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.ldap_looks
    ADD CONSTRAINT ldap_looks_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.ldap_people
    ADD CONSTRAINT ldap_people_member_id_key UNIQUE (member_id);

ALTER TABLE ONLY public.ldap_people
    ADD CONSTRAINT ldap_people_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.ldap_runs
    ADD CONSTRAINT ldap_runs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.ldap_state
    ADD CONSTRAINT ldap_state_pkey PRIMARY KEY (sole);

ALTER TABLE ONLY public.ldap_tags
    ADD CONSTRAINT ldap_tags_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.ldap_tags
    ADD CONSTRAINT ldap_tags_tag_id_key UNIQUE (tag_id);

ALTER TABLE ONLY public.media
    ADD CONSTRAINT media_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.member_settings
    ADD CONSTRAINT member_settings_pkey PRIMARY KEY (member_id);

ALTER TABLE ONLY public.members
    ADD CONSTRAINT members_ordinal_key UNIQUE (ordinal);

ALTER TABLE ONLY public.members
    ADD CONSTRAINT members_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.mentions
    ADD CONSTRAINT mentions_pkey PRIMARY KEY (conversation_id, seq, member_id);

ALTER TABLE ONLY public.message_words
    ADD CONSTRAINT message_words_pkey PRIMARY KEY (conversation_id, seq);

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_once UNIQUE (conversation_id, sender_id, client_id);

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_pkey PRIMARY KEY (conversation_id, seq);

ALTER TABLE ONLY public.page_tickets
    ADD CONSTRAINT page_tickets_app_id_key UNIQUE NULLS NOT DISTINCT (app_id);

ALTER TABLE ONLY public.participants
    ADD CONSTRAINT participants_pkey PRIMARY KEY (conversation_id, actor_id, from_seq);

ALTER TABLE ONLY public.passwords
    ADD CONSTRAINT passwords_pkey PRIMARY KEY (member_id);

ALTER TABLE ONLY public.proofs
    ADD CONSTRAINT proofs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.push_key
    ADD CONSTRAINT push_key_pkey PRIMARY KEY (sole);

ALTER TABLE ONLY public.push_subscriptions
    ADD CONSTRAINT push_subscriptions_endpoint_hash_key UNIQUE (endpoint_hash);

ALTER TABLE ONLY public.push_subscriptions
    ADD CONSTRAINT push_subscriptions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.push_subscriptions
    ADD CONSTRAINT push_subscriptions_session_id_key UNIQUE (session_id);

ALTER TABLE ONLY public.push_waits
    ADD CONSTRAINT push_waits_pkey PRIMARY KEY (conversation_id);

ALTER TABLE ONLY public.pushes
    ADD CONSTRAINT pushes_pkey PRIMARY KEY (subscription_id, conversation_id);

ALTER TABLE ONLY public.robots
    ADD CONSTRAINT robots_key_hash_key UNIQUE (key_hash);

ALTER TABLE ONLY public.robots
    ADD CONSTRAINT robots_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.role_grants
    ADD CONSTRAINT role_grants_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.roster_lines
    ADD CONSTRAINT roster_lines_pkey PRIMARY KEY (roster_id, number);

ALTER TABLE ONLY public.rosters
    ADD CONSTRAINT rosters_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.schedules
    ADD CONSTRAINT schedules_pkey PRIMARY KEY (kind);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_token_hash_key UNIQUE (token_hash);

ALTER TABLE ONLY public.streams
    ADD CONSTRAINT streams_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.tag_departments
    ADD CONSTRAINT tag_departments_pkey PRIMARY KEY (tag_id, department_id);

ALTER TABLE ONLY public.tag_members
    ADD CONSTRAINT tag_members_pkey PRIMARY KEY (tag_id, member_id);

ALTER TABLE ONLY public.tags
    ADD CONSTRAINT tags_name_key UNIQUE (name);

ALTER TABLE ONLY public.tags
    ADD CONSTRAINT tags_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.unsent_drafts
    ADD CONSTRAINT unsent_drafts_pkey PRIMARY KEY (member_id, conversation_id);

ALTER TABLE ONLY public.uploads
    ADD CONSTRAINT uploads_media_id_key UNIQUE (media_id);

ALTER TABLE ONLY public.uploads
    ADD CONSTRAINT uploads_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.visibility_rules
    ADD CONSTRAINT visibility_rules_pkey PRIMARY KEY (id);

CREATE INDEX app_codes_expires ON public.app_codes USING btree (expires_at);

CREATE INDEX app_codes_session ON public.app_codes USING btree (session_id);

CREATE INDEX app_logins_expires ON public.app_logins USING btree (expires_at);

CREATE INDEX app_logins_session ON public.app_logins USING btree (session_id);

CREATE INDEX app_messages_recent ON public.app_messages USING btree (app_id, sent_at);

CREATE INDEX audit_records_action ON public.audit_records USING btree (action, id);

CREATE INDEX audit_records_actor ON public.audit_records USING btree (actor_id, id);

CREATE INDEX audit_records_at ON public.audit_records USING btree (at, id);

CREATE INDEX audit_records_object ON public.audit_records USING btree (object, id);

CREATE INDEX audit_records_xid ON public.audit_records USING btree (xid, id);

CREATE INDEX blob_refs_owner ON public.blob_refs USING btree (owner_kind, owner_id);

CREATE INDEX checkin_alarms_at ON public.checkin_alarms USING btree (at);

CREATE UNIQUE INDEX checkin_closings_month ON public.checkin_closings USING btree (month) WHERE (opened_at IS NULL);

CREATE INDEX checkin_days_open ON public.checkin_days USING btree (closes_at) WHERE (NOT closed);

CREATE INDEX checkin_days_wrong ON public.checkin_days USING btree (date, member_id) WHERE (wrong <> '{}'::text[]);

CREATE UNIQUE INDEX checkin_devices_usual ON public.checkin_devices USING btree (member_id) WHERE usual;

CREATE INDEX checkin_dirty_day ON public.checkin_dirty USING btree (member_id, date);

CREATE INDEX checkin_facts_member ON public.checkin_facts USING btree (member_id, starts_at) WHERE (withdrawn_at IS NULL);

CREATE UNIQUE INDEX checkin_facts_number ON public.checkin_facts USING btree (member_id, source, number, kind, starts_at) WHERE ((number <> ''::text) AND (withdrawn_at IS NULL));

CREATE INDEX checkin_facts_starts ON public.checkin_facts USING btree (starts_at);

CREATE INDEX checkin_punches_aim ON public.checkin_punches USING btree (member_id, aim_date) WHERE (aim_date IS NOT NULL);

CREATE INDEX checkin_punches_at ON public.checkin_punches USING btree (member_id, at);

CREATE INDEX checkin_punches_fact ON public.checkin_punches USING btree (fact_id) WHERE (fact_id IS NOT NULL);

CREATE INDEX checkin_punches_machine ON public.checkin_punches USING btree (machine_id, client_id) WHERE (machine_id IS NOT NULL);

CREATE INDEX checkin_ranges_ref ON public.checkin_ranges USING btree (kind, ref);

CREATE INDEX checkin_schedules_rule ON public.checkin_schedules USING btree (rule_id, date);

CREATE UNIQUE INDEX conversations_app ON public.conversations USING btree (app_id) WHERE (kind = 'app'::text);

CREATE INDEX deleted_uploads_actor ON public.deleted_uploads USING btree (actor_id);

CREATE INDEX department_members_leaders ON public.department_members USING btree (department_id) WHERE is_leader;

CREATE INDEX department_members_place ON public.department_members USING btree (member_id, department_id);

CREATE UNIQUE INDEX departments_name ON public.departments USING btree (parent_id, name);

CREATE INDEX departments_path ON public.departments USING gin (path);

CREATE INDEX entries_xid ON public.entries USING btree (xid, stream_id, seq);

CREATE INDEX exports_app ON public.exports USING btree (app_id, id);

CREATE INDEX health_answers_member ON public.health_answers USING btree (member_id, date);

CREATE INDEX health_answers_sender ON public.health_answers USING btree (sent_by, date) WHERE (sent_by <> member_id);

CREATE UNIQUE INDEX health_appeals_open ON public.health_appeals USING btree (policy_id, member_id) WHERE (answered_at IS NULL);

CREATE INDEX health_certificates_live ON public.health_certificates USING btree (expires_at);

CREATE INDEX health_certificates_member ON public.health_certificates USING btree (member_id, policy_id);

CREATE INDEX health_certificates_session ON public.health_certificates USING btree (session_id);

CREATE INDEX health_code_changes_kept ON public.health_code_changes USING btree (policy_id, at);

CREATE INDEX health_code_changes_member ON public.health_code_changes USING btree (member_id, policy_id, at);

CREATE INDEX health_codes_due ON public.health_codes USING btree (valid_until) WHERE (valid_until IS NOT NULL);

CREATE INDEX health_codes_level ON public.health_codes USING btree (policy_id, level);

CREATE INDEX health_delegates_member ON public.health_delegates USING btree (member_id);

CREATE INDEX health_facts_member ON public.health_facts USING btree (member_id, policy_id);

CREATE UNIQUE INDEX health_keys_one ON public.health_keys USING btree ((true)) WHERE (retired_at IS NULL);

CREATE INDEX health_overrides_member ON public.health_overrides USING btree (member_id, policy_id);

CREATE INDEX health_passages_at ON public.health_passages USING btree (policy_id, at DESC, id DESC);

CREATE INDEX health_passages_member ON public.health_passages USING btree (member_id, at);

CREATE UNIQUE INDEX health_passages_once ON public.health_passages USING btree (serial, step) WHERE (admitted AND (NOT replay));

CREATE INDEX health_periods_kept ON public.health_periods USING btree (closes_at) WHERE (erased_at IS NULL);

CREATE INDEX health_photos_answer ON public.health_photos USING btree (answer_id) WHERE (answer_id IS NOT NULL);

CREATE INDEX health_photos_waiting ON public.health_photos USING btree (given_at) WHERE (answer_id IS NULL);

CREATE INDEX health_policy_sources_job ON public.health_policy_sources USING btree (job_id);

CREATE INDEX health_readers_actor ON public.health_readers USING btree (actor_id);

CREATE INDEX health_reminders_due ON public.health_reminders USING btree (at) WHERE (done_at IS NULL);

CREATE UNIQUE INDEX imports_one ON public.imports USING btree ((true)) WHERE (state <> 'done'::text);

CREATE INDEX invitations_member ON public.invitations USING btree (member_id);

CREATE INDEX jobs_due ON public.jobs USING btree (due_at) WHERE (failed_at IS NULL);

CREATE INDEX jobs_lane ON public.jobs USING btree (lane, id) WHERE ((lane IS NOT NULL) AND (failed_at IS NULL));

CREATE INDEX join_requests_mobile ON public.join_requests USING btree (mobile) WHERE (state = 'waiting'::text);

CREATE INDEX ldap_people_dn ON public.ldap_people USING btree (dn);

CREATE INDEX ldap_people_ends ON public.ldap_people USING btree (ends_at) WHERE (ends_at IS NOT NULL);

CREATE INDEX ldap_runs_started ON public.ldap_runs USING btree (started_at);

CREATE INDEX media_ended ON public.media USING btree (ended_at) WHERE (ended_at IS NOT NULL);

CREATE INDEX media_ending ON public.media USING btree (expires_at) WHERE (ended_at IS NULL);

CREATE UNIQUE INDEX members_biz_mail ON public.members USING btree (lower(biz_mail)) WHERE (left_at IS NULL);

CREATE UNIQUE INDEX members_email ON public.members USING btree (lower(email)) WHERE (left_at IS NULL);

CREATE UNIQUE INDEX members_mobile ON public.members USING btree (mobile) WHERE (left_at IS NULL);

CREATE UNIQUE INDEX members_userid ON public.members USING btree (lower(userid)) WHERE (left_at IS NULL);

CREATE INDEX members_working ON public.members USING btree (id) WHERE (left_at IS NULL);

CREATE INDEX mentions_member ON public.mentions USING btree (member_id, conversation_id, seq);

CREATE INDEX message_words_newest ON public.message_words USING btree (sent_at, conversation_id, seq) WHERE ((words IS NOT NULL) AND (NOT app));

CREATE INDEX message_words_wide ON public.message_words USING btree (conversation_id, seq) WHERE wide;

CREATE INDEX message_words_words ON public.message_words USING gin (words);

CREATE INDEX messages_expiry ON public.messages USING btree (expires_at) WHERE (expires_at IS NOT NULL);

CREATE INDEX messages_wide ON public.messages USING btree (conversation_id, seq) WHERE wide;

CREATE INDEX messages_xid ON public.messages USING btree (xid, conversation_id, seq);

CREATE UNIQUE INDEX participants_now ON public.participants USING btree (actor_id, conversation_id) WHERE (to_seq IS NULL);

CREATE UNIQUE INDEX participants_owner ON public.participants USING btree (conversation_id) WHERE ((role = 'owner'::text) AND (to_seq IS NULL));

CREATE UNIQUE INDEX proofs_running ON public.proofs USING btree ((true)) WHERE (state = 'running'::text);

CREATE INDEX push_subscriptions_member ON public.push_subscriptions USING btree (member_id);

CREATE INDEX push_waits_due ON public.push_waits USING btree (due_at);

CREATE INDEX pushes_due ON public.pushes USING btree (origin, due_at);

CREATE INDEX robots_conversation ON public.robots USING btree (conversation_id);

CREATE UNIQUE INDEX role_grants_once ON public.role_grants USING btree (member_id, role, COALESCE(department_id, (0)::bigint));

CREATE INDEX roster_lines_does ON public.roster_lines USING btree (roster_id, does, number);

CREATE INDEX sessions_ended ON public.sessions USING btree (ended_xid) WHERE (ended_xid IS NOT NULL);

CREATE INDEX sessions_member ON public.sessions USING btree (member_id, address);

CREATE INDEX tag_departments_department ON public.tag_departments USING btree (department_id);

CREATE INDEX tag_members_member ON public.tag_members USING btree (member_id);

CREATE INDEX uploads_actor ON public.uploads USING btree (actor_id);

CREATE INDEX uploads_ending ON public.uploads USING btree (expires_at);

CREATE INDEX uploads_whole ON public.uploads USING btree (touched_at) WHERE ((received = size) AND (media_type IS NULL));

ALTER TABLE ONLY public.app_codes
    ADD CONSTRAINT app_codes_app_id_fkey FOREIGN KEY (app_id) REFERENCES public.apps(id);

ALTER TABLE ONLY public.app_codes
    ADD CONSTRAINT app_codes_member_id_fkey FOREIGN KEY (member_id) REFERENCES public.members(id);

ALTER TABLE ONLY public.app_codes
    ADD CONSTRAINT app_codes_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.sessions(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.app_consents
    ADD CONSTRAINT app_consents_app_id_fkey FOREIGN KEY (app_id) REFERENCES public.apps(id);

ALTER TABLE ONLY public.app_consents
    ADD CONSTRAINT app_consents_member_id_fkey FOREIGN KEY (member_id) REFERENCES public.members(id);

ALTER TABLE ONLY public.app_days
    ADD CONSTRAINT app_days_app_id_fkey FOREIGN KEY (app_id) REFERENCES public.apps(id);

ALTER TABLE ONLY public.app_logins
    ADD CONSTRAINT app_logins_app_id_fkey FOREIGN KEY (app_id) REFERENCES public.apps(id);

ALTER TABLE ONLY public.app_logins
    ADD CONSTRAINT app_logins_member_id_fkey FOREIGN KEY (member_id) REFERENCES public.members(id);

ALTER TABLE ONLY public.app_logins
    ADD CONSTRAINT app_logins_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.sessions(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.app_messages
    ADD CONSTRAINT app_messages_app_id_fkey FOREIGN KEY (app_id) REFERENCES public.apps(id);

ALTER TABLE ONLY public.app_messages
    ADD CONSTRAINT app_messages_conversation_id_seq_fkey FOREIGN KEY (conversation_id, seq) REFERENCES public.messages(conversation_id, seq);

ALTER TABLE ONLY public.app_reads
    ADD CONSTRAINT app_reads_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES public.conversations(id);

ALTER TABLE ONLY public.app_reads
    ADD CONSTRAINT app_reads_member_id_fkey FOREIGN KEY (member_id) REFERENCES public.members(id);

ALTER TABLE ONLY public.apps
    ADD CONSTRAINT apps_id_fkey FOREIGN KEY (id) REFERENCES public.actors(id);

ALTER TABLE ONLY public.audit_contents
    ADD CONSTRAINT audit_contents_record_id_fkey FOREIGN KEY (record_id) REFERENCES public.audit_records(id);

ALTER TABLE ONLY public.audit_leaves
    ADD CONSTRAINT audit_leaves_record_id_fkey FOREIGN KEY (record_id) REFERENCES public.audit_records(id);

ALTER TABLE ONLY public.audit_records
    ADD CONSTRAINT audit_records_actor_id_fkey FOREIGN KEY (actor_id) REFERENCES public.actors(id);

ALTER TABLE ONLY public.blob_refs
    ADD CONSTRAINT blob_refs_hash_fkey FOREIGN KEY (hash) REFERENCES public.blobs(hash);

ALTER TABLE ONLY public.changed_settings
    ADD CONSTRAINT changed_settings_changed_by_fkey FOREIGN KEY (changed_by) REFERENCES public.actors(id);

ALTER TABLE ONLY public.checkin_adjustments
    ADD CONSTRAINT checkin_adjustments_member_id_fkey FOREIGN KEY (member_id) REFERENCES public.members(id);

ALTER TABLE ONLY public.checkin_alarms
    ADD CONSTRAINT checkin_alarms_member_id_fkey FOREIGN KEY (member_id) REFERENCES public.members(id);

ALTER TABLE ONLY public.checkin_assignments
    ADD CONSTRAINT checkin_assignments_member_id_fkey FOREIGN KEY (member_id) REFERENCES public.members(id);

ALTER TABLE ONLY public.checkin_assignments
    ADD CONSTRAINT checkin_assignments_rule_id_fkey FOREIGN KEY (rule_id) REFERENCES public.checkin_rules(id);

ALTER TABLE ONLY public.checkin_closings
    ADD CONSTRAINT checkin_closings_closed_by_fkey FOREIGN KEY (closed_by) REFERENCES public.actors(id);

ALTER TABLE ONLY public.checkin_closings
    ADD CONSTRAINT checkin_closings_opened_by_fkey FOREIGN KEY (opened_by) REFERENCES public.actors(id);

ALTER TABLE ONLY public.checkin_days
    ADD CONSTRAINT checkin_days_member_id_fkey FOREIGN KEY (member_id) REFERENCES public.members(id);

ALTER TABLE ONLY public.checkin_devices
    ADD CONSTRAINT checkin_devices_member_id_fkey FOREIGN KEY (member_id) REFERENCES public.members(id);

ALTER TABLE ONLY public.checkin_dirty
    ADD CONSTRAINT checkin_dirty_member_id_fkey FOREIGN KEY (member_id) REFERENCES public.members(id);

ALTER TABLE ONLY public.checkin_facts
    ADD CONSTRAINT checkin_facts_made_by_fkey FOREIGN KEY (made_by) REFERENCES public.actors(id);

ALTER TABLE ONLY public.checkin_facts
    ADD CONSTRAINT checkin_facts_member_id_fkey FOREIGN KEY (member_id) REFERENCES public.members(id);

ALTER TABLE ONLY public.checkin_facts
    ADD CONSTRAINT checkin_facts_withdrawn_by_fkey FOREIGN KEY (withdrawn_by) REFERENCES public.actors(id);

ALTER TABLE ONLY public.checkin_holidays
    ADD CONSTRAINT checkin_holidays_changed_by_fkey FOREIGN KEY (changed_by) REFERENCES public.actors(id);

ALTER TABLE ONLY public.checkin_left_out
    ADD CONSTRAINT checkin_left_out_machine_id_fkey FOREIGN KEY (machine_id) REFERENCES public.checkin_machines(id);

ALTER TABLE ONLY public.checkin_machines
    ADD CONSTRAINT checkin_machines_made_by_fkey FOREIGN KEY (made_by) REFERENCES public.actors(id);

ALTER TABLE ONLY public.checkin_months
    ADD CONSTRAINT checkin_months_member_id_fkey FOREIGN KEY (member_id) REFERENCES public.members(id);

ALTER TABLE ONLY public.checkin_numbers
    ADD CONSTRAINT checkin_numbers_member_id_fkey FOREIGN KEY (member_id) REFERENCES public.members(id);

ALTER TABLE ONLY public.checkin_numbers
    ADD CONSTRAINT checkin_numbers_set_by_fkey FOREIGN KEY (set_by) REFERENCES public.actors(id);

ALTER TABLE ONLY public.checkin_punches
    ADD CONSTRAINT checkin_punches_fact_id_fkey FOREIGN KEY (fact_id) REFERENCES public.checkin_facts(id);

ALTER TABLE ONLY public.checkin_punches
    ADD CONSTRAINT checkin_punches_machine_id_fkey FOREIGN KEY (machine_id) REFERENCES public.checkin_machines(id);

ALTER TABLE ONLY public.checkin_punches
    ADD CONSTRAINT checkin_punches_made_by_fkey FOREIGN KEY (made_by) REFERENCES public.actors(id);

ALTER TABLE ONLY public.checkin_punches
    ADD CONSTRAINT checkin_punches_member_id_fkey FOREIGN KEY (member_id) REFERENCES public.members(id);

ALTER TABLE ONLY public.checkin_punches
    ADD CONSTRAINT checkin_punches_rule_id_fkey FOREIGN KEY (rule_id) REFERENCES public.checkin_rules(id);

ALTER TABLE ONLY public.checkin_punches
    ADD CONSTRAINT checkin_punches_withdrawn_by_fkey FOREIGN KEY (withdrawn_by) REFERENCES public.actors(id);

ALTER TABLE ONLY public.checkin_ranges
    ADD CONSTRAINT checkin_ranges_rule_id_version_fkey FOREIGN KEY (rule_id, version) REFERENCES public.checkin_rule_versions(rule_id, version);

ALTER TABLE ONLY public.checkin_reminders
    ADD CONSTRAINT checkin_reminders_member_id_fkey FOREIGN KEY (member_id) REFERENCES public.members(id);

ALTER TABLE ONLY public.checkin_rule_versions
    ADD CONSTRAINT checkin_rule_versions_made_by_fkey FOREIGN KEY (made_by) REFERENCES public.actors(id);

ALTER TABLE ONLY public.checkin_rule_versions
    ADD CONSTRAINT checkin_rule_versions_rule_id_fkey FOREIGN KEY (rule_id) REFERENCES public.checkin_rules(id);

ALTER TABLE ONLY public.checkin_rules
    ADD CONSTRAINT checkin_rules_app_id_fkey FOREIGN KEY (app_id) REFERENCES public.apps(id);

ALTER TABLE ONLY public.checkin_rules
    ADD CONSTRAINT checkin_rules_made_by_fkey FOREIGN KEY (made_by) REFERENCES public.actors(id);

ALTER TABLE ONLY public.checkin_schedules
    ADD CONSTRAINT checkin_schedules_made_by_fkey FOREIGN KEY (made_by) REFERENCES public.actors(id);

ALTER TABLE ONLY public.checkin_schedules
    ADD CONSTRAINT checkin_schedules_member_id_fkey FOREIGN KEY (member_id) REFERENCES public.members(id);

ALTER TABLE ONLY public.checkin_schedules
    ADD CONSTRAINT checkin_schedules_rule_id_fkey FOREIGN KEY (rule_id) REFERENCES public.checkin_rules(id);

ALTER TABLE ONLY public.checkin_shifts
    ADD CONSTRAINT checkin_shifts_rule_id_fkey FOREIGN KEY (rule_id) REFERENCES public.checkin_rules(id);

ALTER TABLE ONLY public.checkin_state
    ADD CONSTRAINT checkin_state_app_id_fkey FOREIGN KEY (app_id) REFERENCES public.apps(id);

ALTER TABLE ONLY public.checkin_summaries
    ADD CONSTRAINT checkin_summaries_rule_id_fkey FOREIGN KEY (rule_id) REFERENCES public.checkin_rules(id);

ALTER TABLE ONLY public.checkin_turns
    ADD CONSTRAINT checkin_turns_member_id_fkey FOREIGN KEY (member_id) REFERENCES public.members(id);

ALTER TABLE ONLY public.conversation_preferences
    ADD CONSTRAINT conversation_preferences_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES public.conversations(id);

ALTER TABLE ONLY public.conversation_preferences
    ADD CONSTRAINT conversation_preferences_member_id_fkey FOREIGN KEY (member_id) REFERENCES public.members(id);

ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT conversations_app_id_fkey FOREIGN KEY (app_id) REFERENCES public.apps(id);

ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT conversations_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.actors(id);

ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT conversations_direct_high_fkey FOREIGN KEY (direct_high) REFERENCES public.actors(id);

ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT conversations_direct_low_fkey FOREIGN KEY (direct_low) REFERENCES public.actors(id);

ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT conversations_id_fkey FOREIGN KEY (id) REFERENCES public.streams(id);

ALTER TABLE ONLY public.deleted_uploads
    ADD CONSTRAINT deleted_uploads_actor_id_fkey FOREIGN KEY (actor_id) REFERENCES public.actors(id);

ALTER TABLE ONLY public.department_members
    ADD CONSTRAINT department_members_department_id_fkey FOREIGN KEY (department_id) REFERENCES public.departments(id);

ALTER TABLE ONLY public.department_members
    ADD CONSTRAINT department_members_member_id_fkey FOREIGN KEY (member_id) REFERENCES public.members(id);

ALTER TABLE ONLY public.departments
    ADD CONSTRAINT departments_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES public.departments(id);

ALTER TABLE ONLY public.device_cursors
    ADD CONSTRAINT device_cursors_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.sessions(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.direct_leaders
    ADD CONSTRAINT direct_leaders_leader_id_fkey FOREIGN KEY (leader_id) REFERENCES public.members(id);

ALTER TABLE ONLY public.direct_leaders
    ADD CONSTRAINT direct_leaders_member_id_fkey FOREIGN KEY (member_id) REFERENCES public.members(id);

ALTER TABLE ONLY public.entries
    ADD CONSTRAINT entries_stream_id_fkey FOREIGN KEY (stream_id) REFERENCES public.streams(id);

ALTER TABLE ONLY public.export_files
    ADD CONSTRAINT export_files_export_id_fkey FOREIGN KEY (export_id) REFERENCES public.exports(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.export_files
    ADD CONSTRAINT export_files_hash_fkey FOREIGN KEY (hash) REFERENCES public.blobs(hash);

ALTER TABLE ONLY public.exports
    ADD CONSTRAINT exports_app_id_fkey FOREIGN KEY (app_id) REFERENCES public.apps(id);

ALTER TABLE ONLY public.health_answers
    ADD CONSTRAINT health_answers_member_id_fkey FOREIGN KEY (member_id) REFERENCES public.members(id);

ALTER TABLE ONLY public.health_answers
    ADD CONSTRAINT health_answers_sent_by_fkey FOREIGN KEY (sent_by) REFERENCES public.members(id);

ALTER TABLE ONLY public.health_appeals
    ADD CONSTRAINT health_appeals_answered_by_fkey FOREIGN KEY (answered_by) REFERENCES public.actors(id);

ALTER TABLE ONLY public.health_appeals
    ADD CONSTRAINT health_appeals_member_id_fkey FOREIGN KEY (member_id) REFERENCES public.members(id);

ALTER TABLE ONLY public.health_appeals
    ADD CONSTRAINT health_appeals_policy_id_fkey FOREIGN KEY (policy_id) REFERENCES public.health_policies(id);

ALTER TABLE ONLY public.health_certificates
    ADD CONSTRAINT health_certificates_kid_fkey FOREIGN KEY (kid) REFERENCES public.health_keys(id);

ALTER TABLE ONLY public.health_certificates
    ADD CONSTRAINT health_certificates_member_id_fkey FOREIGN KEY (member_id) REFERENCES public.members(id);

ALTER TABLE ONLY public.health_certificates
    ADD CONSTRAINT health_certificates_policy_id_fkey FOREIGN KEY (policy_id) REFERENCES public.health_policies(id);

ALTER TABLE ONLY public.health_code_changes
    ADD CONSTRAINT health_code_changes_member_id_fkey FOREIGN KEY (member_id) REFERENCES public.members(id);

ALTER TABLE ONLY public.health_code_changes
    ADD CONSTRAINT health_code_changes_policy_id_fkey FOREIGN KEY (policy_id) REFERENCES public.health_policies(id);

ALTER TABLE ONLY public.health_codes
    ADD CONSTRAINT health_codes_member_id_fkey FOREIGN KEY (member_id) REFERENCES public.members(id);

ALTER TABLE ONLY public.health_codes
    ADD CONSTRAINT health_codes_policy_id_fkey FOREIGN KEY (policy_id) REFERENCES public.health_policies(id);

ALTER TABLE ONLY public.health_delegates
    ADD CONSTRAINT health_delegates_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.health_jobs(id);

ALTER TABLE ONLY public.health_delegates
    ADD CONSTRAINT health_delegates_member_id_fkey FOREIGN KEY (member_id) REFERENCES public.members(id);

ALTER TABLE ONLY public.health_facts
    ADD CONSTRAINT health_facts_made_by_fkey FOREIGN KEY (made_by) REFERENCES public.actors(id);

ALTER TABLE ONLY public.health_facts
    ADD CONSTRAINT health_facts_member_id_fkey FOREIGN KEY (member_id) REFERENCES public.members(id);

ALTER TABLE ONLY public.health_facts
    ADD CONSTRAINT health_facts_policy_id_fkey FOREIGN KEY (policy_id) REFERENCES public.health_policies(id);

ALTER TABLE ONLY public.health_facts
    ADD CONSTRAINT health_facts_withdrawn_by_fkey FOREIGN KEY (withdrawn_by) REFERENCES public.actors(id);

ALTER TABLE ONLY public.health_forms
    ADD CONSTRAINT health_forms_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.health_jobs(id);

ALTER TABLE ONLY public.health_forms
    ADD CONSTRAINT health_forms_made_by_fkey FOREIGN KEY (made_by) REFERENCES public.actors(id);

ALTER TABLE ONLY public.health_gate_policies
    ADD CONSTRAINT health_gate_policies_gate_id_fkey FOREIGN KEY (gate_id) REFERENCES public.health_gates(id);

ALTER TABLE ONLY public.health_gate_policies
    ADD CONSTRAINT health_gate_policies_policy_id_fkey FOREIGN KEY (policy_id) REFERENCES public.health_policies(id);

ALTER TABLE ONLY public.health_gates
    ADD CONSTRAINT health_gates_made_by_fkey FOREIGN KEY (made_by) REFERENCES public.actors(id);

ALTER TABLE ONLY public.health_holds
    ADD CONSTRAINT health_holds_member_id_fkey FOREIGN KEY (member_id) REFERENCES public.members(id);

ALTER TABLE ONLY public.health_holds
    ADD CONSTRAINT health_holds_policy_id_fkey FOREIGN KEY (policy_id) REFERENCES public.health_policies(id);

ALTER TABLE ONLY public.health_jobs
    ADD CONSTRAINT health_jobs_made_by_fkey FOREIGN KEY (made_by) REFERENCES public.actors(id);

ALTER TABLE ONLY public.health_overrides
    ADD CONSTRAINT health_overrides_ended_by_fkey FOREIGN KEY (ended_by) REFERENCES public.actors(id);

ALTER TABLE ONLY public.health_overrides
    ADD CONSTRAINT health_overrides_made_by_fkey FOREIGN KEY (made_by) REFERENCES public.actors(id);

ALTER TABLE ONLY public.health_overrides
    ADD CONSTRAINT health_overrides_member_id_fkey FOREIGN KEY (member_id) REFERENCES public.members(id);

ALTER TABLE ONLY public.health_overrides
    ADD CONSTRAINT health_overrides_policy_id_fkey FOREIGN KEY (policy_id) REFERENCES public.health_policies(id);

ALTER TABLE ONLY public.health_passages
    ADD CONSTRAINT health_passages_gate_id_fkey FOREIGN KEY (gate_id) REFERENCES public.health_gates(id);

ALTER TABLE ONLY public.health_passages
    ADD CONSTRAINT health_passages_member_id_fkey FOREIGN KEY (member_id) REFERENCES public.members(id);

ALTER TABLE ONLY public.health_passages
    ADD CONSTRAINT health_passages_replay_of_fkey FOREIGN KEY (replay_of) REFERENCES public.health_passages(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.health_periods
    ADD CONSTRAINT health_periods_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.health_jobs(id);

ALTER TABLE ONLY public.health_photos
    ADD CONSTRAINT health_photos_answer_id_fkey FOREIGN KEY (answer_id) REFERENCES public.health_answers(id);

ALTER TABLE ONLY public.health_photos
    ADD CONSTRAINT health_photos_member_id_fkey FOREIGN KEY (member_id) REFERENCES public.members(id);

ALTER TABLE ONLY public.health_policies
    ADD CONSTRAINT health_policies_made_by_fkey FOREIGN KEY (made_by) REFERENCES public.actors(id);

ALTER TABLE ONLY public.health_policy_officers
    ADD CONSTRAINT health_policy_officers_member_id_fkey FOREIGN KEY (member_id) REFERENCES public.members(id);

ALTER TABLE ONLY public.health_policy_officers
    ADD CONSTRAINT health_policy_officers_policy_id_fkey FOREIGN KEY (policy_id) REFERENCES public.health_policies(id);

ALTER TABLE ONLY public.health_policy_ranges
    ADD CONSTRAINT health_policy_ranges_policy_id_fkey FOREIGN KEY (policy_id) REFERENCES public.health_policies(id);

ALTER TABLE ONLY public.health_policy_sources
    ADD CONSTRAINT health_policy_sources_policy_id_fkey FOREIGN KEY (policy_id) REFERENCES public.health_policies(id);

ALTER TABLE ONLY public.health_policy_versions
    ADD CONSTRAINT health_policy_versions_made_by_fkey FOREIGN KEY (made_by) REFERENCES public.actors(id);

ALTER TABLE ONLY public.health_policy_versions
    ADD CONSTRAINT health_policy_versions_policy_id_fkey FOREIGN KEY (policy_id) REFERENCES public.health_policies(id);

ALTER TABLE ONLY public.health_ranges
    ADD CONSTRAINT health_ranges_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.health_jobs(id);

ALTER TABLE ONLY public.health_readers
    ADD CONSTRAINT health_readers_actor_id_fkey FOREIGN KEY (actor_id) REFERENCES public.actors(id);

ALTER TABLE ONLY public.health_readers
    ADD CONSTRAINT health_readers_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.health_jobs(id);

ALTER TABLE ONLY public.health_reminders
    ADD CONSTRAINT health_reminders_job_id_date_fkey FOREIGN KEY (job_id, date) REFERENCES public.health_periods(job_id, date) ON DELETE CASCADE;

ALTER TABLE ONLY public.imports
    ADD CONSTRAINT imports_app_id_fkey FOREIGN KEY (app_id) REFERENCES public.apps(id);

ALTER TABLE ONLY public.invitation_wishes
    ADD CONSTRAINT invitation_wishes_asked_by_fkey FOREIGN KEY (asked_by) REFERENCES public.actors(id);

ALTER TABLE ONLY public.invitation_wishes
    ADD CONSTRAINT invitation_wishes_member_id_fkey FOREIGN KEY (member_id) REFERENCES public.members(id);

ALTER TABLE ONLY public.invitations
    ADD CONSTRAINT invitations_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.actors(id);

ALTER TABLE ONLY public.invitations
    ADD CONSTRAINT invitations_member_id_fkey FOREIGN KEY (member_id) REFERENCES public.members(id);

ALTER TABLE ONLY public.join_requests
    ADD CONSTRAINT join_requests_code_of_fkey FOREIGN KEY (code_of) REFERENCES public.apps(id);

ALTER TABLE ONLY public.join_requests
    ADD CONSTRAINT join_requests_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES public.members(id);

ALTER TABLE ONLY public.join_requests
    ADD CONSTRAINT join_requests_member_id_fkey FOREIGN KEY (member_id) REFERENCES public.members(id);

ALTER TABLE ONLY public.ldap_departments
    ADD CONSTRAINT ldap_departments_department_id_fkey FOREIGN KEY (department_id) REFERENCES public.departments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.ldap_people
    ADD CONSTRAINT ldap_people_member_id_fkey FOREIGN KEY (member_id) REFERENCES public.members(id);

ALTER TABLE ONLY public.ldap_runs
    ADD CONSTRAINT ldap_runs_actor_id_fkey FOREIGN KEY (actor_id) REFERENCES public.actors(id);

ALTER TABLE ONLY public.ldap_tags
    ADD CONSTRAINT ldap_tags_tag_id_fkey FOREIGN KEY (tag_id) REFERENCES public.tags(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.media
    ADD CONSTRAINT media_uploaded_by_fkey FOREIGN KEY (uploaded_by) REFERENCES public.actors(id);

ALTER TABLE ONLY public.member_settings
    ADD CONSTRAINT member_settings_member_id_fkey FOREIGN KEY (member_id) REFERENCES public.members(id);

ALTER TABLE ONLY public.members
    ADD CONSTRAINT members_id_fkey FOREIGN KEY (id) REFERENCES public.actors(id);

ALTER TABLE ONLY public.members
    ADD CONSTRAINT members_main_department_id_fkey FOREIGN KEY (main_department_id) REFERENCES public.departments(id);

ALTER TABLE ONLY public.mentions
    ADD CONSTRAINT mentions_conversation_id_seq_fkey FOREIGN KEY (conversation_id, seq) REFERENCES public.messages(conversation_id, seq);

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES public.conversations(id);

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_recalled_by_fkey FOREIGN KEY (recalled_by) REFERENCES public.actors(id);

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_sender_id_fkey FOREIGN KEY (sender_id) REFERENCES public.actors(id);

ALTER TABLE ONLY public.page_tickets
    ADD CONSTRAINT page_tickets_app_id_fkey FOREIGN KEY (app_id) REFERENCES public.apps(id);

ALTER TABLE ONLY public.participants
    ADD CONSTRAINT participants_actor_id_fkey FOREIGN KEY (actor_id) REFERENCES public.actors(id);

ALTER TABLE ONLY public.participants
    ADD CONSTRAINT participants_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES public.conversations(id);

ALTER TABLE ONLY public.passwords
    ADD CONSTRAINT passwords_member_id_fkey FOREIGN KEY (member_id) REFERENCES public.members(id);

ALTER TABLE ONLY public.proofs
    ADD CONSTRAINT proofs_asked_by_fkey FOREIGN KEY (asked_by) REFERENCES public.actors(id);

ALTER TABLE ONLY public.push_subscriptions
    ADD CONSTRAINT push_subscriptions_member_id_fkey FOREIGN KEY (member_id) REFERENCES public.members(id);

ALTER TABLE ONLY public.push_subscriptions
    ADD CONSTRAINT push_subscriptions_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.sessions(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.push_waits
    ADD CONSTRAINT push_waits_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES public.conversations(id);

ALTER TABLE ONLY public.pushes
    ADD CONSTRAINT pushes_subscription_id_fkey FOREIGN KEY (subscription_id) REFERENCES public.push_subscriptions(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.robots
    ADD CONSTRAINT robots_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES public.conversations(id);

ALTER TABLE ONLY public.robots
    ADD CONSTRAINT robots_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.actors(id);

ALTER TABLE ONLY public.robots
    ADD CONSTRAINT robots_id_fkey FOREIGN KEY (id) REFERENCES public.actors(id);

ALTER TABLE ONLY public.role_grants
    ADD CONSTRAINT role_grants_department_id_fkey FOREIGN KEY (department_id) REFERENCES public.departments(id);

ALTER TABLE ONLY public.role_grants
    ADD CONSTRAINT role_grants_granted_by_fkey FOREIGN KEY (granted_by) REFERENCES public.actors(id);

ALTER TABLE ONLY public.role_grants
    ADD CONSTRAINT role_grants_member_id_fkey FOREIGN KEY (member_id) REFERENCES public.members(id);

ALTER TABLE ONLY public.roster_lines
    ADD CONSTRAINT roster_lines_roster_id_fkey FOREIGN KEY (roster_id) REFERENCES public.rosters(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.rosters
    ADD CONSTRAINT rosters_applied_by_fkey FOREIGN KEY (applied_by) REFERENCES public.members(id);

ALTER TABLE ONLY public.rosters
    ADD CONSTRAINT rosters_made_by_fkey FOREIGN KEY (made_by) REFERENCES public.members(id);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_member_id_fkey FOREIGN KEY (member_id) REFERENCES public.members(id);

ALTER TABLE ONLY public.tag_departments
    ADD CONSTRAINT tag_departments_department_id_fkey FOREIGN KEY (department_id) REFERENCES public.departments(id);

ALTER TABLE ONLY public.tag_departments
    ADD CONSTRAINT tag_departments_tag_id_fkey FOREIGN KEY (tag_id) REFERENCES public.tags(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.tag_members
    ADD CONSTRAINT tag_members_member_id_fkey FOREIGN KEY (member_id) REFERENCES public.members(id);

ALTER TABLE ONLY public.tag_members
    ADD CONSTRAINT tag_members_tag_id_fkey FOREIGN KEY (tag_id) REFERENCES public.tags(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.tags
    ADD CONSTRAINT tags_app_id_fkey FOREIGN KEY (app_id) REFERENCES public.apps(id);

ALTER TABLE ONLY public.unsent_drafts
    ADD CONSTRAINT unsent_drafts_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES public.conversations(id);

ALTER TABLE ONLY public.unsent_drafts
    ADD CONSTRAINT unsent_drafts_member_id_fkey FOREIGN KEY (member_id) REFERENCES public.members(id);

ALTER TABLE ONLY public.uploads
    ADD CONSTRAINT uploads_actor_id_fkey FOREIGN KEY (actor_id) REFERENCES public.actors(id);

ALTER TABLE ONLY public.uploads
    ADD CONSTRAINT uploads_media_id_fkey FOREIGN KEY (media_id) REFERENCES public.media(id) ON DELETE CASCADE;

GRANT USAGE ON SCHEMA public TO wecom_app;

GRANT SELECT,USAGE ON SEQUENCE public.ids TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.actors TO wecom_app;

GRANT SELECT,USAGE ON SEQUENCE public.agentids TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.app_codes TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.app_consents TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.app_days TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.app_logins TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.app_messages TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.app_reads TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.app_recipients TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.apps TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.attribute_definitions TO wecom_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.audit_contents TO wecom_app;

GRANT SELECT,INSERT ON TABLE public.audit_leaves TO wecom_app;

GRANT SELECT,INSERT ON TABLE public.audit_records TO wecom_app;

GRANT SELECT,USAGE ON SEQUENCE public.audit_records_id_seq TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.blob_refs TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.blobs TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.changed_settings TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.entries TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.messages TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.changes TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.checkin_adjustments TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.checkin_alarms TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.checkin_assignments TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.checkin_closings TO wecom_app;

GRANT SELECT,USAGE ON SEQUENCE public.checkin_closings_id_seq TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.checkin_days TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.checkin_devices TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.checkin_dirty TO wecom_app;

GRANT SELECT,USAGE ON SEQUENCE public.checkin_dirty_id_seq TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.checkin_facts TO wecom_app;

GRANT SELECT,USAGE ON SEQUENCE public.checkin_facts_id_seq TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.checkin_holidays TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.checkin_left_out TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.checkin_machines TO wecom_app;

GRANT SELECT,USAGE ON SEQUENCE public.checkin_machines_id_seq TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.checkin_months TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.checkin_numbers TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.checkin_offsets TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.checkin_punches TO wecom_app;

GRANT SELECT,USAGE ON SEQUENCE public.checkin_punches_id_seq TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.checkin_ranges TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.checkin_reminders TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.checkin_rule_versions TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.checkin_rules TO wecom_app;

GRANT SELECT,USAGE ON SEQUENCE public.checkin_rules_id_seq TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.checkin_schedules TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.checkin_shifts TO wecom_app;

GRANT SELECT,USAGE ON SEQUENCE public.checkin_shifts_id_seq TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.checkin_state TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.checkin_summaries TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.checkin_turns TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.checkin_years TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.conversation_preferences TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.conversations TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.day_conversations TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.day_members TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.day_senders TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.days TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.deleted_uploads TO wecom_app;

GRANT SELECT,USAGE ON SEQUENCE public.department_ids TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.department_members TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.departments TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.deployment TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.device_cursors TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.direct_leaders TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.export_files TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.exports TO wecom_app;

GRANT SELECT,USAGE ON SEQUENCE public.exports_id_seq TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.followers TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.health_answers TO wecom_app;

GRANT SELECT,USAGE ON SEQUENCE public.health_answers_id_seq TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.health_appeals TO wecom_app;

GRANT SELECT,USAGE ON SEQUENCE public.health_appeals_id_seq TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.health_certificates TO wecom_app;

GRANT SELECT,USAGE ON SEQUENCE public.health_certificates_serial_seq TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.health_code_changes TO wecom_app;

GRANT SELECT,USAGE ON SEQUENCE public.health_code_changes_id_seq TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.health_code_state TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.health_codes TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.health_delegates TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.health_facts TO wecom_app;

GRANT SELECT,USAGE ON SEQUENCE public.health_facts_id_seq TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.health_forms TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.health_gate_policies TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.health_gates TO wecom_app;

GRANT SELECT,USAGE ON SEQUENCE public.health_gates_id_seq TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.health_holds TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.health_jobs TO wecom_app;

GRANT SELECT,USAGE ON SEQUENCE public.health_jobs_id_seq TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.health_keys TO wecom_app;

GRANT SELECT,USAGE ON SEQUENCE public.health_keys_id_seq TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.health_overrides TO wecom_app;

GRANT SELECT,USAGE ON SEQUENCE public.health_overrides_id_seq TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.health_passages TO wecom_app;

GRANT SELECT,USAGE ON SEQUENCE public.health_passages_id_seq TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.health_periods TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.health_photos TO wecom_app;

GRANT SELECT,USAGE ON SEQUENCE public.health_photos_id_seq TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.health_policies TO wecom_app;

GRANT SELECT,USAGE ON SEQUENCE public.health_policies_id_seq TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.health_policy_officers TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.health_policy_ranges TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.health_policy_sources TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.health_policy_versions TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.health_ranges TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.health_readers TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.health_reminders TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.health_usage TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.health_visits TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.imports TO wecom_app;

GRANT SELECT,USAGE ON SEQUENCE public.imports_id_seq TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.invitation_wishes TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.invitations TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.jobs TO wecom_app;

GRANT SELECT,USAGE ON SEQUENCE public.jobs_id_seq TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.join_requests TO wecom_app;

GRANT SELECT,USAGE ON SEQUENCE public.join_requests_id_seq TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ldap_barred TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ldap_cursors TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ldap_departments TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ldap_looks TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ldap_people TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ldap_runs TO wecom_app;

GRANT SELECT,USAGE ON SEQUENCE public.ldap_runs_id_seq TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ldap_state TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ldap_tags TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.media TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.member_settings TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.members TO wecom_app;

GRANT SELECT,USAGE ON SEQUENCE public.members_ordinal_seq TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.mentions TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.message_words TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.page_tickets TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.participants TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.passwords TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.proofs TO wecom_app;

GRANT SELECT,USAGE ON SEQUENCE public.proofs_id_seq TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.push_key TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.push_subscriptions TO wecom_app;

GRANT SELECT,USAGE ON SEQUENCE public.push_subscriptions_id_seq TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.push_waits TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.pushes TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.robots TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.role_grants TO wecom_app;

GRANT SELECT,USAGE ON SEQUENCE public.role_grants_id_seq TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.roster_lines TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.rosters TO wecom_app;

GRANT SELECT,USAGE ON SEQUENCE public.rosters_id_seq TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.schedules TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sessions TO wecom_app;

GRANT SELECT,USAGE ON SEQUENCE public.sessions_id_seq TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.streams TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tag_departments TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tag_members TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tags TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.unsent_drafts TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.uploads TO wecom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.visibility_rules TO wecom_app;

GRANT SELECT,USAGE ON SEQUENCE public.visibility_rules_id_seq TO wecom_app;

ALTER DEFAULT PRIVILEGES FOR ROLE wecom_owner IN SCHEMA public GRANT SELECT,USAGE ON SEQUENCES TO wecom_app;

ALTER DEFAULT PRIVILEGES FOR ROLE wecom_owner IN SCHEMA public GRANT SELECT,INSERT,DELETE,UPDATE ON TABLES TO wecom_app;
