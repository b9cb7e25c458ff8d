"""What a terminal client keeps between two runs: who was signed in where, and what waits to be sent."""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from .outbox import write_private


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody's session on a server."""

    url: str
    userid: str
    token: str


class Keep:
    """The folder for state that the XDG rules name, readable to its owner only."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.file = place / "chat.json"

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> "Keep":
        home = environ.get("XDG_STATE_HOME", "")
        return cls((Path(home) if home.startswith("/") else Path.home() / ".local" / "state") / "wecom")

    def account(self, url: str, userid: str) -> Account | None:
        """The session kept for this server and person; the latest used, where neither is named."""
        fitting = (
            each
            for each in self._accounts()
            if url in ("", each.url) and userid.casefold() in ("", each.userid.casefold())
        )
        return next(fitting, None)

    def remember(self, account: Account) -> None:
        """Keep a session, as the latest used."""
        others = [each for each in self._accounts() if (each.url, each.userid) != (account.url, account.userid)]
        write_private(self.file, json.dumps([asdict(each) for each in (account, *others)], indent=1))

    def forget(self, account: Account) -> None:
        others = [each for each in self._accounts() if (each.url, each.userid) != (account.url, account.userid)]
        write_private(self.file, json.dumps([asdict(each) for each in others], indent=1))

    def outbox(self, account: Account) -> Path:
        """Where this person's unsent messages lie."""
        name = re.sub(r"[^A-Za-z0-9.-]+", "_", f"{account.url.partition('//')[2]}-{account.userid}")
        return self.place / f"outbox-{name}.json"

    def _accounts(self) -> list[Account]:
        try:
            if self.file.stat().st_mode & 0o077:
                os.chmod(self.file, 0o600)  # it holds tokens, whoever made it readable
            return [Account(**each) for each in json.loads(self.file.read_text())]
        except (OSError, ValueError, TypeError):
            return []
