"""Answers that are made while they are sent: nobody knows how long they will be, and they are never whole in memory."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Self, cast

from aiohttp import web
from pydantic import PrivateAttr

from .files import STALLED, FileAnswer, attachment, give

log = logging.getLogger("wecom.requests")


class StreamAnswer(FileAnswer):
    """An answer that is a file, in pieces as they come."""

    _pieces: AsyncIterator[bytes] = PrivateAttr()

    @classmethod
    def of_pieces(cls, name: str, media_type: str, pieces: AsyncIterator[bytes]) -> Self:
        answer = cast(Self, cls.model_construct())
        answer._name, answer._media_type, answer._pieces = name, media_type, pieces
        return answer


async def given(request: web.Request, answer: FileAnswer, **headers: str) -> web.StreamResponse:
    """Send a file, whichever way it comes."""
    if isinstance(answer, StreamAnswer):
        return await give_pieces(request, answer, **headers)
    return await give(request, answer, **headers)


async def give_pieces(request: web.Request, answer: StreamAnswer, **headers: str) -> web.StreamResponse:
    """Send it. Where it cannot be brought to an end it is cut short, which its client can tell from its end."""
    response = web.StreamResponse(headers={"Cache-Control": "no-store", **headers})
    response.content_type = answer._media_type
    response.headers["Content-Disposition"] = attachment(answer._name)
    await response.prepare(request)
    try:
        async with aclosing(answer._pieces) as pieces:  # type: ignore[type-var]
            async for piece in pieces:
                await asyncio.wait_for(response.write(piece), STALLED)
        await response.write_eof()
    except Exception as problem:  # Too late to say so in any other way.
        known = isinstance(problem, OSError | TimeoutError)
        log.log(logging.INFO if known else logging.ERROR, "an answer was cut short", exc_info=not known)
        if request.transport is not None:
            request.transport.abort()
    return response
