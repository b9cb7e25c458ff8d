"""How a directory is reached, and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Server:
    """How a directory is reached and read; the URLs are servers with the same content, asked in this order."""

    urls: tuple[str, ...]
    bind_dn: str = ""
    password: str = field(default="", repr=False)
    start_tls: bool = False
    ca_file: str | None = None
    timeout: float = 30
    page: int = 1000


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry; attributes by name in lower case, without options that only page through values."""

    dn: str
    values: Mapping[str, list[bytes]]


@dataclass(slots=True)
class Heard:
    """What listening brought, and where it then stands."""

    entries: dict[str, str] = field(default_factory=dict)
    """Entries that are there and have changed, or come: DNs by entryUUID."""
    deleted: list[str] = field(default_factory=list)
    """Entries that are gone, or are no longer what is listened for: entryUUIDs."""
    cookie: str | None = None
    current: bool = False
    """Whether what is said from now on are changes, and no longer what was there when listening began."""
    inferred: bool = False
    """Whether the server named what is still there, instead of what is gone."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A password that is right."""

    grace: int | None
    """How often it still will be, where it has expired."""
