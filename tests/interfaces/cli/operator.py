"""Whoever types commands."""

import asyncio
import io
import logging
import sys

import pytest

from wecom.interfaces.cli.main import main


class Wecom:
    """Runs commands on one database: here, since a process for each would take most of the time."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.monkeypatch, self.capsys = monkeypatch, capsys

    def set(self, **environment: str) -> None:
        for name, value in environment.items():
            self.monkeypatch.setenv(f"WECOM_{name.upper()}", value)

    async def __call__(self, *words: str, stdin: str = "", status: int = 0) -> tuple[str, str]:
        """What a command printed to standard output and to standard error."""
        self.monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        root = logging.getLogger()
        handlers, level = list(root.handlers), root.level
        try:
            ended = await asyncio.to_thread(main, words)
        finally:
            root.handlers[:], root.level = handlers, level
        printed = self.capsys.readouterr()
        assert ended == status, printed
        return printed.out, printed.err
