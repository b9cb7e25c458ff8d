"""Bytes by their SHA-256, on disk; who holds them is in Postgres.

A file is written whole under a temporary name, synced and renamed, before the row that names it
commits; so a row never points at nothing. Permission goes through the owner named in `blob_refs`;
what nobody has held for a day is collected, and so are bytes whose process died before
anybody held them. Another store is another `Store`.
"""

from .queries import Held, held, held_by, media_type_of
from .store import DiskStore, Store, collect, collect_strays, hold, hold_all, hold_also, keep, release
from .unfinished import BeingWritten, StoreFull, Unfinished, full_disk_told

__all__ = [
    "BeingWritten",
    "DiskStore",
    "Held",
    "Store",
    "StoreFull",
    "Unfinished",
    "collect",
    "collect_strays",
    "full_disk_told",
    "held",
    "held_by",
    "hold",
    "hold_all",
    "hold_also",
    "keep",
    "media_type_of",
    "release",
]
