"""A Postgres of the peers' own: Debian's, as it ships, with fsync on."""

import os
import shutil
import subprocess
import time
from pathlib import Path

PORT = 15432
BINARIES = Path(os.environ.get("PG_BIN", "/usr/lib/postgresql/15/bin"))


class Postgres:
    """A cluster in a directory, on 127.0.0.1, where everybody local is trusted."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Make it anew and start it."""
        shutil.rmtree(self.place, ignore_errors=True)
        self.place.mkdir(parents=True)
        if os.getuid() == 0:
            shutil.chown(self.place, "postgres", "postgres")
        initdb = [BINARIES / "initdb", "-D", self.place, "-U", "postgres", "-A", "trust", "--locale=C", "-E", "UTF8"]
        subprocess.run(_as_postgres(*initdb), check=True, stdout=subprocess.DEVNULL, cwd="/")
        options = ["-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200"]
        with (self.place.parent / "peers-postgres.log").open("ab") as log:
            self.process = subprocess.Popen(
                _as_postgres(BINARIES / "postgres", "-D", self.place, "-p", PORT, "-k", self.place, *options),
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd="/",
            )
        for _ in range(100):
            if subprocess.run([BINARIES / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(PORT)]).returncode == 0:
                return
            time.sleep(0.1)
        raise RuntimeError("Postgres did not start")

    def run(self, database: str, *options: str | Path) -> None:
        """psql with these options."""
        command: list[str | Path] = [
            BINARIES / "psql",
            "-q",
            "-X",
            "-v",
            "ON_ERROR_STOP=1",
            "-h",
            "127.0.0.1",
            "-p",
            str(PORT),
        ]
        quiet = ["-c", "SET client_min_messages = warning"]
        subprocess.run(
            [*command, "-U", "postgres", "-d", database, *quiet, *options], check=True, stdout=subprocess.DEVNULL
        )

    def create(self, database: str) -> None:
        kind = "TEMPLATE template0 ENCODING UTF8 LC_COLLATE 'C' LC_CTYPE 'C'"
        self.run("postgres", "-c", f'CREATE DATABASE "{database}" {kind}')

    def analyze(self) -> None:
        command: list[str | Path] = [
            BINARIES / "vacuumdb",
            "-q",
            "-a",
            "-z",
            "-h",
            "127.0.0.1",
            "-p",
            str(PORT),
            "-U",
            "postgres",
        ]
        subprocess.run(command, check=True)

    def stop(self) -> None:
        if self.process:
            self.process.send_signal(2)
            self.process.wait(60)
            self.process = None


def _as_postgres(*command: object) -> list[str]:
    words = [str(word) for word in command]
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", *words] if os.getuid() == 0 else words
