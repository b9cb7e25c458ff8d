"""A proof, and how one is refused."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from wecom.foundation.audit import Fault, FaultKind
from wecom.foundation.errors import Conflict, Invalid

State = Literal["running", "whole", "broken", "failed"]


@dataclass(frozen=True, slots=True)
class Proof:
    """One look through the whole log: how far it is, and what it found."""

    id: int
    asked_by: int
    asked_at: datetime
    ended_at: datetime | None
    state: State
    kept_position: int | None
    kept_chain: bytes | None
    """What somebody kept elsewhere, to be found again."""
    last_position: int
    """The newest one when it began: how much there is to look at."""
    position: int
    """Up to here it is whole."""
    chain: bytes
    fault: FaultKind | None
    fault_record_id: int | None
    fault_last: int | None

    @property
    def kept(self) -> tuple[int, bytes] | None:
        return (self.kept_position, self.kept_chain) if self.kept_position and self.kept_chain else None

    @property
    def found(self) -> Fault | None:
        """What is wrong with the log."""
        return Fault(self.fault, self.position + 1, self.fault_record_id, self.fault_last) if self.fault else None

    @property
    def percentage(self) -> int:
        return 100 if self.ended_at else min(99, 100 * self.position // max(1, self.last_position))


class NotAChain(Invalid):
    """What an earlier proof ended with is a position, a colon and 64 hex digits: copy it whole."""


class AskedOtherwise(Conflict):
    """The log is being looked through for somebody who compares it with something else: wait until that has ended."""
