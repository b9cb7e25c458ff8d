"""Files in requests and answers: whole, in part, cut short, and never more of them at once than a piece."""

import asyncio
import base64

import aiohttp
import pytest

from wecom.foundation.http import FileAnswer, Upload, files

from .entrance import Guest, Opened, Spoken

DATA = bytes(range(256)) * 4096


async def weigh(me: Guest, file: Upload) -> Spoken:
    """Say what came."""
    sizes = [len(chunk) async for chunk in file.chunks()]
    return Spoken(word=f"{file.name} {sum(sizes)} {max(sizes) <= files.PIECE * 2}")


async def hand(me: Guest) -> FileAnswer:
    """Give it back."""

    async def part(start: int, length: int) -> bytes | None:
        return DATA[start : start + length]

    return FileAnswer.of("表.bin", "application/octet-stream", len(DATA), part)


async def lose(me: Guest) -> FileAnswer:
    """Give half of it; the rest is gone by then."""

    async def part(start: int, length: int) -> bytes | None:
        return DATA[start : start + length] if start < len(DATA) // 2 else None

    return FileAnswer.of("", "text/plain", len(DATA), part)


def form(*parts: tuple[str, bytes, str | None]) -> aiohttp.FormData:
    form = aiohttp.FormData(default_to_multipart=True)
    for name, data, filename in parts:
        form.add_field(name, data if filename else data.decode(), filename=filename)
    return form


async def test_a_file_comes_in_pieces(opened: Opened) -> None:
    client = await opened(weigh)
    sent = form(("title", b"words", None), ("media", DATA, "b.bin"), ("after", b"x", None))
    answer = await client.post("/test/weigh", data=sent)
    assert await answer.json() == {"word": f"b.bin {len(DATA)} True"}


async def test_what_carries_no_file_is_refused(opened: Opened) -> None:
    client = await opened(weigh)
    for sent, refusal in (
        (form(("title", b"words", None)), "FileMissing"),
        (form(*((f"title{n}", b"words", None) for n in range(25)), ("media", DATA, "late.bin")), "UploadBroken"),
        (b"plain", "FileMissing"),
    ):
        answer = await client.post("/test/weigh", data=sent)
        assert (await answer.json())["refused"] == refusal
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    start = b'--x\r\nContent-Disposition: form-data; name="media"; filename="x"\r\n'
    for body in (
        b"--x\r\n",
        b"nothing",
        start + b"\r\nhalf",
        start + b"X: y\r\n" * 200 + b"\r\nDATA\r\n--x--\r\n",
        start + b"X: " + b"y" * 20_000 + b"\r\n\r\nDATA\r\n--x--\r\n",
        start + b"no header at all\r\n\r\nDATA\r\n--x--\r\n",
        start + b"Content-Transfer-Encoding: base64\r\n\r\n***?***\r\n--x--\r\n",
        start + b"Content-Transfer-Encoding: base64\r\n\r\nREFUQQ=\r\n--x--\r\n",
    ):
        answer = await client.post("/test/weigh", data=body, headers=headers)
        assert (await answer.json())["refused"] == "UploadBroken", body


async def test_a_file_that_is_sent_as_letters_is_read_as_its_bytes(opened: Opened) -> None:
    client = await opened(weigh)
    head = b'--x\r\nContent-Disposition: form-data; name="media"; filename="x"\r\n'
    head += b"Content-Transfer-Encoding: BASE64\r\n\r\n"
    body = head + base64.encodebytes(DATA).replace(b"\n", b"\r\n") + b"\r\n--x--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = await client.post("/test/weigh", data=body, headers=headers)
    assert await answer.json() == {"word": f"x {len(DATA)} True"}


async def test_a_file_is_given_whole_or_in_part(opened: Opened) -> None:
    client = await opened(hand)
    whole = await client.post("/test/hand")
    assert (whole.status, await whole.read()) == (200, DATA)
    assert whole.headers["Content-Disposition"] == "attachment; filename=\"_.bin\"; filename*=UTF-8''%E8%A1%A8.bin"
    assert whole.headers["X-Request-Id"]
    part = await client.post("/test/hand", headers={"Range": "bytes=300000-300009"})
    assert (part.status, await part.read()) == (206, DATA[300000:300010])
    answer = await client.post("/test/hand", headers={"Range": "bytes=9999999-"})
    assert (await answer.json())["refused"] == "RangeInvalid"


async def test_an_answer_that_cannot_go_on_is_seen_to_be_cut_short(opened: Opened) -> None:
    client = await opened(lose)
    answer = await client.post("/test/lose")
    assert answer.status == 200
    with pytest.raises(aiohttp.ClientError):
        await answer.read()


async def test_whoever_takes_nothing_is_given_up(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "STALLED", 0.2)
    monkeypatch.setitem(globals(), "DATA", bytes(64 << 20))
    client = await opened(hand)
    answer = await client.post("/test/hand")
    await asyncio.sleep(1)
    with pytest.raises(aiohttp.ClientError):
        await answer.read()
