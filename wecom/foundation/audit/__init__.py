"""What was done, by whom, provably: the tamper-evident log.

`record` writes in the operation's own transaction. A record holds metadata; content that may have to
be erased one day lies apart in `audit_contents`, and the record keeps only a salted commitment to
it, so erasing content leaves every proof valid. The application's role may add and read records and
leaves, and nothing else; contents it may also delete, but not change. `erase_content` leaves a record
of doing so, and `verify` calls any other content that is gone missing.

Positions are given after commit, by a follower in commit order (`seal`), never on a hot path: each
leaf is hashed as in RFC 6962 (SHA-256 over 0x00 and the record) and chained to the one before
(SHA-256 over 0x01, the chain so far and the leaf). `verify` recomputes all of it and names the first
record that is missing, altered or out of place. A chain proves nothing against somebody who rewrites
all of it: keep its newest value (`wecom audit verify` prints it) where the operator cannot.
"""

from .actions import Act, Action
from .log import (
    Fault,
    FaultKind,
    NoSuchContent,
    Verdict,
    erase_content,
    read_content,
    record,
    record_all,
    seal,
    verify,
    verify_on,
)
from .queries import AuditRecord, is_recorded, newest_position, records

__all__ = [
    "Act",
    "Action",
    "AuditRecord",
    "Fault",
    "FaultKind",
    "NoSuchContent",
    "Verdict",
    "erase_content",
    "is_recorded",
    "newest_position",
    "read_content",
    "record",
    "record_all",
    "records",
    "seal",
    "verify",
    "verify_on",
]
