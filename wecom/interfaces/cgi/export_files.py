"""What stands in an export's files, spelt as the lists of the other chapters; and fetching such a file."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from functools import partial

import orjson
from aiohttp import web

from wecom.features import exports
from wecom.features.apps import App
from wecom.features.exports import Export, Fetched, NoSuchFile, RunExport, Spelt
from wecom.features.lifecycle.faces import Faces
from wecom.foundation.db import Db, transaction
from wecom.foundation.errors import WecomError
from wecom.foundation.http import caller_of, send_part
from wecom.foundation.jobs import job
from wecom.services import Services

from .department import department_views
from .errcodes import errcode
from .member_wire import views
from .tag import BriefMember as TaggedMember
from .user import brief
from .wire import Answer

RANGE = re.compile(r"bytes=(\d*)-(\d*)")
HEADERS = {"Content-Type": "application/octet-stream", "Accept-Ranges": "bytes", "Cache-Control": "no-store"}

Entries = AsyncIterator[tuple[str, Sequence[bytes]]]


@job(RunExport, attempts=exports.ATTEMPTS)
async def run_export(services: Services, args: RunExport) -> None:
    await exports.write(services.pool, services.blobs, args.export_id, partial(spell, services.key))


async def spell(key: bytes, db: Db, app: App, export: Export) -> Spelt:
    """An export in Tencent's words."""
    match export.kind:
        case "brief_members":
            return Spelt({}, ("userlist",), _brief(db, app))
        case "members":
            return Spelt({}, ("userlist",), _members(db, app, Faces(key, export.site)))
        case "departments":
            return Spelt({}, ("department",), _departments(db, app))
        case "tagged":
            return await _tagged(db, app, export)


async def _brief(db: Db, app: App) -> Entries:
    async for page in exports.everybody(db, app):
        yield "userlist", _written([brief(each) for each in page])


async def _members(db: Db, app: App, faces: Faces) -> Entries:
    async for page in exports.everybody(db, app):
        yield "userlist", _written(await views(db, app, faces, page))


async def _departments(db: Db, app: App) -> Entries:
    async for page in exports.departments(db, app):
        yield "department", _written(await department_views(db, app, page))


async def _tagged(db: Db, app: App, export: Export) -> Spelt:
    tag, members, department_ids = await exports.tagged(db, app, export)

    async def entries() -> Entries:
        async for page in members:
            yield "userlist", _written([TaggedMember(userid=each.userid, name=each.name) for each in page])
        async for ids in department_ids:
            yield "partylist", [orjson.dumps(id) for id in ids]

    return Spelt({"tagname": tag.name}, ("userlist", "partylist"), entries())


def _written(answers: Sequence[Answer]) -> list[bytes]:
    return [each.model_dump_json(by_alias=True, exclude_none=True).encode() for each in answers]


def files(services: Services) -> list[web.RouteDef]:
    """Where the files of exports are fetched."""
    return [web.get("/exports/{link}", _fetching(services))]


def _fetching(services: Services) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def fetching(request: web.Request) -> web.StreamResponse:
        try:
            link = request.match_info["link"]
            fetched = await exports.fetch(services.pool, services.key, link, now=services.clock())
            if await services.blobs.read(fetched.file.hash, 0, 1) is None:
                raise NoSuchFile
        except WecomError as refused:
            return web.json_response({"errcode": errcode(refused), "errmsg": str(refused)}, status=404)
        return await _sent(services, request, fetched)

    return fetching


async def _sent(services: Services, request: web.Request, fetched: Fetched) -> web.StreamResponse:
    file = fetched.file
    headers = HEADERS | {"ETag": f'"{file.hash.hex()}"'}
    whole = request.headers.get("If-Range", headers["ETag"]) != headers["ETag"]
    part = None if whole else _part(request.headers.get("Range", ""), file.size)
    if part is not None and not part:
        return web.Response(status=416, headers=headers | {"Content-Range": f"bytes */{file.size}"})
    span = part if part is not None else range(file.size)
    if part is not None:
        headers["Content-Range"] = f"bytes {span.start}-{span.stop - 1}/{file.size}"
    response = web.StreamResponse(status=200 if part is None else 206, headers=headers)
    response.content_length = len(span)
    if request.method == "HEAD":
        return response
    address = caller_of(request, services.settings.trusted_proxies).address
    async with transaction(services.pool) as tx:
        await exports.note_fetched(tx, fetched, address)
    await send_part(request, response, partial(services.blobs.read, file.hash), span.start, span.stop)
    return response


def _part(asked: str, size: int) -> range | None:
    """The bytes that a Range header names; None for all of them, an empty range where there are none such.

    Several ranges at once, and units other than bytes, may be answered with everything (RFC 9110, 14.2).
    """
    found = RANGE.fullmatch(asked.replace(" ", ""))
    if not found or len(asked) > 64 or found[1] == found[2] == "":
        return None
    if not found[1]:
        return range(max(0, size - int(found[2])), size)
    first = int(found[1])
    last = min(int(found[2]), size - 1) if found[2] else size - 1
    if found[2] and int(found[2]) < first:
        return None
    return range(first, last + 1) if first < size else range(0)
