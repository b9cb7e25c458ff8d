"""Peers that keep what is said in a Postgres beside them."""

import asyncio
from pathlib import Path

from ..postgres import BINARIES, Postgres
from ..usage import tree
from .peer import Peer


class StoredPeer(Peer):
    """A peer with a Postgres of its own for as long as it is measured."""

    def __init__(self, place: Path) -> None:
        super().__init__(place)
        self.postgres = Postgres(place / f"{self.name}-postgres")

    def missing(self) -> str:
        return "" if (BINARIES / "initdb").exists() else "apt-get install postgresql-15, or name its binaries by PG_BIN"

    async def start(self) -> None:
        await asyncio.to_thread(self.postgres.start)
        await asyncio.to_thread(self.postgres.create, self.name)
        await super().start()

    async def analyze(self) -> None:
        await asyncio.to_thread(self.postgres.analyze)

    async def close(self) -> None:
        await super().close()
        await asyncio.to_thread(self.postgres.stop)

    def groups(self) -> dict[str, list[int]]:
        process = self.postgres.process
        return super().groups() | {"postgres": [each.pid for each in tree([process.pid] if process else [])]}
