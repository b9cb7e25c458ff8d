"""素材管理: material that apps upload, all apps of the company may fetch, and that is gone after three days."""

from datetime import UTC, datetime
from functools import partial

from aiohttp import web
from pydantic import Field

from wecom.features import directory, media
from wecom.features.accounts import Limiter
from wecom.features.apps import App
from wecom.features.checkins.photo_ids import punch_of_photo
from wecom.features.checkins.photos import photo_taken
from wecom.features.health import files, for_apps
from wecom.features.media import Media, MediaExpired, NoSuchMedia
from wecom.foundation.blobs import Held
from wecom.foundation.db import Db, Pool, Tx, transaction
from wecom.foundation.errors import Missing, WecomError
from wecom.foundation.http import Caller, Endpoints, FileAnswer, Upload, give
from wecom.services import Services

from .refusals import InvalidMediaType, TooFrequent
from .wire import Answer, Query, wrong_json

endpoints = Endpoints("/cgi-bin/media")

DAY, MONTH = 86_400, 30 * 86_400
PICTURES = "/cgi-bin/media/picture/"
SHOWN = {
    # A picture of another address is another picture.
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
}


class Kind(Query):
    type: str = ""


class OneMedia(Query):
    media_id: str = Field(min_length=1, max_length=512)


class Uploaded(Answer):
    type: str
    media_id: str
    created_at: str
    """Seconds, which Tencent sends as a string here."""

    @classmethod
    def of(cls, added: Media) -> "Uploaded":
        return cls(type=added.kind, media_id=added.id, created_at=str(int(added.created_at.timestamp())))


class Url(Answer):
    url: str


@endpoints.post("/upload", docs=(90253, 90389, 90871))
async def upload_media(pool: Pool, app: App, services: Services, query: Kind, file: Upload) -> Uploaded:
    """上传临时素材: keep a file for three days."""
    wrong_json.set(False)
    if query.type not in media.KINDS:
        raise InvalidMediaType
    kept = await media.take(services.blobs, query.type, file.name, file.chunks(), declared=file.declared)
    async with transaction(pool) as tx:
        added = await media.add(tx, app.id, kept)
    return Uploaded.of(added)


@endpoints.post("/uploadimg", docs=(90256, 90392, 90874))
async def upload_picture(
    pool: Pool, app: App, services: Services, limiter: Limiter, caller: Caller, file: Upload
) -> Url:
    """上传图片: keep a picture for good, at an address that anybody may ask for who knows it."""
    wrong_json.set(False)
    settings = services.settings
    limits = ("uploadimg:day", settings.pictures_per_day, DAY), ("uploadimg:month", settings.pictures_per_month, MONTH)
    if (wait := await limiter.allow_all(*limits)) is not None:
        raise TooFrequent(retry_after=wait)
    try:
        kept = await media.take(
            services.blobs, "image", file.name, file.chunks(), declared=file.declared, most=media.LARGEST_PICTURE
        )
    except WecomError:
        await limiter.allow_all(*limits, n=-1)  # what is refused is not one of the day's pictures
        raise
    async with transaction(pool) as tx:
        added = await media.add(tx, app.id, kept, life=None)
    return Url(url=f"{caller.site(settings.public_url)}{PICTURES}{added.id}")


@endpoints.get("/get", docs=(90254, 90390, 90872))
async def get_media(tx: Tx, app: App, services: Services, query: OneMedia, caller: Caller) -> FileAnswer:
    """获取临时素材: the file, or the part that a Range names.

    Also the photo of a check-in, of whom the app sees; and one of a health report that names it as a reader."""
    if query.media_id.startswith(files.PREFIX):
        return await _answer(services, await _health_photo(tx, app, services, query.media_id, caller.address))
    if punch_id := punch_of_photo(services.key, query.media_id):
        return await _answer(services, await _photo(tx, app, query.media_id, punch_id))
    return await _answer(services, await media.find(tx, query.media_id))


def pictures(services: Services) -> list[web.RouteDef]:
    """Where pictures for pages are shown: whoever reads a page has no access token."""

    async def picture(request: web.Request) -> web.StreamResponse:
        try:
            found = await media.find(services.pool, request.match_info["id"], "image")
            answer = await _answer(services, found, named=False)
            return await give(request, answer, **SHOWN)
        except Missing:
            raise web.HTTPNotFound from None
        except WecomError as problem:
            raise web.HTTPBadRequest(text=str(problem)) from None

    return [web.get(PICTURES + "{id}", picture, allow_head=False)]


async def _photo(db: Db, app: App, id: str, punch_id: int) -> Media:
    taken = await photo_taken(db, punch_id)
    if not taken or not await directory.userids_of(db, [taken[0]], seen_by=app.sight):
        raise NoSuchMedia
    return _of_photo(id, taken[1])


async def _health_photo(tx: Tx, app: App, services: Services, id: str, address: str) -> Media:
    photo_id = files.photo_of_file(services.key, id, app.id, now=services.clock())
    found = await files.photo_for_app(tx, app.id, photo_id) if photo_id is not None else None
    if found is None:
        raise NoSuchMedia
    job_id, member_id, photo = found
    if not await directory.userids_of(tx, [member_id], seen_by=app.sight):
        raise NoSuchMedia
    await for_apps.note_photo(tx, app.id, job_id, member_id, address=address)
    return _of_photo(id, photo)


def _of_photo(id: str, photo: Held) -> Media:
    name = "photo.png" if photo.media_type == "image/png" else "photo.jpg"
    return Media(id, "image", name, photo.media_type, photo.hash, photo.size, datetime.fromtimestamp(0, UTC))


async def _answer(services: Services, found: Media, *, named: bool = True) -> FileAnswer:
    if await services.blobs.read(found.hash, 0, 1) is None:  # let go of meanwhile
        raise MediaExpired
    name = found.name if named else ""
    return FileAnswer.of(name, found.media_type, found.size, partial(services.blobs.read, found.hash))
