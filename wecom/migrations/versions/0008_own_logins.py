"""Our own client signs in by being scanned too, in the same table as apps do: such a login names no app.

What comes of it is a session, for which another session of the member vouches: it is made in the commit that takes
the login, so that a picture lets one device in and no second.
"""

from wecom.migrations.sql import run

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    run("ALTER TABLE app_logins ALTER COLUMN app_id DROP NOT NULL;")
