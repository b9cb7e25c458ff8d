"""Prosody, as Debian packages it; accounts, rooms and the archive of messages in Postgres."""

import os
import shutil
from pathlib import Path

from ..postgres import PORT
from .xmpp import ROOMS, XmppPeer


class Prosody(XmppPeer):
    name = "prosody"
    port = 15230
    settings = "SCRAM-SHA-1, 10000 rounds, by SASL PLAIN; mod_limits off, no presence in rooms, blocklist cache raised"

    def missing(self) -> str:
        here = shutil.which("prosody") and any(Path("/usr/lib").glob("*/lua/5.*/dbd/postgresql.so"))
        return super().missing() if here else "apt-get install prosody lua-dbi-postgresql"

    async def prepare(self) -> None:
        database = f'driver = "PostgreSQL", database = "{self.name}", username = "postgres", password = ""'
        (self.place / "prosody.cfg.lua").write_text(f"""
pidfile = "{self.place}/prosody.pid"; data_path = "{self.place}/data"; plugin_paths = {{}}
modules_enabled = {{ "roster", "saslauth", "disco", "ping", "register_ibr", "smacks", "blocklist" }}
modules_disabled = {{ "s2s", "tls", "limits" }}
allow_registration = true
interfaces = {{ "127.0.0.1" }}; c2s_ports = {{ {self.port} }}
c2s_require_encryption = false; allow_unencrypted_plain_auth = true
authentication = "internal_hashed"
blocklist_cache_size = 100000
storage = "sql"; sql = {{ {database}, host = "127.0.0.1", port = {PORT} }}
network_settings = {{ tcp_backlog = 1024 }}
log = {{ warn = "{self.place}/prosody.log" }}
run_as_root = true
VirtualHost "localhost"
Component "{ROOMS}" "muc"
  modules_enabled = {{ "muc_mam" }}
  muc_log_by_default = true; muc_log_all_rooms = true; max_archive_query_results = 250
  muc_room_locking = false; muc_room_default_persistent = true
  muc_room_default_presence_broadcast = {{ visitor = false, participant = false, moderator = false }}
""")
        (self.place / "data").mkdir()
        if os.getuid() == 0:
            for path in (self.place, *self.place.rglob("*")):
                shutil.chown(path, "prosody", "prosody")

    def launch(self) -> None:
        root = ["setpriv", "--reuid=prosody", "--regid=prosody", "--init-groups"] if os.getuid() == 0 else []
        self.spawn([*root, "prosody", "--config", self.place / "prosody.cfg.lua", "-F"])
