"""The change log: every change a client must learn of, in an order it can trust.

A *stream* is an audience: a conversation, one member's own devices, the directory. Each has its own
gapless sequence. Taking the next number locks the stream's row until commit, so within a stream the
order of numbers is the order of commits, and a reader that has seen 7 can never later meet a 6.

Why not ... a global `bigserial`: numbers are taken before commit, so readers skip late committers
for ever. A row per recipient: a 2,000-member conversation would write 2,000 rows a message.
LISTEN/NOTIFY: a notifying commit takes a lock over the whole server.

**Writing.** `tell(tx, stream_id, event)` records a change; its number is taken when the transaction
ends, with the streams locked in ascending order, so stories that touch several streams cannot
deadlock. `advance(tx, stream_id)` takes a number at once, for an operation that needs to know it; it
must be the conversation that the operation has locked first. A message needs no entry: its row *is*
the entry of kind `message.sent` (the view `changes` shows both as one).

**Hearing.** After commit the doorbell says what changed: locally at once, to other processes over
Redis. A doorbell may be lost; every gateway asks Postgres once a second which streams moved
(`moved_since`), so that costs latency, never data.

**Following.** Search, push, callbacks and the audit log need what happened in *all* streams:
`follow(...)` gives every change once its transaction and all older ones have ended, with a durable
cursor, at least once.

The protocol between a gateway and a client stands in `wecom/interfaces/realtime/__init__.py`.
"""

from .doorbell import Change, Doorbell, Whisper
from .follow import follow, follow_transactions, forget_follower, lag_of
from .log import advance, advance_all, amend, since, tell
from .model import DIRECTORY, Event, Slice
from .present import count_present
from .queries import create_streams, heads, lock_streams, locked_streams, moved_since

__all__ = [
    "DIRECTORY",
    "Change",
    "Doorbell",
    "Event",
    "Slice",
    "Whisper",
    "advance",
    "advance_all",
    "amend",
    "count_present",
    "create_streams",
    "follow",
    "follow_transactions",
    "forget_follower",
    "heads",
    "lag_of",
    "lock_streams",
    "locked_streams",
    "moved_since",
    "since",
    "tell",
]
