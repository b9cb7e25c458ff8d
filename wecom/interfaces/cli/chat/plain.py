"""Line mode: one action a call, or one a line of stdin, for scripts and pipes.

Columns are separated by tabs, and a message is one line, its own line breaks written as \\n; with `--json`
each line is an object. What happened goes to stdout, what went wrong to stderr.
"""

import asyncio
import json
import secrets
import shlex
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from wecom.foundation.errors import Invalid, WecomError

from . import files, naming
from . import state as states
from .client import Client
from .follow import follow
from .outbox import Outbox
from .people import found_by, the_one
from .wire import BackOff, Refused, SignedOut, Unreachable, Wire

PATIENCE = 60.0
"""Seconds in which one message is sent again and again before it is given up."""

Json = Any


class UnknownAction(Invalid):
    """There is no such action: see `wecom chat --help`."""


class WrongWords(Invalid):
    """The action was not given what it needs."""


@dataclass(frozen=True, slots=True)
class Action:
    """Something to do in line mode."""

    usage: str
    summary: str
    least: int
    most: int
    do: "Callable[[Lines, list[str]], Awaitable[None]]"


class Lines:
    """One session in line mode."""

    def __init__(self, wire: Wire, *, as_json: bool) -> None:
        self.wire = wire
        self.as_json = as_json
        self.names: dict[int, str] = {}

    async def do(self, words: Sequence[str]) -> None:
        """Carry out one action; raises what went wrong."""
        action = ACTIONS.get(words[0])
        if action is None:
            raise UnknownAction(f"There is no action {words[0]!r}: there are {', '.join(ACTIONS)}.")
        given = list(words[1:])
        if not action.least <= len(given) <= action.most:
            raise WrongWords(f"usage: wecom chat --plain {action.usage}")
        await action.do(self, given)

    def show(self, *columns: object, **fields: Json) -> None:
        if self.as_json:
            print(json.dumps(fields, ensure_ascii=False), flush=True)
        else:
            print("\t".join(naming.plain(str(each)).replace("\n", "\\n") for each in columns), flush=True)

    async def conversation(self, word: str) -> int:
        """A conversation by its number, or the one with a person, as @userid."""
        if word.isdigit():
            return int(word)
        member = await the_one(self.wire, word.removeprefix("@"))
        return int((await self.wire.post("/api/conversations/direct", {"member_id": member["id"]}))["id"])

    async def name(self, id: int) -> str:
        if id not in self.names:
            found = [each for each in (await self.wire.get("/api/actors", id=id))["actors"] if each["name"]]
            self.names[id] = found[0]["name"] if found else f"actor {id}"
        return self.names[id]

    async def show_message(self, conversation_id: int, message: Json) -> None:
        who = await self.name(message["sender_id"])
        said = states.said(message["seq"], message)
        about = (conversation_id, said.seq, said.sent_at, who, naming.whole_text(said))
        self.show(*about, conversation_id=conversation_id, **message)


async def carry_out(wire: Wire, words: Sequence[str], *, as_json: bool) -> int:
    """Do what the words say; without words, what each line of stdin says. The exit status."""
    lines = Lines(wire, as_json=as_json)
    if words:
        await lines.do(words)
        return 0
    failures = 0
    while line := await asyncio.to_thread(sys.stdin.readline):
        try:
            if given := shlex.split(line, comments=True):
                await lines.do(given)
        except (SignedOut, Unreachable):
            raise
        except (WecomError, ValueError) as problem:
            failures += 1
            print(f"wecom: {problem}", file=sys.stderr, flush=True)
    return 1 if failures else 0


async def _list(lines: Lines, words: list[str]) -> None:
    for each in (await lines.wire.get("/api/conversations"))["conversations"]:
        name = each["name"] or (await lines.name(each["peer_id"]) if each["peer_id"] else f"group of {each['members']}")
        last = naming.one_line(each["last"]["content"]) if each["last"] else ""
        lines.show(each["id"], each["kind"], each["unread"], name, last, **each | {"title": name})


async def _read(lines: Lines, words: list[str]) -> None:
    id, limit = await lines.conversation(words[0]), _number(words[1]) if len(words) > 1 else 50
    found = await lines.wire.get(f"/api/conversations/{id}/messages", limit=limit)
    for each in found["messages"]:
        await lines.show_message(id, each)
    if found["messages"]:
        await lines.wire.post(f"/api/conversations/{id}/read", {"seq": found["messages"][-1]["seq"]})


async def _send(lines: Lines, words: list[str]) -> None:
    id, text = await lines.conversation(words[0]), " ".join(words[1:])
    if text == "-":
        text = (await asyncio.to_thread(sys.stdin.read)).rstrip("\n")
    listed = await lines.wire.get(f"/api/conversations/{id}/participants") if "@" in text else {"participants": []}
    people = [(await lines.name(each["actor_id"]), each["actor_id"]) for each in listed["participants"][:200]]
    body = {"msgtype": "text", "content": text} | naming.mentions(text, people)
    await _say(lines, id, body)


async def _say(lines: Lines, id: int, body: dict[str, Any]) -> None:
    """Until it is durable, or refused for good, or too much time has gone by."""
    draft = {"client_id": f"line-{secrets.token_hex(12)}", "body": body}
    back_off, patient = BackOff(longest=5), asyncio.timeout(PATIENCE)
    async with patient:
        while True:
            try:
                posted = await lines.wire.post(f"/api/conversations/{id}/messages", draft)
                break
            except Unreachable:
                await asyncio.sleep(back_off.pause())
            except Refused as refused:
                if not refused.is_for_now:
                    raise
                await asyncio.sleep(refused.retry_after or back_off.pause())
    lines.show(id, posted["seq"], posted["sent_at"], conversation_id=id, **posted)


def _file(msgtype: str) -> Callable[[Lines, list[str]], Awaitable[None]]:
    async def send(lines: Lines, words: list[str]) -> None:
        id = await lines.conversation(words[0])
        await _say(lines, id, files.body(msgtype, await files.upload(lines.wire, words[1])))

    return send


async def _save(lines: Lines, words: list[str]) -> None:
    id, seq = await lines.conversation(words[0]), _number(words[1])
    path = await files.save(lines.wire, id, seq, words[2] if len(words) > 2 else "")
    lines.show(id, seq, path, conversation_id=id, seq=seq, path=str(path))


async def _follow(lines: Lines, words: list[str]) -> None:
    """Until interrupted, or the session ends."""
    only = await lines.conversation(words[0]) if words else None
    async for id, message in follow(Client(lines.wire, Outbox()), only):
        await lines.show_message(id, {name: getattr(message, name) for name in states.Message.__slots__})


async def _find(lines: Lines, words: list[str]) -> None:
    for each in await found_by(lines.wire, " ".join(words)):
        lines.show(each["id"], each["userid"], each["name"], each["position"], **each)


async def _search(lines: Lines, words: list[str]) -> None:
    for each in (await lines.wire.get("/api/search/messages", q=" ".join(words), limit=50))["hits"]:
        who = await lines.name(each["sender_id"])
        lines.show(each["conversation_id"], each["seq"], each["sent_at"], who, naming.marked(each), **each)


async def _direct(lines: Lines, words: list[str]) -> None:
    lines.show(id := await lines.conversation("@" + words[0]), conversation_id=id)


async def _group(lines: Lines, words: list[str]) -> None:
    ids = [(await the_one(lines.wire, each))["id"] for each in words[1:]]
    view = await lines.wire.post("/api/conversations", {"name": words[0], "member_ids": ids})
    lines.show(view["id"], **view)


async def _readers(lines: Lines, words: list[str]) -> None:
    id = await lines.conversation(words[0])
    found = await lines.wire.get(f"/api/conversations/{id}/messages/{_number(words[1])}/readers")
    for state in ("read", "unread"):
        for member_id in found[state]:
            lines.show(
                state, member_id, name := await lines.name(member_id), state=state, member_id=member_id, name=name
            )


async def _recall(lines: Lines, words: list[str]) -> None:
    id, seq = await lines.conversation(words[0]), _number(words[1])
    await lines.wire.post(f"/api/conversations/{id}/messages/{seq}/recall")
    lines.show(id, seq, conversation_id=id, seq=seq)


def _number(word: str) -> int:
    if not word.isdigit():
        raise WrongWords(f"{word!r} is not a number.")
    return int(word)


MANY = 10_000

ACTIONS: dict[str, Action] = {
    "list": Action("list", "conversations: number, kind, unread, name, last line", 0, 0, _list),
    "read": Action("read ID [COUNT]", "the newest messages of one, marked as read", 1, 2, _read),
    "send": Action("send ID TEXT…", "say something; - takes the text from stdin", 2, MANY, _send),
    "file": Action("file ID PATH", "send a file", 2, 2, _file("file")),
    "picture": Action("picture ID PATH", "send a picture, to be shown", 2, 2, _file("image")),
    "save": Action("save ID SEQ [PATH]", "save a file that was sent", 2, 3, _save),
    "follow": Action("follow [ID]", "every message from now on, until interrupted", 0, 1, _follow),
    "find": Action("find TEXT…", "people, by any part of name, pinyin, userid, …", 1, MANY, _find),
    "search": Action("search WORDS…", "messages, newest first; what was found in [brackets]", 1, MANY, _search),
    "direct": Action("direct USERID", "the conversation with somebody", 1, 1, _direct),
    "group": Action("group NAME USERID…", "start a group", 2, MANY, _group),
    "readers": Action("readers ID SEQ", "who has read a message, and who has not", 2, 2, _readers),
    "recall": Action("recall ID SEQ", "take a message back", 2, 2, _recall),
}
"""By name. An ID is a conversation's number, or @userid for the one with that person."""
