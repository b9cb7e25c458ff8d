"""What was read from LDAP, when, and what came of it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from wecom.foundation.db import Db

from . import queries
from .model import NoSuchRun, Run


@dataclass(frozen=True, slots=True)
class Details:
    """All that is known of a run."""

    run: Run
    lines: list[str]
    """What it did, or was to do; who goes first."""
    problems: list[dict[str, str]]
    found: dict[str, Any] | None
    """Of a check."""


async def runs(db: Db, limit: int, before: int | None = None) -> list[Run]:
    """Newest first."""
    return await queries.runs(db, limit, before)


async def details(db: Db, id: int) -> Details:
    run = await queries.run_of(db, id)
    if run is None:
        raise NoSuchRun
    lines, problems = await queries.details_of(db, id)
    return Details(run, lines, problems, await queries.found_by(db, id))


def is_lost(run: Run, patience: timedelta) -> bool:
    """Whether nobody has said for so long that it goes on."""
    return run.ended_at is None and datetime.now(UTC) - run.seen_at > patience
