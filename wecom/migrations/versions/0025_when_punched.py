"""It is known which days wait to be judged because of a punch, and since when.

While everybody comes at once, whoever judges takes time from those who check in. Nobody waits for what is judged then:
who looks at a day has it judged. So it is put off while many are punching, unless something has waited for long.
"""

from wecom.migrations.sql import run

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    run("ALTER TABLE checkin_dirty ADD COLUMN punched_at timestamptz")
