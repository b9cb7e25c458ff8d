"""How much is said, by how many and where, by days of the company's: counted once, by a follower.

Who said how much is kept for the days that are not closed; of those that are, only the sums. The list of groups needs
its counts by day for as long as it reaches back.
"""

from wecom.migrations.sql import run

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    run("""
    CREATE TABLE day_senders (
        day date NOT NULL,
        sender_id bigint NOT NULL,
        messages integer NOT NULL,
        files integer NOT NULL,
        PRIMARY KEY (day, sender_id)
    ) WITH (fillfactor = 80);
    CREATE TABLE day_conversations (
        day date NOT NULL,
        conversation_id bigint NOT NULL,
        messages integer NOT NULL,
        PRIMARY KEY (day, conversation_id)
    ) WITH (fillfactor = 80);
    CREATE TABLE day_members (  -- who was here
        day date NOT NULL,
        member_id bigint NOT NULL,
        PRIMARY KEY (day, member_id)
    );
    CREATE TABLE days (  -- those that are closed
        day date PRIMARY KEY,
        messages bigint NOT NULL,
        app_messages bigint NOT NULL,
        files bigint NOT NULL,
        senders integer NOT NULL,
        members integer NOT NULL
    );
    """)
