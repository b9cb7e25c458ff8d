"""What each member wants: their settings, how each conversation stands in their list, and drafts.

Why apart from `members` and `participants`. Those are read and locked by everybody who speaks; these change
with every key typed and every pin set, and concern nobody but their owner. A row is there only where something
was changed, so a member who never changed anything costs nothing. In an app's conversation members have no row
of their own in `participants`, and can mute it all the same.

`told_seq` is the entry in the member's own stream that told a draft: once another replaces it, what it said is
blanked, so that what somebody wrote and thought better of is kept nowhere.
"""

from wecom.migrations.sql import run

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    run("""
    CREATE TABLE member_settings (
        member_id bigint PRIMARY KEY REFERENCES members,
        language text CHECK (language IN ('zh-CN', 'en', 'de')),
        theme text NOT NULL DEFAULT 'system' CHECK (theme IN ('light', 'dark', 'system')),
        notified boolean NOT NULL DEFAULT true,
        show_text boolean NOT NULL DEFAULT false,
        quiet_from time,
        quiet_to time,
        quiet_days smallint[],
        timezone text,
        CHECK (num_nulls(quiet_from, quiet_to, quiet_days) IN (0, 3))
    );

    CREATE TABLE conversation_preferences (
        member_id bigint NOT NULL REFERENCES members,
        conversation_id bigint NOT NULL REFERENCES conversations,
        pinned_at timestamptz,
        notify text NOT NULL DEFAULT 'all' CHECK (notify IN ('all', 'mentions', 'none')),
        muted_until timestamptz,
        hidden_up_to bigint,  -- hidden until a message above this number
        PRIMARY KEY (member_id, conversation_id)
    );

    CREATE TABLE unsent_drafts (
        member_id bigint NOT NULL REFERENCES members,
        conversation_id bigint NOT NULL REFERENCES conversations,
        content text NOT NULL CHECK (content <> ''),
        reply_to bigint,
        mentions bigint[] NOT NULL,
        updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        told_seq bigint NOT NULL,
        PRIMARY KEY (member_id, conversation_id)
    );
    """)
