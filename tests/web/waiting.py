"""Waiting for what is meant: machines are slow when they like, so nothing is looked at only once."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


async def until(look: Callable[[], Awaitable[T]], is_so: Callable[[T], object] = bool, *, within: float = 20) -> T:
    """What is seen once it is so."""
    ends = time.monotonic() + within
    while not is_so(seen := await look()):
        assert time.monotonic() < ends, f"it stays {seen!r}"
        await asyncio.sleep(0.05)
    return seen
