"""Valkey on a socket in the data directory; it keeps nothing, since nothing may be lost with it."""

import signal
import socket
from pathlib import Path
from urllib.parse import quote

from wecom.foundation.embedded.binaries import runnable, valkey_binary
from wecom.foundation.embedded.server import Server


class EmbeddedValkey(Server):
    title = "valkey"
    names = frozenset({"valkey-server", "redis-server"})
    endings = (signal.SIGTERM,)

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self._socket))}"

    @property
    def _socket(self) -> Path:
        return self.home.run / "valkey.sock"

    async def _prepared(self) -> list[str]:
        binary = runnable(valkey_binary(), self.home.account)
        self.home.own(self.directory)
        settings = {
            "port": "0",
            "unixsocket": str(self._socket),
            "unixsocketperm": "700",
            "dir": str(self.directory),
            "pidfile": str(self._pidfile),
            "save": "",
            "appendonly": "no",
            "maxmemory": "256mb",
            # To refuse is honest; to evict would forget a presence or a limit without a word.
            "maxmemory-policy": "noeviction",
        }
        return [str(binary), *(word for name, value in settings.items() for word in (f"--{name}", value))]

    @property
    def _pidfile(self) -> Path:
        return self.directory / "valkey.pid"

    def _ready(self, pid: int) -> bool:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(0.2)
            try:
                connection.connect(str(self._socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
            except OSError:
                return False

    def _traces(self) -> tuple[Path, ...]:
        return self._pidfile, self._socket
