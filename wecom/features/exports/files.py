"""The files of an export: JSON, cut by number of entries, encrypted as it is written.

AES-256-CBC with the key's first half as the IV, padded to whole blocks of 32 bytes: as WeCom has it.
"""

import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass

import orjson
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC

from wecom.foundation.blobs import Store

from .model import ExportFile

BLOCK = 32


@dataclass(frozen=True, slots=True)
class Spelt:
    """How an export is spelt: each file is an object with these facts, and then these lists in this order."""

    facts: Mapping[str, str]
    lists: Sequence[str]
    entries: AsyncIterator[tuple[str, Sequence[bytes]]]
    """Some of the entries of a list, in JSON; the lists in their order."""


async def write_files(store: Store, key: bytes, block_size: int, spelt: Spelt) -> list[ExportFile]:
    """Write all of it. Neither the entries nor a file are ever in memory as a whole."""
    done: list[ExportFile] = []
    writing = _Writing(store, key, spelt)
    try:
        async for name, entries in spelt.entries:
            for entry in entries:
                if writing.entries == block_size:
                    done.append(await writing.end(store, len(done)))
                    writing = _Writing(store, key, spelt)
                writing.add(name, entry)
        done.append(await writing.end(store, len(done)))
    finally:
        writing.close()
    return done


class _Writing:
    """A file that is being written."""

    def __init__(self, store: Store, key: bytes, spelt: Spelt) -> None:
        self.entries = 0
        self._lists = list(spelt.lists)
        self._file = store.scratch()
        self._encryptor = Cipher(AES256(key), CBC(key[:16])).encryptor()
        self._md5 = hashlib.md5(usedforsecurity=False)
        self._plain = self._size = 0
        self._first = True
        facts = [b"%s:%s" % (orjson.dumps(name), orjson.dumps(fact)) for name, fact in spelt.facts.items()]
        self._write(b"{" + b"".join(fact + b"," for fact in facts))
        self._open_list()

    def add(self, name: str, entry: bytes) -> None:
        while self._lists[0] != name:
            self._next_list()
        self._write(entry if self._first else b"," + entry)
        self._first = False
        self.entries += 1

    async def end(self, store: Store, place: int) -> ExportFile:
        """Close what is open, and keep the file."""
        while len(self._lists) > 1:
            self._next_list()
        self._write(b"]}")
        padding = BLOCK - self._plain % BLOCK
        self._write(bytes([padding]) * padding)
        self._keep(self._encryptor.finalize())
        self._file.flush()
        hash = await store.put_file(self._file)
        self.close()
        return ExportFile(place, hash, self._size, self._md5.digest(), self.entries)

    def close(self) -> None:
        self._file.close()

    def _next_list(self) -> None:
        self._lists.pop(0)
        self._write(b"],")
        self._open_list()

    def _open_list(self) -> None:
        self._write(orjson.dumps(self._lists[0]) + b":[")
        self._first = True

    def _write(self, plain: bytes) -> None:
        self._plain += len(plain)
        self._keep(self._encryptor.update(plain))

    def _keep(self, encrypted: bytes) -> None:
        self._md5.update(encrypted)
        self._size += len(encrypted)
        self._file.write(encrypted)
