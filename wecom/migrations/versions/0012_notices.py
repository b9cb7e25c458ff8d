"""Groups show who came and went among what was said, and in what order of days: entries say when they happened.

Those told from now on carry their time; those that are there have it beside them.
"""

from wecom.migrations.sql import run

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    run("""
    UPDATE entries SET refs = refs || jsonb_build_object('at', instant(at))
    WHERE kind IN ('participants.added', 'participants.removed', 'participant.role_changed', 'conversation.renamed')
      AND NOT refs ? 'at';
    """)
