"""The screen: conversations to the left, what is said to the right, one line to write on.

It draws what the client knows and turns keys into the client's verbs; it decides nothing else.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from prompt_toolkit.application import Application
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.input import Input
from prompt_toolkit.output import Output

from wecom.foundation.errors import WecomError

from . import commands, naming, painting
from .client import Client
from .keys import bindings
from .layout import completer, layout
from .outbox import Outbox
from .painting import Line, View
from .people import found_by
from .state import Conversation, State
from .wire import SignedOut, Wire

Page = Callable[[], tuple[str, Sequence[str]]]
"""A title and rows."""

NARROW, WIDE = 22, 32
HELP = "F1 help  F2 find people  Tab conversation  PgUp scroll  ↑ mark  Ctrl-Q leave"
HELP_MARKED = "Enter answer  F3 who has read  F4 take back  Esc back"
HELP_FINDING = "type a name, pinyin, userid  ↑↓ choose  Tab pick several  Enter talk  Esc back"


async def chat(wire: Wire, outbox: Outbox, *, input: Input | None = None, output: Output | None = None) -> bool:
    """Chat until the person leaves; whether they want to be signed out. Raises `SignedOut`."""
    return await Screen(Client(wire, outbox), input, output).run()


class Screen:
    """What is chosen, scrolled to, marked and typed."""

    def __init__(self, client: Client, input: Input | None = None, output: Output | None = None) -> None:
        self.client = client
        self.chosen: int | None = None
        self.scroll = 0
        self.marked: int | None = None
        self.notice = ""
        self.page: Page | None = None
        self.finding = False
        self.found: list[dict[str, Any]] = []
        self.place = 0
        self.picked: dict[int, str] = {}
        self.group_name: str | None = None
        self.drafts: dict[int, str] = {}
        self._search: asyncio.Task[None] | None = None
        self._marking: dict[int, int] = {}
        self._asking: set[tuple[int, int]] = set()
        self.buffer = Buffer(multiline=True, completer=completer(self), complete_while_typing=True)
        self.buffer.on_text_changed += lambda _: self._typed()
        self.app: Application[bool] = Application(
            layout(self),
            key_bindings=bindings(self),
            style=painting_style(),
            full_screen=True,
            refresh_interval=2,
            input=input,
            output=output,
        )
        self.app.ttimeoutlen = 0.05
        self.app.timeoutlen = 0.3
        client.changed = self.app.invalidate

    async def run(self) -> bool:
        """Until the person leaves; whether they want to be signed out."""
        running = asyncio.ensure_future(self.client.run())
        running.add_done_callback(self._ended)
        try:
            return await self.app.run_async()
        finally:
            running.cancel()

    def close(self, *, sign_out: bool) -> None:
        if not self.app.is_done:
            self.app.exit(result=sign_out)

    def here(self) -> tuple[State, Conversation]:
        """What is known, and the conversation that is looked at; raises `NoConversation`."""
        state = self.client.state
        held = state.conversations.get(self.chosen) if state and self.chosen is not None else None
        if state is None or held is None:
            raise commands.NoConversation
        return state, held

    def choose(self, conversation_id: int) -> None:
        """Look at a conversation; what was being written stays with the other."""
        if self.chosen is not None:
            self.drafts[self.chosen] = self.buffer.text
        self.back()
        self.chosen, self.scroll, self.marked = conversation_id, 0, None
        draft = self.drafts.pop(conversation_id, "")
        self.buffer.text = draft
        self.buffer.cursor_position = len(draft)

    def step(self, by: int) -> None:
        """To the next conversation of the list, or the one before."""
        listed = [each.id for each in naming.in_order(self.client.state)] if self.client.state else []
        if listed:
            at = listed.index(self.chosen) if self.chosen in listed else -by
            self.choose(listed[(at + by) % len(listed)])

    def mark(self, by: int) -> None:
        """Mark the message before, or after, the one marked."""
        _, held = self.here()
        seqs = list(held.messages or {})
        if not seqs:
            return
        at = seqs.index(self.marked) + by if self.marked in seqs else len(seqs) - 1
        if at < 0:
            self.client.read_back(held.id)
        self.marked = seqs[max(0, at)] if at < len(seqs) else None
        if self.marked is None:
            self.scroll = 0

    def back(self) -> None:
        """Out of whatever stands before the messages."""
        if self.finding:
            self.buffer.text = ""
        self.page, self.finding, self.marked, self.notice = None, False, None, ""
        self.found, self.picked, self.group_name = [], {}, None

    def find(self, text: str, *, group: str | None = None) -> None:
        """Look for people, with what is typed."""
        self.back()
        self.finding, self.group_name = True, group
        self.buffer.text = text
        self.buffer.cursor_position = len(text)
        self._typed()

    def show_page(self, page: Page) -> None:
        """Show something in the place of the messages, drawn anew whenever something changes."""
        self.page = page

    def enter(self) -> None:
        """What is typed is meant."""
        text = self.buffer.text
        if self.finding:
            self.attempt(self._talk_with_found())
            return
        if not text.strip():
            return
        if text.startswith("/") and not text.startswith("//"):
            self.buffer.reset()
            self.attempt(commands.carry_out(self, text.strip()))
            return
        self.attempt(self._say(text.removeprefix("/") if text.startswith("//") else text))

    def attempt(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something that may be refused, and show why."""

        async def attempted() -> None:
            try:
                self.notice = ""
                await work
            except SignedOut as ended:
                if not self.app.is_done:
                    self.app.exit(exception=ended)
            except WecomError as problem:
                self.notice = str(problem)
            self.app.invalidate()

        self.app.create_background_task(attempted())

    async def readers(self) -> None:
        """A page of who has read the marked message."""
        first, held = self.here()
        if self.marked is None:
            return
        key, answer = (held.id, self.marked), await self.client.ask_readers(held.id, self.marked)

        def page() -> tuple[str, Sequence[str]]:
            state = self.client.state or first
            found: Any = self.client.around.readers.get(key, answer)
            self.client.look_up(*found["read"], *found["unread"])
            rows = [f"✓ {naming.member_name(state, id)}" for id in found["read"]]
            rows += [f"  {naming.member_name(state, id)}" for id in found["unread"]]
            return f"Read by {len(found['read'])}, not by {len(found['unread'])} (Esc: back)", rows

        self.show_page(page)

    async def recall(self) -> None:
        """Take the marked message back."""
        if self.marked is not None:
            _, held = self.here()
            seq, self.marked = self.marked, None
            await self.client.wire.post(f"/api/conversations/{held.id}/messages/{seq}/recall")

    def list_width(self) -> int:
        columns = self.app.output.get_size().columns
        return max(NARROW, min(WIDE, columns // 3))

    def bar(self, width: int) -> Line:
        state, client = self.client.state, self.client
        who = f"{naming.plain(state.me.name)} ({state.me.userid})" if state else ""
        waiting = f" · {client.outbox.waiting} waiting" if client.outbox.waiting else ""
        good = client.status == "connected"
        right = f"{'●' if good else '○'} {client.status}{waiting}"
        return painting.bar(f"{who} at {client.wire.url.partition('//')[2]}", right, width, good=good)

    def conversations(self, width: int, height: int) -> list[Line]:
        if (state := self.client.state) is None:
            return []
        if self.chosen not in state.conversations:
            self.chosen = next((each.id for each in naming.in_order(state)), None)
        self._name(state)
        return painting.list_of_conversations(state, self.chosen, width, height)

    def header(self, width: int) -> Line:
        try:
            state, held = self.here()
        except commands.NoConversation:
            return []
        about = f"{held.members} members" if held.kind in ("group", "appchat") else ""
        if held.peer_id is not None:
            about = "● here" if self.client.around.online.get(held.peer_id) else "○ away"
        return [("class:them", painting.fit(f"{naming.title(state, held)}  {about}  #{held.id}", width))]

    def body(self, width: int, height: int) -> list[Line]:
        """The messages, or what stands before them."""
        if self.finding:
            return self._people(width, height)
        if self.page:
            return painting.page(*self.page(), width, height)
        try:
            state, held = self.here()
        except commands.NoConversation:
            nothing = "No conversation yet: F2 finds people to talk with." if self.client.state else "loading…"
            return painting.page(nothing, [], width, height)
        self.client.open(held.id)
        self.client.watch([held.peer_id] if held.peer_id else list(held.participants or {}))
        readers = self._readers_of_last(state, held)
        view = View(width, height, self.scroll, self.marked)
        lines, self.scroll, older = painting.messages(state, held, self.client.outbox.of(held.id), readers, view)
        if older:
            self.client.read_back(held.id)
        if self.scroll == 0:
            self._read(held)
        return lines

    def below(self, width: int) -> Line:
        """Between the messages and what is typed: a notice, who is typing, what is answered."""
        if self.notice:
            return [("class:notice", painting.fit(self.notice, width))]
        state = self.client.state
        if state and self.marked is not None:
            return [("class:quote", painting.fit("answering the marked message", width))]
        typing = self.client.around.typing_in(self.chosen) if self.chosen is not None else []
        if state and typing:
            names = ", ".join(naming.member_name(state, id) for id in typing[:3])
            return [("class:quote", painting.fit(f"{names} {'is' if len(typing) == 1 else 'are'} typing…", width))]
        return [("class:rule", "─" * width)]

    def help(self, width: int) -> Line:
        text = HELP_FINDING if self.finding else HELP_MARKED if self.marked is not None else HELP
        return [("class:dim", painting.fit(text, width))]

    async def _say(self, text: str) -> None:
        state, held = self.here()
        people = [(naming.member_name(state, id), id) for id in naming.people_of(held)]
        self.client.say(held.id, text, reply_to=self.marked, **naming.mentions(text, people))
        self.scroll, self.marked = 0, None
        self.buffer.reset(append_to_history=True)

    async def _talk_with_found(self) -> None:
        if self.picked or self.group_name is not None:
            members = list(self.picked) or [each["id"] for each in self.found[self.place : self.place + 1]]
            body = {"name": self.group_name or "", "member_ids": members}
            view = await self.client.wire.post("/api/conversations", body)
        elif self.found:
            body = {"member_id": self.found[self.place]["id"]}
            view = await self.client.wire.post("/api/conversations/direct", body)
        else:
            return
        self.back()
        self.client.take_in(view)
        self.choose(view["id"])

    def _people(self, width: int, height: int) -> list[Line]:
        rows = [
            f"{'✓' if each['id'] in self.picked else ' '} {each['name']}  {each['userid']}  {each['position']}"
            for each in self.found
        ]
        named = f" for {self.group_name!r}" if self.group_name else ""
        picked = ": " + ", ".join(self.picked.values()) if self.picked else ""
        return painting.page(f"People{named}{picked}", rows, width, height, self.place)

    def pick(self) -> None:
        """Take the one chosen into the group, or out of it again."""
        if self.place < len(self.found):
            each = self.found[self.place]
            if self.picked.pop(each["id"], None) is None:
                self.picked[each["id"]] = each["name"]

    def _typed(self) -> None:
        text = self.buffer.text
        if self.finding:
            if self._search:
                self._search.cancel()
            self._search = self.app.create_background_task(self._search_soon(text.strip()))
        elif text and not text.startswith("/") and self.chosen is not None:
            self.client.typing(self.chosen)

    async def _search_soon(self, text: str) -> None:
        await asyncio.sleep(0.15)
        try:
            self.found = await found_by(self.client.wire, text) if text else []
        except WecomError as problem:
            self.notice = str(problem)
        self.place = 0
        self.app.invalidate()

    def _name(self, state: State) -> None:
        """Learn the names that are about to be shown."""
        for each in naming.in_order(state)[:100]:
            shown = each.id == self.chosen
            self.client.look_up(*naming.people_of(each)) if shown else self.client.look_up(*naming.named_by(each))

    def _read(self, held: Conversation) -> None:
        """Everything down to the last line has been seen."""
        last = held.last.seq if held.last else 0
        if not held.messages or last <= held.read_seq or self._marking.get(held.id, 0) >= last:
            return
        if self.client.ready.is_set():
            self._marking[held.id] = last
            self.attempt(self._mark_read(held.id, last))

    async def _mark_read(self, conversation_id: int, seq: int) -> None:
        try:
            await self.client.mark_read(conversation_id, seq)
        except WecomError:
            self._marking.pop(conversation_id, None)  # to be tried again when there is a connection
            raise

    def _readers_of_last(self, state: State, held: Conversation) -> dict[int, Any]:
        """Who has read one's own last message, asked when it is new or somebody read on."""
        said = [seq for seq, message in (held.messages or {}).items() if message.sender_id == state.me.id]
        mine = said[-1] if said else None
        if mine is None or held.kind == "app":
            return {}
        known = self.client.around.readers.get((held.id, mine))
        if known is None and (held.id, mine) not in self._asking and self.client.ready.is_set():
            self._asking.add((held.id, mine))
            self.attempt(self._ask_readers(held.id, mine))
        return {mine: known} if known else {}

    async def _ask_readers(self, conversation_id: int, seq: int) -> None:
        try:
            await self.client.ask_readers(conversation_id, seq)
        finally:
            self._asking.discard((conversation_id, seq))

    def _ended(self, running: "asyncio.Future[None]") -> None:
        problem = None if running.cancelled() else running.exception()
        if problem and not self.app.is_done:
            self.app.exit(exception=problem)


def painting_style() -> Any:
    from prompt_toolkit.styles import Style

    return Style.from_dict(painting.STYLE)
