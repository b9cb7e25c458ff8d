"""Reading what was done."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from wecom.features.accounts import Auditor, ContentAuditor
from wecom.foundation import audit
from wecom.foundation.audit import AuditRecord
from wecom.foundation.db import Tx
from wecom.foundation.http import Caller, Endpoints
from wecom.foundation.instants import Instant

from .wire import Id, Text, When

endpoints = Endpoints("/api", tag="Audit")


class AuditQuery(BaseModel):
    """Which records, newest first."""

    before: Id | None = Field(None, description="Only records older than this one: the `next` of the last page.")
    limit: int = Field(50, ge=1, le=500, description="At most so many.")
    action: Annotated[Text, Field(max_length=64)] | None = Field(
        None, description="Only this action, for example session.started."
    )
    actor_id: Id | None = Field(None, description="Only what this actor did.")
    since: When | None = Field(None, description="Only what was done then or later; in any zone.")
    until: When | None = Field(None, description="Only what was done before; in any zone.")


class AuditRecordView(BaseModel):
    """One act."""

    id: int
    at: Instant
    actor_id: int | None = Field(description="Who; null for somebody unknown; 2 is the system.")
    address: str = Field(description="The network address it came from, where there was one.")
    action: str = Field(description="What, as noun.verb.")
    object: str = Field(description="On which thing, as noun:id.")
    details: dict[str, Any]
    has_content: bool = Field(description="Whether there is, or was before it was erased, more: see its content.")

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
            has_content=each.commitment is not None,
        )


class AuditPage(BaseModel):
    """Records, newest first."""

    records: list[AuditRecordView]
    next: int | None = Field(description="What to give as `before` for older records; null: there are none.")


class OfRecord(BaseModel):
    """Which record."""

    record_id: Id = Field(description="The record's id.")


class ContentQuery(BaseModel):
    """Why it is read."""

    reason: Annotated[Text, Field(min_length=4, max_length=200)] = Field(
        description="Why this must be read: it is recorded, with who read it and when."
    )


class AuditContentView(BaseModel):
    """The content of one record."""

    id: int = Field(description="The record's id.")
    content: Any = Field(description="What was kept, for example the message that was taken back.")


@endpoints.get("/audit")
async def read_audit_records(tx: Tx, auditor: Auditor, caller: Caller, query: AuditQuery) -> AuditPage:
    """What was done, by whom, when and from where, without contents. Reading leaves a record too."""
    found = await audit.records(
        tx,
        before=query.before,
        limit=query.limit,
        action=query.action,
        actor_id=query.actor_id,
        since=query.since,
        until=query.until,
    )
    asked = query.model_dump(mode="json", exclude_defaults=True)
    await audit.record(tx, auditor.id, "audit.read", "audit:records", address=caller.address, asked=asked)
    more = len(found) == query.limit
    return AuditPage(records=[AuditRecordView.of(each) for each in found], next=found[-1].id if more else None)


@endpoints.get("/audit/{record_id}/content")
async def read_audit_content(
    tx: Tx, auditor: ContentAuditor, caller: Caller, path: OfRecord, query: ContentQuery
) -> AuditContentView:
    """The content of one record, such as a message that was taken back, for a stated reason.

    For auditors only, not for administrators, who could take back anything to read it. Reading leaves a
    record, with the reason. Refused as NoSuchContent (404) where there is none, or none any more.
    """
    content = await audit.read_content(tx, auditor.id, path.record_id, query.reason, address=caller.address)
    return AuditContentView(id=path.record_id, content=content)
