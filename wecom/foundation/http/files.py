"""Files in requests and answers: taken as they come, given in pieces, never whole in memory.

A parameter typed `Upload` is the file of a multipart request; its handler says where the bytes go. An
endpoint that answers with `FileAnswer` gives bytes, all of them or the part that a Range names.
"""

import asyncio
import base64
import logging
import re
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Self, cast
from urllib.parse import quote

from aiohttp import BodyPartReader, MultipartReader, web
from aiohttp.http_exceptions import HttpProcessingError
from pydantic import BaseModel, PrivateAttr

from ..errors import Invalid

log = logging.getLogger("wecom.requests")

PATIENCE = 900.0
"""Seconds that taking a file may need: some lines are slow."""

SILENT = 30.0
"""Seconds after which a body of which nothing comes is taken to be over."""

STALLED = 60.0
"""Seconds after which whoever takes none of an answer is given up."""

PIECE = 1 << 18
MOST_PARTS = 20
LONGEST_NAME = 255

OF_OTHERS = {
    # It is asked for again each time, and then told whether what the browser has is still to be seen.
    "Cache-Control": "private, no-cache",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
"""With files that people sent each other: nothing in them runs as if we had said it."""

Part = Callable[[int, int], Awaitable[bytes | None]]
"""The bytes from somewhere, so many of them; less at the end, and None where they are gone."""


class FileMissing(Invalid):
    """The request carries no file: send multipart/form-data with one part that has a file name."""


class UploadBroken(Invalid):
    """The request's parts cannot be told from each other: send them as multipart/form-data has them."""


class RangeInvalid(Invalid):
    """The Range is not one of this file: ask for bytes=first-last within it."""


class Upload:
    """The file that a request carries, not yet read."""

    def __init__(self, part: BodyPartReader, declared: int) -> None:
        self.name = file_name(part)
        self.declared = declared
        """Bytes of the request as a whole, where it says so; the file has a little less."""
        self._part = part

    async def chunks(self) -> AsyncIterator[bytes]:
        """The file's bytes, once."""
        try:
            while chunk := await self._part.read_chunk(PIECE):
                if self._part.headers.get("Content-Transfer-Encoding", "").lower() == "base64":
                    yield base64.b64decode(b"".join(chunk.split()), validate=True)
                    continue
                async for piece in self._part.decode_iter(chunk):
                    yield bytes(piece)
            if not self._part.at_eof():  # its end never came: it is not all there
                raise UploadBroken
        except (ValueError, RuntimeError, web.RequestPayloadError, HttpProcessingError):
            raise UploadBroken from None


class Incoming:
    """A request's body as it comes, not yet read."""

    def __init__(self, request: web.Request) -> None:
        self.declared = request.content_length
        """Bytes, where the request says how many."""
        self.media_type = request.content_type if "Content-Type" in request.headers else ""
        self._content = request.content

    async def chunks(self) -> AsyncIterator[bytes]:
        """Its bytes, once. Ends where no more come: whoever sent them is gone, or as good as gone."""
        try:
            while True:
                chunk = await asyncio.wait_for(self._content.read(PIECE), SILENT)
                if not chunk:
                    return
                yield chunk
        except (TimeoutError, web.RequestPayloadError, HttpProcessingError, ConnectionError) as problem:
            log.info("a body was cut short", extra={"why": repr(problem)})


class FileAnswer(BaseModel):
    """An answer that is a file. `etag` names these bytes for good; `inline`: it may be shown where it stands."""

    _name: str = PrivateAttr(default="")
    _media_type: str = PrivateAttr(default="")
    _size: int = PrivateAttr(default=0)
    _part: Part = PrivateAttr()
    _etag: str = PrivateAttr(default="")
    _inline: bool = PrivateAttr(default=False)

    @classmethod
    def of(cls, name: str, media_type: str, size: int, part: Part, *, etag: str = "", inline: bool = False) -> Self:
        answer = cast(Self, cls.model_construct())
        answer._name, answer._media_type, answer._size, answer._part = name, media_type, size, part
        answer._etag, answer._inline = etag, inline
        return answer


async def uploaded(request: web.Request) -> Upload:
    """The first part that is a file. What stands before it is passed over, and what comes after it is not read."""
    if request.content_type != "multipart/form-data":
        raise FileMissing
    try:
        reader = MultipartReader(request.headers, request.content)
        for _ in range(MOST_PARTS):
            part = await reader.next()
            if part is None:
                raise FileMissing
            if isinstance(part, BodyPartReader):
                if _headers_of(part)[0] == "media" or file_name(part):
                    return Upload(part, request.content_length or 0)
                await part.release()
    except (ValueError, AssertionError, RuntimeError, web.RequestPayloadError, HttpProcessingError):
        raise UploadBroken from None
    else:
        raise UploadBroken(f"The file stands behind {MOST_PARTS} other parts: send it first.")


def file_name(part: BodyPartReader) -> str:
    """What the file is called, however its client spelt that, and without any path."""
    _, name = _headers_of(part)
    if name is None:
        plain = re.search(r';\s*filename\s*=\s*"?([^";]*)', part.headers.get("Content-Disposition", ""), re.I)
        name = plain[1].strip() if plain else ""
    name = re.sub("%(0A|0D|22)", lambda escaped: {"0A": "", "0D": "", "22": '"'}[escaped[1].upper()], name, flags=re.I)
    name = _decoded(name)
    name = re.split(r"[/\\]", name)[-1]
    name = "".join(each for each in name if each.isprintable()).strip()
    return name[:LONGEST_NAME]


def _headers_of(part: BodyPartReader) -> tuple[str | None, str | None]:
    """The part's name and its file's, where they are spelt as they should be."""
    with warnings.catch_warnings():  # of what is not
        warnings.simplefilter("ignore")
        return part.name, part.filename


def _decoded(name: str) -> str:
    """Headers are read as UTF-8; bytes that are none stand in them as half characters, and are Chinese mostly."""
    raw = name.encode("utf-8", "surrogateescape")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "replace")


async def give(request: web.Request, answer: FileAnswer, **headers: str) -> web.StreamResponse:
    """Send the file, or the part that a Range asks for; or say that who asks has it already."""
    if answer._etag:
        headers = headers | OF_OTHERS | {"ETag": f'"{answer._etag}"'}
        if _has_it(request, answer._etag):
            return web.Response(status=304, headers=headers)
    start, end = (0, answer._size) if _is_of_another(request, answer._etag) else _range(request, answer._size)
    whole = (start, end) == (0, answer._size) and ("Range" not in request.headers or not end)
    whole = whole or _is_of_another(request, answer._etag)
    response = web.StreamResponse(status=200 if whole else 206, headers=headers)
    response.content_type = answer._media_type
    response.content_length = end - start
    response.headers["Accept-Ranges"] = "bytes"
    if answer._name:
        response.headers["Content-Disposition"] = attachment(answer._name, inline=answer._inline)
    if not whole:
        response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{answer._size}"
    await send_part(request, response, answer._part, start, end)
    return response


def _has_it(request: web.Request, etag: str) -> bool:
    return any(each.value in (etag, "*") for each in request.if_none_match or ())


def _is_of_another(request: web.Request, etag: str) -> bool:
    """Whether a part is asked for of what is not this file: then it is all of this one, that is wanted."""
    wanted = request.headers.get("If-Range")
    return "Range" in request.headers and wanted is not None and bool(etag) and wanted.strip() != f'"{etag}"'


async def send_part(request: web.Request, response: web.StreamResponse, part: Part, start: int, end: int) -> None:
    """Send an answer whose headers say how long it is. It is cut short where the bytes are gone, or nobody takes it."""
    await response.prepare(request)
    try:
        while start < end and request.method != "HEAD":
            if not (piece := await part(start, min(PIECE, end - start))):
                raise FileNotFoundError
            await asyncio.wait_for(response.write(piece), STALLED)
            start += len(piece)
        await response.write_eof()
    except (OSError, TimeoutError) as problem:  # Too late to say so: whoever asked sees an answer cut short.
        log.info("an answer was cut short", extra={"why": repr(problem)})
        if request.transport is not None:
            request.transport.abort()


def _range(request: web.Request, size: int) -> tuple[int, int]:
    try:
        start, end, _ = request.http_range.indices(size)
    except ValueError:
        raise RangeInvalid(size=size) from None
    if "Range" in request.headers and start >= end:
        raise RangeInvalid(size=size)
    return start, end


def attachment(name: str, *, inline: bool = False) -> str:
    """Under its name for clients of every age: ASCII first, then all of it."""
    plain = "".join(each if each.isascii() and each not in '"\\%' else "_" for each in name)
    return f"{'inline' if inline else 'attachment'}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
