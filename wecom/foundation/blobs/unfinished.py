"""Files that are written over several requests, and survive a restart between them."""

import contextlib
import errno
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Self

from ..errors import Busy, Conflict

FULL = (errno.ENOSPC, errno.EDQUOT)


class StoreFull(Busy):
    """The server's disk is full, so nothing can be kept: tell an administrator, and try again later."""


class BeingWritten(Conflict):
    """Another request is sending this file: wait until it has ended, or ended badly, and try again."""


@contextlib.contextmanager
def full_disk_told() -> Iterator[None]:
    """Raises `StoreFull` in place of the system's error, which would pass for a fault of ours."""
    try:
        yield
    except OSError as problem:
        if problem.errno in FULL:
            raise StoreFull(retry_after=60) from problem
        raise


def sync_names(directory: Path) -> None:
    """Make the names in a directory survive a power cut."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Unfinished:
    """Such a file, open. Who has it open has it alone, in all processes, until they close it or die."""

    def __init__(self, directory: Path, name: str) -> None:
        self.path = directory / name
        directory.mkdir(parents=True, exist_ok=True)
        self.file = self._alone()
        self._named = False

    def _alone(self) -> BinaryIO:
        while True:
            with full_disk_told():
                handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            file = os.fdopen(handle, "r+b", buffering=0)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.close()
                raise BeingWritten from None
            if os.fstat(handle).st_nlink:
                return file
            file.close()  # removed between our opening and our locking it

    def size(self) -> int:
        """What there is of it: less than was noted where the disk, or another machine's, did not keep it."""
        return os.fstat(self.file.fileno()).st_size

    def cut_to(self, size: int) -> None:
        """Forget what lies behind `size`, and write from there."""
        self.file.truncate(size)
        self.file.seek(size)

    def write(self, data: bytes) -> None:
        with full_disk_told():
            rest = memoryview(data)
            while rest:
                rest = rest[self.file.write(rest) :]

    def sync(self) -> None:
        """Until what was written survives a power cut, and the file's name with it."""
        with full_disk_told():
            os.fsync(self.file.fileno())
            if not self._named:
                sync_names(self.path.parent)
                sync_names(self.path.parent.parent)
                self._named = True

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)

    def close(self) -> None:
        self.file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
