"""Files in messages: uploads, which are on their way into one.

What a message carries is held by `blob_refs` under its conversation and number, so what everybody hears is in its body
and no table of attachments is needed. Before it is sent, a file is an upload: it comes in pieces over any number of
requests, is looked at once it is whole, and is forgotten a day later.
"""

from wecom.migrations.sql import run

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    run("""
    CREATE TABLE uploads (
        id text PRIMARY KEY,  -- not to be guessed
        actor_id bigint REFERENCES actors,  -- whose; null: made of material that apps may send
        media_id text UNIQUE REFERENCES media ON DELETE CASCADE,  -- can be sent again and again, as long as it lasts
        name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 255),
        size bigint NOT NULL CHECK (size > 0),
        received bigint NOT NULL DEFAULT 0 CHECK (received BETWEEN 0 AND size),  -- as far as it is safe on disk
        media_type text,  -- as its bytes say; null until somebody has looked
        picture jsonb,  -- what is said of it as a picture; null: it is none that is shown
        no_picture text NOT NULL DEFAULT '',  -- why not
        used_in bigint,  -- the message that it went into: kept for whoever sends that again
        used_by bigint,
        used_as text,
        created_at timestamptz NOT NULL DEFAULT now(),
        touched_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL,
        CHECK ((media_id IS NULL) <> (actor_id IS NULL)),
        CHECK (media_type IS NULL OR received = size)  -- only what is whole is looked at
    ) WITH (fillfactor = 70);
    CREATE INDEX uploads_actor ON uploads (actor_id);
    CREATE INDEX uploads_ending ON uploads (expires_at);
    CREATE INDEX uploads_whole ON uploads (touched_at) WHERE received = size AND media_type IS NULL;
    """)
