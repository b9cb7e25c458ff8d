"""How far an import is, and what became of it."""

from dataclasses import dataclass

from wecom.foundation.db import Db

from . import queries
from .model import ImportForgotten, Kind, Line, NoSuchImport, State

LONGEST_ID = 64


@dataclass(frozen=True, slots=True)
class Result:
    """What is known of an import; lines once it is done."""

    kind: Kind
    state: State
    percentage: int
    total: int
    refusal: str
    """The name of why nothing was done; empty otherwise."""
    message: str
    lines: tuple[Line, ...]


async def result(db: Db, jobid: str) -> Result:
    found = await queries.outcome(db, jobid) if jobid.isascii() and len(jobid) <= LONGEST_ID else None
    if found is None:
        raise NoSuchImport
    if found.state == "done" and found.lines is None:
        raise ImportForgotten
    state: State = "done" if found.state == "done" else "running" if found.state == "running" else "waiting"
    return Result(found.kind, state, found.percentage, found.total, found.refusal, found.message, found.lines or ())
