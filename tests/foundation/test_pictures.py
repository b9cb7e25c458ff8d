"""Pictures that were made to hurt: whatever they are, the answer is a sentence, in time and within bounds."""

import asyncio
import contextlib
import io
import random
import re
import tempfile
import time
import zipfile
from pathlib import Path

import orjson
import psutil
import pytest
from PIL import Image, ImageCms

from tests.pictures import SECRET, chunk, exif, photo, picture, png
from wecom.foundation.pictures import Decoder, NoPicture, Picture, decoder
from wecom.foundation.pictures.child import MEMORY
from wecom.foundation.pictures.clean import NotWhole, cleaned, kind_of
from wecom.foundation.pictures.turns import Turns

KINDS = ("JPEG", "PNG", "WEBP", "GIF")


async def look_at(data: bytes, decoder: Decoder | None = None) -> tuple[Picture, bytes]:
    with tempfile.TemporaryFile() as file, tempfile.TemporaryFile() as into:
        file.write(data)
        file.flush()
        seen = await (decoder or Decoder()).look_at(file, into)
        into.seek(0)
        return seen, into.read()


def left_over() -> list[psutil.Process]:
    return [each for each in psutil.Process().children() if "pictures.child" in " ".join(each.cmdline())]


def bombs() -> dict[str, bytes]:
    huge = png(width=30_000, height=30_000, rows=bytes(30_001 * 300))
    text = chunk(b"zTXt", b"x\0\0" + b"\x78\x9c" + bytes(1 << 20))
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("0", bytes(1 << 20))
    return {
        "says that it is huge": huge,
        "is as large as numbers go": png(width=2**31 - 1, height=2**31 - 1, rows=b""),
        "has no size": png(width=0, height=0),
        "is cut off": picture("JPEG")[:-200],
        "is cut off in its head": picture("JPEG")[:30],
        "is cut off too": picture("PNG")[:-30],
        "is cut off as well": picture("WEBP")[:-30],
        "is cut off again": picture("GIF", mode="P")[:-30],
        "has long words": png(text)[:100],
        "has a chunk longer than it is": b"\x89PNG\r\n\x1a\n" + b"\xff\xff\xff\xffIHDR" + bytes(40),
        "has blocks without end": b"GIF89a" + bytes(7) + b"\x21\xf9" + b"\xff" * 4096,
        "is a drawing": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        "is an archive": archive.getvalue(),
        "is nothing": b"\xff\xd8\xff",
        "has a marker without end": b"\xff\xd8" + b"\xff" * 100_000,
    }


@pytest.mark.parametrize(("name", "data"), bombs().items(), ids=bombs().keys())
async def test_what_cannot_be_shown_is_refused_with_a_sentence(name: str, data: bytes) -> None:
    started = time.monotonic()
    with pytest.raises(NoPicture) as refused:
        await look_at(data)
    assert "send" in str(refused.value) and str(refused.value).endswith("file.")
    assert time.monotonic() - started < 20


async def test_nothing_that_is_broken_somewhere_gets_past_it() -> None:
    """Whatever comes of it, it is a picture or a sentence, and all processes are gone."""
    chance = random.Random(27)
    decoder = Decoder(at_once=4)
    whole = [picture(kind, mode="P" if kind == "GIF" else "RGB") for kind in KINDS] + [photo()]

    def broken() -> bytes:
        data = bytearray(chance.choice(whole))
        for _ in range(chance.choice((1, 3, 30))):
            at = chance.randrange(len(data))
            match chance.randrange(4):
                case 0:
                    data[at] = chance.randrange(256)
                case 1:
                    del data[at : at + chance.randrange(1, 50)]
                case 2:
                    data[at:at] = chance.randbytes(chance.randrange(1, 50))
                case 3:
                    data[at : at + 4] = b"\xff\xff\xff\xff"
        return bytes(data) or b"\0"

    outcomes = await asyncio.gather(*(look_at(broken(), decoder) for _ in range(40)), return_exceptions=True)
    assert all(isinstance(each, tuple | NoPicture) for each in outcomes), outcomes
    assert not left_over()


def test_cleaning_ends_whatever_it_is_given() -> None:
    """Two thousand broken files: each is cleaned or refused, and at once."""
    chance = random.Random(28)
    whole = [picture(kind, mode="P" if kind == "GIF" else "RGB") for kind in KINDS] + [photo()]
    started = time.monotonic()
    for _ in range(2000):
        data = bytearray(chance.choice(whole))
        for _ in range(chance.randrange(1, 6)):
            at = chance.randrange(12, len(data))
            if chance.random() < 0.5:
                data[at] = chance.randrange(256)
            else:
                del data[at : at + chance.randrange(1, 200)]
            if len(data) < 20:
                break
        if kind := kind_of(bytes(data[:16])):
            try:
                clean, orientation = cleaned(kind, bytes(data))
            except NotWhole:
                continue
            assert len(clean) <= len(data) + 64 and 1 <= orientation <= 8
    assert time.monotonic() - started < 30


GOOD = {"media_type": "image/png", "width": 4, "height": 3, "color": "#0a0b0c", "sizes": [2, 1, 1, 1]}


async def test_what_the_process_says_is_held_against_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoder, "CHILD", "tests.foundation.taken_over")

    def says(**lies: object) -> bytes:
        return orjson.dumps(GOOD | lies) + b"\n" + b"abcde"

    seen, clean = await look_at(says())
    assert (clean, seen.small_ones, seen.color) == (b"ab", (b"c", b"d", b"e"), "#0a0b0c")
    lies: list[dict[str, object]] = [
        {"sizes": [1 << 40, 1, 1, 1]},
        {"sizes": [-1, 1, 1, 1]},
        {"sizes": [1.5, 1, 1, 1]},
        {"sizes": [2, 1 << 30, 1, 1]},
        {"sizes": [2, 1, 1]},
        {"sizes": [2, 1, 1, 900]},
        {"media_type": "text/html"},
        {"media_type": ["image/png"]},
        {"width": 0},
        {"height": 1 << 40},
        {"width": "4"},
        {"width": True},
        {"color": "#0a0b0c\0"},
        {"color": "red"},
        {"color": None},
        {"refused": {"a": 1}},
    ]
    for lie in lies:
        with pytest.raises(NoPicture, match=r"broken|cannot be shown"):
            await look_at(says(**lie))
    for line in (b"[]", b"null", b"{}", b"\xff\xff\n", b"x" * 100_000):
        with pytest.raises(NoPicture, match="broken"):
            await look_at(line + b"\n")


async def test_whoever_has_many_waits_behind_those_who_have_few() -> None:
    turns, order, go_on = Turns(1), [], asyncio.Event()

    async def take(whose: str, n: int) -> None:
        async with turns.taken(whose):
            await go_on.wait()
            order.append(f"{whose}{n}")

    async with asyncio.TaskGroup() as tasks:
        for n in range(4):
            tasks.create_task(take("a", n))
        await asyncio.sleep(0)
        given_up = tasks.create_task(take("c", 0))
        for n in range(2):
            tasks.create_task(take("b", n))
        await asyncio.sleep(0)
        given_up.cancel()
        await asyncio.sleep(0)
        go_on.set()
    assert order == ["a0", "a1", "b0", "a2", "b1", "a3"]


async def test_no_turn_is_lost_to_those_who_gave_up() -> None:
    chance, turns, had = random.Random(7), Turns(2), 0

    async def take(whose: int) -> None:
        nonlocal had
        async with turns.taken(whose):
            had += 1
            assert had <= 2
            try:
                await asyncio.sleep(chance.random() / 1000)
            finally:
                had -= 1

    for _ in range(40):
        waiting = [asyncio.create_task(take(chance.randrange(3))) for _ in range(20)]
        for _ in range(30):
            await asyncio.sleep(0)
            chance.choice(waiting).cancel()
        outcomes = await asyncio.gather(*waiting, return_exceptions=True)
        assert not any(isinstance(each, AssertionError) for each in outcomes)
    async with asyncio.timeout(20), turns.taken(1), turns.taken(2):
        assert not turns._waiting


async def test_one_that_takes_too_long_is_ended() -> None:
    decoder = Decoder(patience=0.05)
    with pytest.raises(NoPicture, match="too long"):
        await look_at(picture(size=(3000, 3000)), decoder)
    assert not left_over()


async def test_whoever_waits_no_longer_leaves_no_process_behind() -> None:
    decoder = Decoder()
    waiting = asyncio.ensure_future(look_at(picture(size=(3000, 3000)), decoder))
    await asyncio.sleep(0.1)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert not left_over()
    assert (await look_at(picture(), decoder))[0].width == 400, "and the next one is looked at"


async def most_had() -> int:
    """Bytes that any process which looks at pictures came to have; asked until it is cancelled.

    Not the kernel's `ru_maxrss`: that of a child begins with what this process had when it began it.
    """
    most = 0
    with contextlib.suppress(asyncio.CancelledError):
        while True:
            for each in psutil.Process().children():
                with contextlib.suppress(psutil.Error, OSError):  # of one that has just ended
                    if "pictures.child" in " ".join(each.cmdline()):  # before that, what it has is this process's
                        status = Path(f"/proc/{each.pid}/status").read_text()
                        [had] = re.findall(r"VmHWM:\s+(\d+) kB", status) or ["0"]
                        most = max(most, int(had) << 10)
            await asyncio.sleep(0.01)
    return most


async def test_large_ones_are_shown_within_bounds() -> None:
    watched = asyncio.create_task(most_had())
    for kind, size, mode in (("JPEG", (10_000, 10_000), "RGB"), ("PNG", (8_000, 6_000), "L")):
        file = io.BytesIO()
        Image.new(mode, size).save(file, kind)
        seen, _ = await look_at(file.getvalue())
        assert (seen.width, seen.height) == size
        assert [max(Image.open(io.BytesIO(each)).size) for each in seen.small_ones] == [240, 720, 1600]
    watched.cancel()
    most = await watched
    print(f"the largest child had {most >> 20} MB")
    assert 50 << 20 < most < MEMORY


@pytest.mark.parametrize("orientation", range(1, 9))
async def test_every_way_up_is_set_right(orientation: int) -> None:
    upright = Image.new("RGB", (80, 40), "white")
    upright.paste((255, 0, 0), (0, 0, 20, 20))
    turned = {1: upright, 2: upright.transpose(0), 3: upright.transpose(3), 4: upright.transpose(1)}
    turned |= {5: upright.transpose(5), 6: upright.transpose(2), 7: upright.transpose(6), 8: upright.transpose(4)}
    file = io.BytesIO()
    turned[orientation].save(file, "PNG", exif=exif(orientation))  # type: ignore[arg-type]
    seen, clean = await look_at(file.getvalue())
    assert (seen.width, seen.height) == (80, 40)
    for small in seen.small_ones:
        corner = Image.open(io.BytesIO(small)).convert("RGB").getpixel((5, 5))
        assert isinstance(corner, tuple) and corner[0] > 180 and corner[1] < 80, corner
    assert SECRET not in clean


async def test_colours_of_another_space_are_brought_into_the_webs() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    for given in (profile, b"nonsense", ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()):
        seen, clean = await look_at(picture(icc_profile=given))
        assert given in clean, "the profile stays with what it is of"
        assert all(b"ICCP" not in each for each in seen.small_ones)
