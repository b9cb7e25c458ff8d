"""Hashing passwords: argon2id, off the event loop, one hash per core at most."""

import asyncio
import os
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import ParamSpec, TypeVar

from nacl.exceptions import CryptoError
from nacl.pwhash import argon2id

from ...foundation.errors import Busy

P = ParamSpec("P")
T = TypeVar("T")

PASSES, MEMORY = 2, 19 * 1024 * 1024
TODAYS = f"$argon2id$v=19$m={MEMORY // 1024},t={PASSES},p=1$"

LONGEST_QUEUE = 200
"""Hashes waiting beyond which a caller is better told to come again than kept."""


class TooManySignIns(Busy):
    """Very many people are signing in just now: try again in a few seconds."""


class Hasher:
    """argon2id as OWASP recommends it: 19 MiB, two passes, one lane.

    A hash takes a core for tens of milliseconds, so threads beyond the cores would only make all of
    them late, and each would hold its 19 MiB meanwhile. By libsodium, which picks what the processor
    does best when it runs (AVX2, AVX-512): 26 ms of a core where argon2-cffi's wheels, made for any
    processor, take 41. It lets go of the interpreter's lock.
    """

    def __init__(self, workers: int | None = None) -> None:
        self._threads = ThreadPoolExecutor(workers or os.cpu_count() or 1, thread_name_prefix="hash")
        _nobodys()  # made in time: the first one would otherwise tell by its slowness that there is none
        self._waiting = 0

    async def hash(self, password: str) -> str:
        """A hash to keep, salted anew."""
        return await self._run(_hash, _same_bytes(password))

    async def verify(self, kept: str | None, password: str) -> bool:
        """Whether this is the password; as slow when there is none to compare with."""
        matches = await self._run(_verify, kept or _nobodys(), _same_bytes(password))
        return matches and kept is not None

    def is_outdated(self, kept: str) -> bool:
        """Whether a hash was made with other parameters than today's."""
        return not kept.startswith(TODAYS)

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


def _hash(password: bytes) -> str:
    return argon2id.str(password, opslimit=PASSES, memlimit=MEMORY).decode()


@cache
def _nobodys() -> str:
    """A hash that no password is known for."""
    return _hash(os.urandom(16))


def _verify(kept: str, password: bytes) -> bool:
    try:
        return argon2id.verify(kept.encode(), password)
    except CryptoError:
        return False


def _same_bytes(password: str) -> bytes:
    """One spelling for what looks the same on different keyboards."""
    return unicodedata.normalize("NFC", password).encode()
