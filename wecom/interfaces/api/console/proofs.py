"""Whether the log of what was done is whole."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from wecom.features import proofs
from wecom.features.accounts import Auditor
from wecom.features.proofs.model import Proof, State
from wecom.foundation.audit import FaultKind
from wecom.foundation.db import Db, Tx
from wecom.foundation.http import Caller, Endpoints
from wecom.foundation.instants import Instant

from ..wire import Text

endpoints = Endpoints("/api/console/audit", tag="Console: proofs")

LISTED = 20


class AskForProof(BaseModel):
    """What to compare the log with."""

    model_config = ConfigDict(extra="forbid")
    kept: Annotated[Text, Field(max_length=128)] = Field(
        "", description="The `result` of an earlier proof, or of `wecom audit verify`, kept elsewhere; empty: nothing."
    )


class ProofView(BaseModel):
    """One look through the whole log."""

    id: int
    asked_by: int
    asked_at: Instant
    ended_at: Instant | None
    state: State = Field(description="running; whole; broken: see `fault`; failed: it did not come to an end.")
    progress: int = Field(description="Percent of the log that was looked at.")
    kept: str = Field(description="What it was compared with; empty: nothing.")
    verified: int = Field(description="How many records hold, from the first.")
    result: str = Field(description="The newest position that holds and the chain there: keep it elsewhere.")
    fault: FaultKind | None
    fault_position: int | None = Field(description="The first position that does not hold.")
    fault_record_id: int | None
    says: str = Field(description="The fault in a sentence.")

    @classmethod
    def of(cls, each: Proof) -> "ProofView":
        return cls(
            id=each.id,
            asked_by=each.asked_by,
            asked_at=each.asked_at,
            ended_at=each.ended_at,
            state=each.state,
            progress=each.percentage,
            kept=_written(*each.kept) if each.kept else "",
            verified=each.position,
            result=_written(each.position, each.chain) if each.position else "",
            fault=each.fault,
            fault_position=each.position + 1 if each.fault else None,
            fault_record_id=each.fault_record_id,
            says=str(each.found or ""),
        )


class ProofList(BaseModel):
    """The newest proofs, newest first."""

    proofs: list[ProofView]


@endpoints.post("/proofs")
async def ask_for_proof(tx: Tx, auditor: Auditor, caller: Caller, body: AskForProof) -> ProofView:
    """Have every record, its place in the chain and its content's seal recomputed. It leaves a record.

    While one is under way, that one is answered; AskedOtherwise (409) where it compares with something else.
    """
    return ProofView.of(await proofs.ask(tx, auditor.id, body.kept, address=caller.address))


@endpoints.get("/proofs")
async def list_proofs(db: Db, auditor: Auditor) -> ProofList:
    """The newest twenty proofs, how far they are, and what they found."""
    return ProofList(proofs=[ProofView.of(each) for each in await proofs.listed(db, LISTED)])


def _written(position: int, chain: bytes) -> str:
    return f"{position}:{chain.hex()}"
