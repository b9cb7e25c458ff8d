"""What can be typed after a slash."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wecom.foundation.errors import Invalid

from . import files, naming
from .people import the_one

if TYPE_CHECKING:
    from .screen import Screen


MOST_FOUND = 50


class NoConversation(Invalid):
    """Choose a conversation first, with Ctrl-N and Ctrl-P, or find somebody with F2."""


@dataclass(frozen=True, slots=True)
class Command:
    """A word after a slash."""

    usage: str
    summary: str
    do: "Callable[[Screen, str], Awaitable[None]]"


KEYS = (
    "Enter          send (Alt-Enter: a new line)",
    "Ctrl-N Ctrl-P  the next, the previous conversation (also Tab, Shift-Tab)",
    "PgUp PgDn      scroll",
    "↑ ↓            mark a message, with nothing typed; then",
    "   Enter       answers it, with what you type",
    "   F3 F4       shows who has read it; takes it back",
    "F2             find people: by name, pinyin, userid, number",
    "@name          calls on somebody, @all on everyone",
    "Esc            back",
    "Ctrl-Q         leave; what waits is sent at the next start",
)


async def carry_out(screen: "Screen", line: str) -> None:
    """Do what a line that begins with a slash says."""
    word, _, rest = line[1:].partition(" ")
    command = COMMANDS.get(word)
    if command is None:
        raise Invalid(f"There is no /{word}: /help lists what there is.")
    await command.do(screen, rest.strip())


async def _help(screen: "Screen", rest: str) -> None:
    rows = [*KEYS, "", *(f"/{each.usage:<14} {each.summary}" for each in COMMANDS.values())]
    screen.show_page(lambda: ("Keys and commands (Esc: back)", rows))


async def _find(screen: "Screen", rest: str) -> None:
    screen.find(rest)


async def _group(screen: "Screen", rest: str) -> None:
    screen.find("", group=rest)


async def _search(screen: "Screen", rest: str) -> None:
    found = (await screen.client.wire.get("/api/search/messages", q=rest, limit=MOST_FOUND))["hits"]
    screen.client.look_up(*{each["sender_id"] for each in found})

    def page() -> tuple[str, list[str]]:
        state = screen.client.state
        rows = []
        for each in found if state else ():
            assert state
            where = state.conversations.get(each["conversation_id"])
            who = naming.sender_name(state, where, each["sender_id"]) if where else naming.UNSEEN
            place = naming.title(state, where) if where else naming.UNSEEN
            rows.append(f"{naming.clock(each['sent_at'])}  {place} · {who}: {naming.marked(each)}")
        return f"{len(found)} found, the newest first (Esc: back)", rows or ["nothing"]

    screen.show_page(page)


async def _members(screen: "Screen", rest: str) -> None:
    def page() -> tuple[str, list[str]]:
        state, conversation = screen.here()
        rows = []
        for id, role in (conversation.participants or {}).items():
            here = "●" if screen.client.around.online.get(id) else " "
            rows.append(f"{here} {naming.sender_name(state, conversation, id)}  {'' if role == 'member' else role}")
        return f"{conversation.members} members (Esc: back)", rows

    screen.here()
    screen.show_page(page)


async def _rename(screen: "Screen", rest: str) -> None:
    await screen.client.wire.send("PATCH", f"/api/conversations/{screen.here()[1].id}", {"name": rest})


async def _add(screen: "Screen", rest: str) -> None:
    members = [(await the_one(screen.client.wire, word))["id"] for word in rest.replace(",", " ").split()]
    await screen.client.wire.post(f"/api/conversations/{screen.here()[1].id}/participants", {"member_ids": members})


async def _remove(screen: "Screen", rest: str) -> None:
    member = await the_one(screen.client.wire, rest)
    await screen.client.wire.send("DELETE", f"/api/conversations/{screen.here()[1].id}/participants/{member['id']}")


async def _leave(screen: "Screen", rest: str) -> None:
    state, conversation = screen.here()
    await screen.client.wire.send("DELETE", f"/api/conversations/{conversation.id}/participants/{state.me.id}")


async def _end(screen: "Screen", rest: str) -> None:
    await screen.client.wire.send("DELETE", f"/api/conversations/{screen.here()[1].id}")


def _role(role: str) -> Callable[["Screen", str], Awaitable[None]]:
    async def change(screen: "Screen", rest: str) -> None:
        member = await the_one(screen.client.wire, rest)
        path = f"/api/conversations/{screen.here()[1].id}/participants/{member['id']}/role"
        await screen.client.wire.send("PUT", path, {"role": role})

    return change


def _file(msgtype: str) -> Callable[["Screen", str], Awaitable[None]]:
    async def send(screen: "Screen", rest: str) -> None:
        conversation_id = screen.here()[1].id
        screen.notice = f"uploading {naming.plain(rest)} …"
        upload = await files.upload(screen.client.wire, rest)
        screen.notice = ""
        screen.client.say_body(conversation_id, files.body(msgtype, upload))

    return send


async def _save(screen: "Screen", rest: str) -> None:
    number, _, where = rest.partition(" ")
    if not number.isdigit():
        raise Invalid("Say which message: /save NUMBER [PATH], as it stands beside the file.")
    path = await files.save(screen.client.wire, screen.here()[1].id, int(number), where.strip())
    screen.notice = f"saved as {naming.plain(str(path))}"


async def _retry(screen: "Screen", rest: str) -> None:
    for each in [each for each in screen.client.outbox.of(screen.here()[1].id) if each.failed]:
        screen.client.retry(each.client_id)


async def _drop(screen: "Screen", rest: str) -> None:
    for each in [each for each in screen.client.outbox.of(screen.here()[1].id) if each.failed]:
        screen.client.outbox.drop(each.client_id)


async def _leave_screen(screen: "Screen", rest: str) -> None:
    screen.close(sign_out=False)


async def _sign_out(screen: "Screen", rest: str) -> None:
    screen.close(sign_out=True)


COMMANDS: dict[str, Command] = {
    "help": Command("help", "this page", _help),
    "find": Command("find TEXT", "people; Enter talks with one, Tab picks several", _find),
    "search": Command("search WORDS", "messages, in all conversations; in quotes: side by side", _search),
    "group": Command("group NAME", "start a group: pick people with Tab, then Enter", _group),
    "members": Command("members", "who takes part", _members),
    "name": Command("name NEW", "rename the group", _rename),
    "add": Command("add WHO…", "bring people in, by userid or name", _add),
    "remove": Command("remove WHO", "put somebody out", _remove),
    "owner": Command("owner WHO", "make somebody the owner", _role("owner")),
    "admin": Command("admin WHO", "make somebody an administrator", _role("administrator")),
    "plain": Command("plain WHO", "an ordinary member again", _role("member")),
    "leave": Command("leave", "leave the group", _leave),
    "end": Command("end", "end the group for everybody", _end),
    "file": Command("file PATH", "send a file", _file("file")),
    "picture": Command("picture PATH", "send a picture, to be shown", _file("image")),
    "save": Command("save N [PATH]", "save a file that was sent", _save),
    "retry": Command("retry", "send again what was refused here", _retry),
    "drop": Command("drop", "forget what was refused here", _drop),
    "signout": Command("signout", "sign this terminal out", _sign_out),
    "quit": Command("quit", "leave; you stay signed in", _leave_screen),
}
