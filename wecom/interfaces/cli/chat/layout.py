"""Where on the screen what is drawn, and what is offered while something is typed."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.layout import Float, FloatContainer, HSplit, Layout, UIContent, UIControl, VSplit, Window
from prompt_toolkit.layout.controls import BufferControl
from prompt_toolkit.layout.dimension import Dimension
from prompt_toolkit.layout.menus import CompletionsMenu

from . import naming
from .commands import COMMANDS, NoConversation
from .painting import Line
from .state import Ask

if TYPE_CHECKING:
    from .screen import Screen

Paint = Callable[[int, int], list[Line]]


class Painted(UIControl):
    """A part of the screen that is drawn to the size it has."""

    def __init__(self, paint: Paint) -> None:
        self.paint = paint

    def create_content(self, width: int, height: int) -> UIContent:
        lines = self.paint(width, height) or [[]]
        return UIContent(get_line=lambda n: lines[n], line_count=len(lines), show_cursor=False)


def layout(screen: "Screen") -> Layout:
    """The whole screen; at 80 columns and 24 lines everything has its place."""

    def one_line(paint: Callable[[int], Line]) -> Window:
        return Window(Painted(lambda width, height: [paint(width)]), height=1)

    def prompt(line: int, wrap: int) -> Line:
        return [("class:me", "> " if not (line or wrap) else "  ")]

    written = Window(
        BufferControl(screen.buffer),
        height=Dimension(min=1, max=4),
        dont_extend_height=True,
        wrap_lines=True,
        get_line_prefix=prompt,
    )
    left = Window(Painted(screen.conversations), width=screen.list_width)
    right = HSplit([one_line(screen.header), Window(Painted(screen.body))])
    rows = [
        one_line(screen.bar),
        VSplit([left, Window(width=1, char="│", style="class:rule"), right]),
        one_line(screen.below),
        written,
        one_line(screen.help),
    ]
    menu = Float(CompletionsMenu(max_height=6), xcursor=True, ycursor=True)
    return Layout(FloatContainer(HSplit(rows), [menu]), focused_element=written)


def completer(screen: "Screen") -> Completer:
    return _Names(screen)


class _Names(Completer):
    """After `@`, who takes part; after `/`, the commands."""

    def __init__(self, screen: "Screen") -> None:
        self.screen = screen

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        before = document.text_before_cursor
        if self.screen.finding:
            return
        if before.startswith("/") and " " not in before:
            for name, command in COMMANDS.items():
                if name.startswith(before[1:]):
                    yield Completion(name + " ", -len(before) + 1, display_meta=command.summary)
            return
        _, at, word = before.rpartition("@")
        if at and "\n" not in word and len(word) <= 32:
            yield from self._people(word.casefold())

    def _people(self, word: str) -> Iterable[Completion]:
        try:
            state, held = self.screen.here()
        except NoConversation:
            return
        if "all".startswith(word) and held.peer_id is None:
            yield Completion("all ", -len(word), display_meta="everyone")
        for id in held.participants or {}:
            name = naming.member_name(state, id)
            known = state.looked_up.get(Ask("member", id)) or {}
            if id != state.me.id and (name.casefold().startswith(word) or known.get("userid", "").startswith(word)):
                yield Completion(name + " ", -len(word), display_meta=known.get("userid", ""))
