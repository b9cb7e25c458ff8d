"""Which key does what."""

from typing import TYPE_CHECKING

from prompt_toolkit.application import get_app
from prompt_toolkit.filters import Condition, completion_is_selected, has_completions
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

from . import commands

if TYPE_CHECKING:
    from .screen import Screen


def bindings(screen: "Screen") -> KeyBindings:
    """The screen's keys; what is not here edits the line, as in any shell."""
    keys = KeyBindings()
    _moving(keys, screen)
    _meaning(keys, screen)
    return keys


def _moving(keys: KeyBindings, screen: "Screen") -> None:
    finding = Condition(lambda: screen.finding)
    empty = Condition(lambda: not screen.buffer.text or screen.marked is not None)

    nothing_typed = Condition(lambda: not screen.buffer.text)

    @keys.add("c-n", filter=~has_completions)
    @keys.add("escape", "down")
    @keys.add("tab", filter=nothing_typed & ~finding)
    def _(event: KeyPressEvent) -> None:
        screen.step(1)

    @keys.add("c-p", filter=~has_completions)
    @keys.add("escape", "up")
    @keys.add("s-tab", filter=nothing_typed & ~finding)
    def _(event: KeyPressEvent) -> None:
        screen.step(-1)

    @keys.add("pageup")
    def _(event: KeyPressEvent) -> None:
        screen.scroll += 10

    @keys.add("pagedown")
    def _(event: KeyPressEvent) -> None:
        screen.scroll = max(0, screen.scroll - 10)

    @keys.add("up", filter=finding)
    def _(event: KeyPressEvent) -> None:
        screen.place = max(0, screen.place - 1)

    @keys.add("down", filter=finding)
    def _(event: KeyPressEvent) -> None:
        screen.place = max(0, min(len(screen.found) - 1, screen.place + 1))

    @keys.add("tab", filter=~nothing_typed & ~finding)
    def _(event: KeyPressEvent) -> None:
        if screen.buffer.complete_state:
            screen.buffer.complete_next()
        else:
            screen.buffer.start_completion(select_first=True)

    @keys.add("s-tab", filter=has_completions)
    def _(event: KeyPressEvent) -> None:
        screen.buffer.complete_previous()

    @keys.add("tab", filter=finding)
    def _(event: KeyPressEvent) -> None:
        screen.pick()

    @keys.add("up", filter=empty & ~finding & ~has_completions)
    def _(event: KeyPressEvent) -> None:
        _mark(screen, -1)

    @keys.add("down", filter=empty & ~finding & ~has_completions)
    def _(event: KeyPressEvent) -> None:
        _mark(screen, 1)


def _mark(screen: "Screen", by: int) -> None:
    try:
        screen.mark(by)
    except commands.NoConversation as problem:
        screen.notice = str(problem)


def _meaning(keys: KeyBindings, screen: "Screen") -> None:
    @keys.add("enter", filter=has_completions & completion_is_selected)
    def _(event: KeyPressEvent) -> None:
        screen.buffer.complete_state = None

    @keys.add("enter", filter=~(has_completions & completion_is_selected))
    def _(event: KeyPressEvent) -> None:
        screen.enter()

    @keys.add("escape", "enter")
    def _(event: KeyPressEvent) -> None:
        screen.buffer.insert_text("\n")

    @keys.add("escape")
    def _(event: KeyPressEvent) -> None:
        screen.back()

    @keys.add("f1")
    def _(event: KeyPressEvent) -> None:
        screen.attempt(commands.carry_out(screen, "/help"))

    @keys.add("f2")
    def _(event: KeyPressEvent) -> None:
        screen.find("")

    @keys.add("f3")
    def _(event: KeyPressEvent) -> None:
        screen.attempt(screen.readers())

    @keys.add("f4")
    def _(event: KeyPressEvent) -> None:
        screen.attempt(screen.recall())

    @keys.add("c-q")
    @keys.add("c-c")
    def _(event: KeyPressEvent) -> None:
        screen.close(sign_out=False)

    @keys.add("c-l")
    def _(event: KeyPressEvent) -> None:
        get_app().renderer.clear()
