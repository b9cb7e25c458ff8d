"""Logs: JSON lines for machines, readable ones on a terminal; one line per event, to stderr."""

import logging
import sys
from datetime import UTC, datetime
from typing import Any, TextIO

import orjson

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def set_up(process: str, level: str, *, all_requests: bool, to: TextIO | None = None) -> None:
    """Log as `process`, to stderr unless another place is given; replaces what was set up before."""
    stream = to or sys.stderr
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Readable(process) if stream.isatty() else Json(process))
    handler.addFilter(Requests(all_requests))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # Theirs are about their own workings: what matters of them comes to us as exceptions.
    for noisy, least in (("asyncio", "WARNING"), ("alembic", "WARNING"), ("aiohttp", "ERROR"), ("asyncpg", "ERROR")):
        logging.getLogger(noisy).setLevel(max(logging.getLevelName(least), logging.getLevelName(level)))


class Requests(logging.Filter):
    """Lets a request's line pass if it failed, or if every one is wanted."""

    def __init__(self, all_requests: bool) -> None:
        super().__init__()
        self.all = all_requests

    def filter(self, record: logging.LogRecord) -> bool:
        status = getattr(record, "status", None)
        return self.all or not isinstance(status, int) or status >= 400


class Json(logging.Formatter):
    """One JSON object per line."""

    def __init__(self, process: str) -> None:
        super().__init__()
        self.process = process

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "process": self.process,
            "pid": record.process,
            "logger": record.name,
            "message": record.getMessage(),
            **_extras(record),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return orjson.dumps(line, default=str).decode()


class Readable(logging.Formatter):
    """Time, level, process, message and what else is known."""

    def __init__(self, process: str) -> None:
        super().__init__()
        self.process = process

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created).strftime("%H:%M:%S")
        known = "".join(f" {name}={value}" for name, value in _extras(record).items() if value not in ("", None))
        line = f"{at} {record.levelname:<7} {self.process}: {record.getMessage()}{known}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def _extras(record: logging.LogRecord) -> dict[str, Any]:
    return {name: value for name, value in vars(record).items() if name not in _STANDARD}
