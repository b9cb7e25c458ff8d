"""Everybody, and all that was done, as files."""

from collections.abc import AsyncIterator
from functools import partial
from typing import Annotated

import orjson
from pydantic import BaseModel, ConfigDict, Field

from wecom.features import rosters
from wecom.features.accounts import Auditor, Personnel
from wecom.foundation import audit
from wecom.foundation.audit import AuditRecord
from wecom.foundation.db import Db, Pool, Tx
from wecom.foundation.http import Caller, Endpoints, StreamAnswer
from wecom.foundation.instants import written

from ..wire import Id, Text, When

endpoints = Endpoints("/api/console", tag="Console: exports")

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
AT_ONCE = 500
AUDIT_COLUMNS = ("id", "at", "actor_id", "address", "action", "object", "details", "has_content")


class AuditFilter(BaseModel):
    """Which records."""

    model_config = ConfigDict(extra="forbid")
    action: Annotated[Text, Field(max_length=64)] | None = Field(
        None, description="Only this action, for example session.started."
    )
    actor_id: Id | None = Field(None, description="Only what this actor did.")
    since: When | None = Field(None, description="Only what was done then or later; in any zone.")
    until: When | None = Field(None, description="Only what was done before; in any zone.")


@endpoints.get("/members.csv")
async def export_members_as_csv(tx: Tx, pool: Pool, me: Personnel, caller: Caller) -> StreamAnswer:
    """Everybody who works here, as a table that an import reads again. It leaves a record."""
    await audit.record(tx, me.id, "members.exported", "directory:1", address=caller.address, format="csv")
    return StreamAnswer.of_pieces("members.csv", CSV, rosters.as_csv(pool))


@endpoints.get("/members.xlsx")
async def export_members_as_workbook(tx: Tx, pool: Pool, me: Personnel, caller: Caller) -> StreamAnswer:
    """The same as a workbook."""
    await audit.record(tx, me.id, "members.exported", "directory:1", address=caller.address, format="xlsx")
    pieces = rosters.as_workbook("members", rosters.everybody(pool))
    return StreamAnswer.of_pieces("members.xlsx", XLSX, pieces)


@endpoints.get("/audit.csv")
async def export_audit_as_csv(tx: Tx, pool: Pool, auditor: Auditor, caller: Caller, query: AuditFilter) -> StreamAnswer:
    """What was done, newest first, without contents, as a table. It leaves a record."""
    newest = await _note(tx, auditor, caller, query, "csv")
    return StreamAnswer.of_pieces("audit.csv", CSV, _csv(pool, query, newest))


@endpoints.get("/audit.jsonl")
async def export_audit_as_json_lines(
    tx: Tx, pool: Pool, auditor: Auditor, caller: Caller, query: AuditFilter
) -> StreamAnswer:
    """The same, an object on each line."""
    newest = await _note(tx, auditor, caller, query, "jsonl")
    return StreamAnswer.of_pieces("audit.jsonl", "application/x-ndjson", _json_lines(pool, query, newest))


async def _note(tx: Tx, auditor: Auditor, caller: Caller, query: AuditFilter, kind: str) -> int:
    """The record that says so; what comes after it is not exported."""
    asked = query.model_dump(mode="json", exclude_none=True)
    return await audit.record(
        tx, auditor.id, "audit.exported", "audit:records", address=caller.address, format=kind, asked=asked
    )


async def _records(db: Db, query: AuditFilter, newest: int) -> AsyncIterator[list[AuditRecord]]:
    before = newest
    asked = partial(
        audit.records,
        db,
        limit=AT_ONCE,
        action=query.action,
        actor_id=query.actor_id,
        since=query.since,
        until=query.until,
    )
    while found := await asked(before=before):
        yield found
        before = found[-1].id


async def _csv(db: Db, query: AuditFilter, newest: int) -> AsyncIterator[bytes]:
    yield "\ufeff".encode() + rosters.csv_of([AUDIT_COLUMNS])
    async for page in _records(db, query, newest):
        yield rosters.csv_of([[rosters.harmless(cell) for cell in _cells(each)] for each in page])


def _cells(each: AuditRecord) -> list[str]:
    actor = "" if each.actor_id is None else str(each.actor_id)
    details = orjson.dumps(each.details).decode()
    has_content = str(int(each.commitment is not None))
    return [str(each.id), written(each.at), actor, each.address, each.action, each.object, details, has_content]


async def _json_lines(db: Db, query: AuditFilter, newest: int) -> AsyncIterator[bytes]:
    async for page in _records(db, query, newest):
        yield b"".join(
            orjson.dumps(
                {
                    "id": each.id,
                    "at": written(each.at),
                    "actor_id": each.actor_id,
                    "address": each.address,
                    "action": each.action,
                    "object": each.object,
                    "details": each.details,
                    "has_content": each.commitment is not None,
                },
                option=orjson.OPT_APPEND_NEWLINE,
            )
            for each in page
        )
