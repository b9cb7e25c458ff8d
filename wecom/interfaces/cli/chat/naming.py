"""What to call people and conversations, and what a message says in one line."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from .state import Ask, Conversation, Message, State

UNSEEN = "…"
FILES = {"image": "picture", "file": "file"}
EVERYONE = ("all", "所有人", "everyone")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def member_name(state: State, id: int) -> str:
    """A member as they are called; '…' until that is known."""
    found = state.looked_up.get(Ask("member", id))
    if found:
        return plain(str(found["name"]))
    if id == state.me.id:
        return plain(state.me.name)
    return UNSEEN


def sender_name(state: State, conversation: Conversation, id: int) -> str:
    """Who speaks: a member, or an app or robot of this conversation."""
    if state.looked_up.get(Ask("member", id)) or id == state.me.id:
        return member_name(state, id)
    if conversation.kind == "app":
        return plain(conversation.name)
    role = (conversation.participants or {}).get(id, "")
    if role in ("app", "robot") or id == conversation.app_id:
        return role or "app"
    return "robot" if Ask("member", id) in state.looked_up else UNSEEN


def title(state: State, conversation: Conversation) -> str:
    """What a conversation is called in the list."""
    if conversation.peer_id is not None:
        return member_name(state, conversation.peer_id)
    if conversation.name:
        return plain(conversation.name)
    others = [id for id in conversation.participants or {} if id != state.me.id]
    return ", ".join(member_name(state, id) for id in others[:4]) or f"group of {conversation.members}"


def in_order(state: State) -> list[Conversation]:
    """Conversations, the liveliest first; a group in which nothing was said yet is something new."""

    def liveliness(each: Conversation) -> tuple[str, int]:
        silent = "" if each.kind == "direct" else "new"
        return (each.last.sent_at if each.last else silent, each.id)

    return sorted(state.conversations.values(), key=liveliness, reverse=True)


def named_by(conversation: Conversation) -> list[int]:
    """Whom to know by name to list a conversation."""
    found = [conversation.peer_id] if conversation.peer_id else []
    return found + ([conversation.last.sender_id] if conversation.last else [])


def people_of(conversation: Conversation) -> list[int]:
    """Whom to know by name to show a conversation."""
    found = named_by(conversation)
    found += [each.sender_id for each in (conversation.messages or {}).values()]
    found += list(conversation.participants or {})[:500]
    return list(dict.fromkeys(found))


def one_line(content: Mapping[str, Any] | None) -> str:
    """A message in one line."""
    if content is None:
        return "(taken back)"
    if content["msgtype"] == "news":
        return plain(" · ".join(each["title"] for each in content["articles"]))
    if content["msgtype"] in FILES:
        return plain(about_file(content))
    return " ".join(plain(str(content.get("content") or content.get("title") or content["msgtype"])).split())


def marked(hit: Mapping[str, Any]) -> str:
    """A found message's excerpt, with [brackets] around what was found."""
    units = str(hit["excerpt"]).encode("utf-16-le")
    text, at = "", 0
    for start, end in hit["highlights"]:
        text += f"{_of_units(units, at, start)}[{_of_units(units, start, end)}]"
        at = end
    return plain(text + _of_units(units, at, len(units) // 2))


def about_file(content: Mapping[str, Any]) -> str:
    """A file or picture in one line."""
    sides = f"{content['width']} × {content['height']}, " if content["msgtype"] == "image" else ""
    return f"[{FILES[content['msgtype']]}] {content['name']} ({sides}{size(content['size'])})"


def size(count: int) -> str:
    """Bytes, as people read them."""
    for unit, worth in (("MB", 1 << 20), ("KB", 1 << 10)):
        if count >= worth:
            return f"{count / worth:.1f} {unit}"
    return f"{count} bytes"


def whole_text(message: Message) -> str:
    """A message with all its lines."""
    content = message.content
    if content is None:
        return "(taken back)"
    match content["msgtype"]:
        case "textcard":
            lines = [content["title"], content["description"], content["url"]]
        case "news":
            lines = [line for each in content["articles"] for line in (f"▪ {each['title']}", each.get("url") or "")]
        case "image" | "file":
            lines = [f"{about_file(content)}  /save {message.seq}"]
        case _:
            lines = [str(content.get("content", f"({content['msgtype']})"))]
    return plain("\n".join(line for line in lines if line))


def plain(text: str) -> str:
    """Without what would steer the terminal, or turn the direction of what follows."""
    return _CONTROL.sub("", text.replace("\t", "    "))


def mentions(text: str, people: Iterable[tuple[str, int]]) -> dict[str, Any]:
    """Whom the text calls on, as a message's body says it: `@` and a name, the longest that fits."""
    called: list[int] = []
    everyone = False
    by_length = sorted(people, key=lambda each: -len(each[0]))
    for start in (n + 1 for n, character in enumerate(text) if character == "@"):
        rest = text[start:].casefold()
        everyone = everyone or any(_is_word(rest, name) for name in EVERYONE)
        found = next((id for name, id in by_length if name and _is_word(rest, name.casefold())), None)
        if found is not None and found not in called:
            called.append(found)
    return ({"mentions": called} if called else {}) | ({"everyone": True} if everyone else {})


def clock(sent_at: str, now: datetime | None = None) -> str:
    """When, as short as today allows."""
    try:
        at = datetime.fromisoformat(sent_at).astimezone()
    except ValueError:
        return ""
    now = now or datetime.now().astimezone()
    return at.strftime("%H:%M") if at.date() == now.date() else at.strftime("%m-%d %H:%M")


def _is_word(rest: str, name: str) -> bool:
    """Whether the text goes on with this name and not with a longer Latin word."""
    after = rest[len(name) : len(name) + 1]
    return rest.startswith(name) and not (name[-1:].isascii() and after.isascii() and after.isalnum())


def _of_units(units: bytes, start: int, end: int) -> str:
    return units[2 * start : 2 * end].decode("utf-16-le", "replace")
