"""Having pictures looked at: a process for each, so many at once, ended when they take too long."""

import asyncio
import contextlib
import re
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

import orjson
from prometheus_client import Counter, Histogram

from ..errors import Invalid
from .clean import KINDS
from .turns import Turns

looked_at = Counter("wecom_pictures_total", "Pictures looked at, by what came of it.", ["outcome"])
took = Histogram(
    "wecom_picture_seconds",
    "Time to look at a picture, its wait included.",
    buckets=(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
)

AT_ONCE = 1
"""In each web process, of which there is one for each core."""
PATIENCE = 30.0
"""Seconds for one picture, once it is its turn."""
PIECE = 1 << 18
LARGEST_PICTURE = 64 << 20
LARGEST_SMALL_ONE = 16 << 20
LONGEST_SIDE = 1 << 30
COLOR = re.compile(r"#[0-9a-f]{6}")
PART_NAMES = "small", "medium", "large"

CHILD = "wecom.foundation.pictures.child"
ROOT = Path(__file__).parents[3]

REFUSED = {
    "kind": "Only pictures in JPEG, PNG, GIF and WebP can be shown: send this one as a file.",
    "pixels": "This picture has more points than can be shown: make it smaller, or send it as a file.",
    "broken": "This picture is broken, or not all there: save it anew, or send it as a file.",
    "slow": "This picture takes too long to be shown: save it anew, or send it as a file.",
}


class NoPicture(Invalid):
    """This cannot be shown as a picture: send it as a file."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is shown. `small_ones` in the order of `PART_NAMES`, all in WebP."""

    media_type: str
    size: int
    width: int
    height: int
    color: str
    small_ones: tuple[bytes, ...]


class Decoder:
    """Looks at pictures, so many at once; in turn for everybody who has some to be looked at."""

    def __init__(self, at_once: int = AT_ONCE, *, patience: float = PATIENCE) -> None:
        self._turns = Turns(at_once)
        self._patience = patience

    async def look_at(self, file: BinaryIO, into: BinaryIO, *, whose: int | None = None) -> Picture:
        """What is in a file, which is written cleaned to another; raises `NoPicture`, with the sentence."""
        started = time.perf_counter()
        async with self._turns.taken(whose):
            try:
                async with asyncio.timeout(self._patience), _child(file) as child:
                    picture = await _answer(child, into)
            except TimeoutError:
                looked_at.labels("slow").inc()
                raise NoPicture(REFUSED["slow"]) from None
            except NoPicture:
                looked_at.labels("refused").inc()
                raise
        looked_at.labels("shown").inc()
        took.observe(time.perf_counter() - started)
        return picture


@asynccontextmanager
async def _child(file: BinaryIO) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that has this file and nothing else of ours; gone, and seen to be gone, afterwards."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-s", "-B", "-m", CHILD),
        stdin=file,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={"PYTHONPATH": str(ROOT)},
        cwd="/",
        start_new_session=True,
    )
    try:
        yield child
    finally:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        await asyncio.shield(child.wait())


async def _answer(child: asyncio.subprocess.Process, into: BinaryIO) -> Picture:
    """Nothing that it says is believed further than it can be held against bounds: it may have been taken over by the
    picture."""
    assert child.stdout
    try:
        told = orjson.loads(await child.stdout.readuntil(b"\n"))
        if why := told.get("refused"):
            raise NoPicture(REFUSED.get(why, ""))
        picture, sizes = _told(told)
        left = picture.size
        while left:
            piece = await child.stdout.readexactly(min(PIECE, left))
            await asyncio.to_thread(into.write, piece)
            left -= len(piece)
        return replace(picture, small_ones=tuple([await child.stdout.readexactly(each) for each in sizes]))
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError, KeyError, TypeError, AttributeError):
        raise NoPicture(REFUSED["broken"]) from None


def _told(told: dict[str, Any]) -> tuple[Picture, list[int]]:
    """What the first line says, and how large the small pictures are; raises `ValueError` for what cannot be."""
    clean, *small = told["sizes"]
    media_type, width, height, color = told["media_type"], told["width"], told["height"], told["color"]
    if not (
        type(clean) is int
        and 0 < clean <= LARGEST_PICTURE
        and len(small) == len(PART_NAMES)
        and all(type(each) is int and 0 < each <= LARGEST_SMALL_ONE for each in small)
        and media_type in KINDS
        and all(type(each) is int and 0 < each <= LONGEST_SIDE for each in (width, height))
        and COLOR.fullmatch(color)
    ):
        raise ValueError
    return Picture(media_type, clean, width, height, color, ()), small
