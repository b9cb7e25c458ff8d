"""ejabberd, as Debian packages it; accounts, rooms and the archive of messages in Postgres."""

import json
import shutil
from pathlib import Path

from ..postgres import PORT
from .xmpp import ROOMS, XmppPeer

SCHEMA = Path("/usr/share/ejabberd/sql/pg.sql")


class Ejabberd(XmppPeer):
    name = "ejabberd"
    port = 15220
    settings = "SCRAM-SHA-1, 4096 rounds, by SASL PLAIN; shapers off, no presence in rooms, caches raised from 1,000"

    def missing(self) -> str:
        here = shutil.which("erl") and SCHEMA.exists() and any(Path("/usr/lib/erlang/lib").glob("p1_pgsql-*"))
        return super().missing() if here else "apt-get install ejabberd erlang-p1-pgsql"

    async def prepare(self) -> None:
        self.postgres.run(self.name, "-f", SCHEMA)
        modules = ("disco", "roster", "offline", "privacy", "blocking", "ping", "stream_mgmt")
        room = {"persistent": True, "mam": True, "max_users": 10000, "anonymous": False, "presence_broadcast": []}
        everyone = {"access": "all", "access_create": "all", "access_persistent": "all"}
        most = {"max_users": 10000, "max_user_conferences": 1000, "max_users_presence": 10000}
        listener = {"port": self.port, "ip": "127.0.0.1", "module": "ejabberd_c2s", "starttls": False, "backlog": 1024}
        configuration = {
            "hosts": ["localhost"],
            "loglevel": "warning",
            "listen": [listener | {"max_stanza_size": 262144, "shaper": "none", "access": "all"}],
            "sql_type": "pgsql",
            "sql_server": "127.0.0.1",
            "sql_port": PORT,
            "sql_database": self.name,
            "sql_username": "postgres",
            "sql_password": "",
            "sql_keepalive_interval": "1 minute",
            "default_db": "sql",
            "auth_method": "sql",
            "auth_password_format": "scram",
            "cache_size": 100000,
            "registration_timeout": "infinity",
            "modules": {f"mod_{name}": {} for name in modules}
            | {
                "mod_register": {"ip_access": "all", "access": "all"},
                "mod_mam": {"default": "always"},
                "mod_muc": {"host": ROOMS, "default_room_options": room} | everyone | most,
            },
        }
        (self.place / "ejabberd.yml").write_text(json.dumps(configuration, indent=1))

    def launch(self) -> None:
        data = f'"{self.place}/mnesia"'
        self.spawn(
            ["erl", "-noinput", "+K", "true", "+P", "250000", "-mnesia", "dir", data, "-s", "ejabberd"],
            ERL_LIBS="/usr/lib/x86_64-linux-gnu",
            EJABBERD_CONFIG_PATH=self.place / "ejabberd.yml",
            EJABBERD_LOG_PATH=self.place / "ejabberd.log",
            ERL_MAX_PORTS=32000,
            HOME=self.place,
        )
