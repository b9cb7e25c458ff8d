"""Every message from now on, each once and in its conversation's order, whatever the connection does."""

import asyncio
from collections.abc import AsyncIterator, Iterator

from .client import Client
from .state import Conversation, Message


async def follow(client: Client, only: int | None = None) -> AsyncIterator[tuple[int, Message]]:
    """Messages of all conversations, or of one; ends only with what ends the client."""
    told, following = asyncio.Event(), _Following(client)
    client.changed = told.set
    running = asyncio.ensure_future(client.run())
    try:
        while not running.done():
            waiting = asyncio.ensure_future(told.wait())
            await asyncio.wait((running, waiting), return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()
            told.clear()
            for id, message in following.news():
                if only in (None, id):
                    yield id, message
        running.result()
    finally:
        running.cancel()


class _Following:
    """How far each conversation was handed out."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.given: dict[int, int] = {}
        self.from_entries: set[int] = set()
        """Conversations of which all that is new comes as entries, so that no page is asked for."""
        self.begun = False

    def news(self) -> Iterator[tuple[int, Message]]:
        if (state := self.client.state) is None:
            return
        for id, held in sorted(state.conversations.items()):
            if held.messages is None:
                self._begin(held)
            else:
                for message in self._of(held):
                    self.given[id] = message.seq
                    yield id, message
        self.begun = True

    def _begin(self, held: Conversation) -> None:
        if not self.begun:
            self.given[held.id] = held.as_of
            self.from_entries.add(held.id)
            self.client.keep(held.id)
            return
        # New, or loaded anew: what came before its entries do is on a page.
        self.given.setdefault(held.id, held.from_seq)
        self.from_entries.discard(held.id)
        self.client.open(held.id)

    def _of(self, held: Conversation) -> list[Message]:
        given = self.given[held.id]
        if held.id not in self.from_entries:
            if held.known_from is None:
                return []
            if held.known_from > max(given, held.from_seq):
                self.client.read_back(held.id)
                return []
        return [message for seq, message in (held.messages or {}).items() if seq > given]
