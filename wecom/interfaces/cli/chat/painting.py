"""The parts of the screen as lines of styled text: functions of what is known, and of nothing else.

Widths are those that a terminal gives: a Chinese character takes two columns.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.utils import get_cwidth

from . import naming
from .outbox import Pending
from .state import MOST_UNREAD, Conversation, Message, State

Line = StyleAndTextTuples

STYLE = {
    "bar": "reverse",
    "bar.good": "reverse ansigreen",
    "bar.bad": "reverse ansired",
    "chosen": "reverse",
    "dim": "ansibrightblack",
    "me": "bold ansicyan",
    "them": "bold",
    "unread": "bold ansiyellow",
    "marked": "bg:ansibrightblack ansiwhite",
    "quote": "italic ansibrightblack",
    "failed": "ansired",
    "rule": "ansibrightblack",
    "notice": "ansiyellow",
}


@dataclass(frozen=True, slots=True)
class View:
    """What the message pane shows: how far it is scrolled up, and which message is marked."""

    width: int
    height: int
    scroll: int = 0
    marked: int | None = None


def fit(text: str, width: int) -> str:
    """Exactly so many columns: cut with an ellipsis, or filled up."""
    if get_cwidth(text) <= width:
        return text + " " * (width - get_cwidth(text))
    kept, left = "", width - 1
    for character in text:
        left -= get_cwidth(character)
        if left < 0:
            break
        kept += character
    return fit(kept + "…", width) if width > 0 else ""


def wrapped(text: str, width: int) -> list[str]:
    """Lines of at most so many columns, broken at spaces where there are some."""
    lines = []
    for paragraph in text.split("\n"):
        line, columns, space = "", 0, -1
        for character in paragraph:
            takes = get_cwidth(character)
            if columns + takes > max(width, 2):
                if space > 0 and character != " ":
                    lines.append(line[:space])
                    line = line[space + 1 :]
                else:
                    lines.append(line)
                    line = ""
                columns, space = get_cwidth(line), -1
                if character == " ":
                    continue
            if character == " ":
                space = len(line)
            line, columns = line + character, columns + takes
        lines.append(line)
    return lines


def list_of_conversations(state: State, chosen: int | None, width: int, height: int) -> list[Line]:
    """Two lines each: the name with what is unread, and the last thing said."""
    lines: list[Line] = []
    listed = naming.in_order(state)
    place = next((n for n, each in enumerate(listed) if each.id == chosen), 0)
    first = max(0, min(place - height // 4, len(listed) - height // 2))
    for each in listed[first : first + (height + 1) // 2]:
        style = "class:chosen" if each.id == chosen else "class:unread" if each.unread else ""
        count = f"{each.unread}+" if each.unread >= MOST_UNREAD else str(each.unread)
        badge = f" {'@' if each.mentioned else ''}{count}" if each.unread else ""
        lines.append([(style, fit(" " + naming.title(state, each), width - get_cwidth(badge)) + badge)])
        last = ""
        if each.last:
            who = "" if each.peer_id else naming.sender_name(state, each, each.last.sender_id) + ": "
            last = who + naming.one_line(each.last.content)
        lines.append([("class:chosen" if each.id == chosen else "class:dim", fit("  " + last, width))])
    return lines[:height]


def messages(
    state: State, conversation: Conversation, pending: Sequence[Pending], readers: dict[int, Any], view: View
) -> tuple[list[Line], int, bool]:
    """The lines of the message pane, the scroll that was possible, and whether older ones were wanted."""
    lines: list[Line] = []  # from the last upwards
    scroll, wanted = view.scroll, view.height + view.scroll
    for block, seq in _blocks(state, conversation, pending, readers, view):
        if seq is not None and seq == view.marked:
            top, bottom = len(lines) + len(block), len(lines)
            scroll = max(scroll, top - view.height) if top > scroll + view.height else min(scroll, bottom)
            wanted = view.height + scroll
        lines += reversed(block)
        if len(lines) >= wanted and (view.marked is None or (seq is not None and seq <= view.marked)):
            break
    older = len(lines) < view.height + scroll
    if conversation.known_from is None:
        lines.append([("class:dim", "loading…")])
    elif older and conversation.known_from <= conversation.from_seq:
        lines.append([("class:dim", fit("── the beginning of what you can see ──", view.width))])
    scroll = max(0, min(scroll, len(lines) - view.height))
    shown = lines[scroll : scroll + view.height]
    empty: list[Line] = [[]] * (view.height - len(shown))
    return empty + shown[::-1], scroll, older


def _blocks(
    state: State, conversation: Conversation, pending: Sequence[Pending], readers: dict[int, Any], view: View
) -> Iterator[tuple[list[Line], int | None]]:
    """Messages as blocks of lines, the newest first."""
    for each in reversed([each for each in pending if each.seq is None or each.failed]):
        note = f"✗ {each.failed} (/retry or /drop)" if each.failed else "… waiting"
        style = "class:failed" if each.failed else "class:dim"
        block: list[Line] = [[("class:me", naming.member_name(state, state.me.id)), (style, f"  {naming.plain(note)}")]]
        content = naming.plain(str(each.body.get("content") or f"[{naming.FILES.get(each.body['msgtype'], '')}]"))
        yield block + [[(style, "  " + line)] for line in wrapped(content, view.width - 2)], None
    for seq, message in reversed(list((conversation.messages or {}).items())):
        yield _block(state, conversation, message, readers.get(seq), view), seq


def _block(state: State, conversation: Conversation, message: Message, readers: Any, view: View) -> list[Line]:
    mine = message.sender_id == state.me.id
    head: Line = [
        ("class:me" if mine else "class:them", naming.sender_name(state, conversation, message.sender_id)),
        ("class:dim", f"  {naming.clock(message.sent_at)}"),
    ]
    if readers is not None:
        count, all_of_them = len(readers["read"]), len(readers["read"]) + len(readers["unread"])
        read = ("read" if count else "not read yet") if conversation.peer_id else f"read by {count} of {all_of_them}"
        head.append(("class:dim", f"  ✓ {read}"))
    lines: list[Line] = [head]
    if message.reply_to is not None and not message.recalled:
        quoted = (conversation.messages or {}).get(message.reply_to)
        who = naming.sender_name(state, conversation, quoted.sender_id) if quoted else ""
        text = f"┆ {who}: {naming.one_line(quoted.content)}" if quoted else "┆ (an earlier message)"
        lines.append([("class:quote", fit("  " + text, view.width).rstrip())])
    style = "class:dim" if message.recalled else "class:unread" if message.calls_on(state.me.id) else ""
    lines += [[(style, "  " + line)] for line in wrapped(naming.whole_text(message), view.width - 2)]
    if view.marked == message.seq:
        lines = [[("class:marked", fit("".join(part[1] for part in line), view.width))] for line in lines]
    return lines


def bar(left: str, right: str, width: int, *, good: bool = True) -> Line:
    """A line across the screen: what is where, and how the connection stands."""
    right = f" {right} "
    style = "class:bar.good" if good else "class:bar.bad"
    return [("class:bar", fit(" " + left, max(0, width - get_cwidth(right)))), (style, right)]


def page(title: str, rows: Sequence[str], width: int, height: int, chosen: int | None = None) -> list[Line]:
    """A list that stands in the place of the messages for a while."""
    lines: list[Line] = [[("class:them", fit(title, width))]]
    first = max(0, (chosen or 0) - (height - 2))
    for n, row in enumerate(rows[first : first + height - 1], first):
        lines.append([("class:chosen" if n == chosen else "", fit(row, width))])
    return lines
