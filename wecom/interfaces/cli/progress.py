"""How far a long run is: one line that is written over on a terminal, now and then a line of its own elsewhere."""

import time
from typing import TextIO

SILENT = 2.0
"""Seconds for which nothing is said: most runs are over by then."""

ON_TERMINAL, ELSEWHERE = 0.2, 5.0


class Progress:
    """Told what is being done, how much of it is, and of how much; 0 where that is not known."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._terminal = out.isatty()
        self._next = time.monotonic() + SILENT
        self._shown = 0

    def __call__(self, what: str, done: int, of: int) -> None:
        if (now := time.monotonic()) < self._next:
            return
        self._next = now + (ON_TERMINAL if self._terminal else ELSEWHERE)
        line = f"{what}: {done:,}" + (f" of {of:,}" if of else "")
        if self._terminal:
            self._out.write("\r" + line.ljust(self._shown))
            self._shown = len(line)
        else:
            self._out.write(line + "\n")
        self._out.flush()

    def end(self) -> None:
        """Leave the terminal's line empty."""
        if self._shown:
            self._out.write("\r" + " " * self._shown + "\r")
            self._shown = 0
