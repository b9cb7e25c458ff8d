"""What was said here and is not yet known to be durable: kept on disk, sent again until it is answered.

The server says a `client_id` once however often it comes, so sending again after a cut, a crash or a
lost answer is always right. Within a conversation one message is under way at a time: what was typed
first is said first, even where the server asked to wait in between.
"""

import json
import os
import secrets
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Pending:
    """A message that waits. `failed` says why the server will not have it; `seq` where it has come to stand."""

    conversation_id: int
    body: dict[str, Any]
    reply_to: int | None = None
    client_id: str = field(default_factory=lambda: f"chat-{secrets.token_hex(12)}")
    written_at: float = field(default_factory=time.time)
    failed: str = ""
    seq: int | None = None

    def frame(self) -> dict[str, Any]:
        """As the socket takes it."""
        names = ("conversation_id", "client_id", "body") + (("reply_to",) if self.reply_to is not None else ())
        return {"type": "send"} | {name: getattr(self, name) for name in names}


class Outbox:
    """Pending messages, oldest first."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self.pending: dict[str, Pending] = {}
        self.under_way: dict[int, str] = {}
        """By conversation: what was sent on the present socket and is not answered."""
        if path and path.exists():
            for each in json.loads(path.read_text() or "[]"):
                self.pending[each["client_id"]] = Pending(**each)

    def __iter__(self) -> Iterator[Pending]:
        return iter(list(self.pending.values()))

    @property
    def waiting(self) -> int:
        """How many are not durable yet, as far as is known."""
        return sum(1 for each in self if not each.failed and each.seq is None)

    def of(self, conversation_id: int) -> list[Pending]:
        return [each for each in self if each.conversation_id == conversation_id]

    def add(self, pending: Pending) -> None:
        self.pending[pending.client_id] = pending
        self.save()

    def cut(self) -> None:
        """The socket is gone: nothing is under way."""
        self.under_way.clear()

    def next(self) -> Iterator[Pending]:
        """What to send now: of each conversation the oldest, where none is under way."""
        for each in self:
            if not each.failed and each.seq is None and each.conversation_id not in self.under_way:
                self.under_way[each.conversation_id] = each.client_id
                yield each

    def answered(self, client_id: str, *, seq: int | None = None, failed: str = "") -> None:
        """It is durable at `seq`, or will never be; neither: it is to be sent again."""
        if (each := self.pending.get(client_id)) is None:
            return
        if self.under_way.get(each.conversation_id) == client_id:
            del self.under_way[each.conversation_id]
        each.seq, each.failed = seq, failed
        self.save()

    def seen(self, client_id: str) -> None:
        """Its entry has come: the message stands in the conversation."""
        if each := self.pending.pop(client_id, None):
            if self.under_way.get(each.conversation_id) == client_id:
                del self.under_way[each.conversation_id]
            self.save()

    def again(self, client_id: str) -> None:
        """Try one that was refused once more, as something new to say."""
        if each := self.pending.pop(client_id, None):
            self.add(Pending(each.conversation_id, each.body, each.reply_to))

    def drop(self, client_id: str) -> None:
        self.seen(client_id)

    def save(self) -> None:
        """Whole or not at all."""
        if self.path is None:
            return
        kept = [asdict(each) for each in self if each.seq is None]
        write_private(self.path, json.dumps(kept, ensure_ascii=False))


def write_private(path: Path, text: str) -> None:
    """For this account's eyes only."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
