"""Searching: of each message its words as they are compared, in a table of its own that a follower fills.

Apart from `messages`, so that saying something stays one row and the index can be made anew while people talk. Where a
message was taken back, a row that says nothing stays: whoever puts words in later finds it and leaves it.
"""

from wecom.migrations.sql import run

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    run("""
    CREATE TABLE message_words (
        conversation_id bigint NOT NULL,
        seq bigint NOT NULL,
        sent_at timestamptz,
        app boolean NOT NULL DEFAULT false,
        wide boolean NOT NULL DEFAULT false,
        line text NOT NULL DEFAULT '',
        words tsvector,
        PRIMARY KEY (conversation_id, seq),
        -- What was taken back says nothing here either.
        CHECK (words IS NOT NULL OR (line = '' AND sent_at IS NULL))
    );
    CREATE INDEX message_words_words ON message_words USING gin (words);
    CREATE INDEX message_words_newest ON message_words (sent_at, conversation_id, seq)
        WHERE words IS NOT NULL AND NOT app;
    CREATE INDEX message_words_wide ON message_words (conversation_id, seq) WHERE wide;
    """)
