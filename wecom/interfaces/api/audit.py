"""Reading what was done."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from wecom.features.accounts import Auditor
from wecom.foundation import audit
from wecom.foundation.audit import AuditRecord
from wecom.foundation.db import Tx
from wecom.foundation.http import Caller, Endpoints

from .wire import Id, Text

endpoints = Endpoints("/api", tag="Audit")


class AuditQuery(BaseModel):
    """Which records, newest first."""

    before: Id | None = Field(None, description="Only records older than this one: the `next` of the last page.")
    limit: int = Field(50, ge=1, le=500, description="At most so many.")
    action: Annotated[Text, Field(max_length=64)] | None = Field(
        None, description="Only this action, for example session.started."
    )
    actor_id: Id | None = Field(None, description="Only what this actor did.")


class AuditRecordView(BaseModel):
    """One act."""

    id: int
    at: datetime
    actor_id: int | None = Field(description="Who; null for somebody unknown; 2 is the system.")
    address: str = Field(description="The network address it came from, where there was one.")
    action: str = Field(description="What, as noun.verb.")
    object: str = Field(description="On which thing, as noun:id.")
    details: dict[str, Any]
    content: str | None = Field(description="What may have to be erased one day, as JSON; null where there is none.")

    @classmethod
    def of(cls, each: AuditRecord) -> "AuditRecordView":
        return cls(
            id=each.id,
            at=each.at,
            actor_id=each.actor_id,
            address=each.address,
            action=each.action,
            object=each.object,
            details=each.details,
            content=each.content,
        )


class AuditPage(BaseModel):
    """Records, newest first."""

    records: list[AuditRecordView]
    next: int | None = Field(description="What to give as `before` for older records; null: there are none.")


@endpoints.get("/audit")
async def read_audit_records(tx: Tx, auditor: Auditor, caller: Caller, query: AuditQuery) -> AuditPage:
    """What was done, by whom, when and from where. Reading leaves a record too."""
    found = await audit.records(
        tx, before=query.before, limit=query.limit, action=query.action, actor_id=query.actor_id
    )
    asked = query.model_dump(mode="json", exclude_defaults=True)
    await audit.record(tx, auditor.id, "audit.read", "audit:records", address=caller.address, asked=asked)
    more = len(found) == query.limit
    return AuditPage(records=[AuditRecordView.of(each) for each in found], next=found[-1].id if more else None)
