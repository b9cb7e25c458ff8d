"""Hashing passwords: argon2id, off the event loop, one hash per core at most."""

import asyncio
import os
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

import argon2
from argon2.exceptions import InvalidHashError, VerificationError

from ...foundation.errors import Busy

P = ParamSpec("P")
T = TypeVar("T")

LONGEST_QUEUE = 200
"""Hashes waiting beyond which a caller is better told to come again than kept."""


class TooManySignIns(Busy):
    """Very many people are signing in just now: try again in a few seconds."""


class Hasher:
    """argon2id as OWASP recommends it: 19 MiB, two passes, one lane.

    A hash takes a core for tens of milliseconds, so threads beyond the cores would only make all of
    them late, and each would hold its 19 MiB meanwhile. argon2 lets go of the interpreter's lock.
    """

    def __init__(self, workers: int | None = None) -> None:
        self._argon2 = argon2.PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
        self._threads = ThreadPoolExecutor(workers or os.cpu_count() or 1, thread_name_prefix="hash")
        self._waiting = 0
        self._nobody = self._argon2.hash(os.urandom(16).hex())

    async def hash(self, password: str) -> str:
        """A hash to keep, salted anew."""
        return await self._run(self._hash, _same_bytes(password))

    async def verify(self, kept: str | None, password: str) -> bool:
        """Whether this is the password; as slow when there is none to compare with."""
        matches = await self._run(self._verify, kept or self._nobody, _same_bytes(password))
        return matches and kept is not None

    def is_outdated(self, kept: str) -> bool:
        """Whether a hash was made with other parameters than today's."""
        return self._argon2.check_needs_rehash(kept)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _run(self, step: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        if self._waiting >= LONGEST_QUEUE:
            raise TooManySignIns(retry_after=3)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, partial(step, *args, **kwargs))
        finally:
            self._waiting -= 1

    def _hash(self, password: bytes) -> str:
        return self._argon2.hash(password)

    def _verify(self, kept: str, password: bytes) -> bool:
        try:
            return self._argon2.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False


def _same_bytes(password: str) -> bytes:
    """One spelling for what looks the same on different keyboards."""
    return unicodedata.normalize("NFC", password).encode()
