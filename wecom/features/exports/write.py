"""Writing an export: once, however often its job runs."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable

from pydantic import BaseModel

from wecom.foundation import audit
from wecom.foundation.blobs import Store, hold
from wecom.foundation.db import Db, Pool, transaction
from wecom.foundation.errors import WecomError

from .. import apps, directory
from ..apps import App
from ..apps.model import AppDisabled, NoSuchApp
from ..directory import EVERYTHING, Department, Member, Tag
from ..directory.refusals import NoSuchTag
from . import queries
from .files import Spelt, write_files
from .jobs import ATTEMPTS, OWNER
from .model import Export, ExportFile

log = logging.getLogger(__name__)

AT_ONCE = 1000
MEDIA_TYPE = "application/octet-stream"

Spell = Callable[[Db, App, Export], Awaitable[Spelt]]


class RunExport(BaseModel):
    """Write what an app asked for."""

    export_id: int


async def write(pool: Pool, store: Store, id: int, spell: Spell) -> None:
    """Write it; who is refused, or tried often enough, has failed. An attempt that dies is made again from its
    beginning, and of two at once the first to end counts."""
    async with transaction(pool) as tx:
        export = await queries.attempt_export(tx, id)
    if export is None or export.key is None:
        return
    try:
        app = await _app_of(pool, export)
        spelt = await spell(pool, app, export)
        files = await write_files(store, export.key, export.block_size, spelt)
    except WecomError as refused:
        return await _fail(pool, export, type(refused).__name__)
    except Exception as problem:
        if export.attempt >= ATTEMPTS:
            await _fail(pool, export, type(problem).__name__)
        raise
    await _keep(pool, app, export, files)


async def everybody(db: Db, app: App) -> AsyncIterator[list[Member]]:
    """The members that the app sees, some at a time; each as they are when their turn comes."""
    after = 0
    while page := await directory.members_after(db, after, AT_ONCE, seen_by=app.sight):
        yield page
        after = page[-1].id


async def departments(db: Db, app: App) -> AsyncIterator[list[Department]]:
    """The departments that the app sees."""
    found = await directory.departments(db, seen_by=app.sight)
    for start in range(0, len(found), AT_ONCE):
        yield found[start : start + AT_ONCE]


async def tagged(db: Db, app: App, export: Export) -> tuple[Tag, AsyncIterator[list[Member]], AsyncIterator[list[int]]]:
    """A tag, and the members and departments it is on, of those that the app sees."""
    tag = await directory.tag(db, export.tag_id) if export.tag_id is not None else None
    if tag is None:
        raise NoSuchTag
    on = await directory.tagged(db, tag.id, seen_by=app.sight)

    async def members() -> AsyncIterator[list[Member]]:
        for start in range(0, len(on.member_ids), AT_ONCE):
            yield await directory.members_by_ids(db, on.member_ids[start : start + AT_ONCE], seen_by=app.sight)

    async def department_ids() -> AsyncIterator[list[int]]:
        yield list(on.department_ids)

    return tag, members(), department_ids()


async def _app_of(db: Db, export: Export) -> App:
    """As it is now: what it may no longer see, it is no longer told."""
    found = await apps.profile(db, export.app_id)
    if not found:
        raise NoSuchApp
    if not found.enabled:
        raise AppDisabled
    sight = EVERYTHING if found.kind == "contacts" else await apps.sight_of(db, found)
    return App(found.id, found.kind, found.agentid, found.name, sight)


async def _keep(pool: Pool, app: App, export: Export, files: list[ExportFile]) -> None:
    async with transaction(pool) as tx:
        if not await queries.end_export(tx, export.id, "done"):
            return
        for each in files:
            await hold(tx, each.hash, each.size, MEDIA_TYPE, OWNER, str(export.id))
            await queries.insert_file(tx, export.id, each)
        await audit.record(
            tx,
            export.app_id,
            "export.done",
            f"export:{export.id}",
            kind=export.kind,
            entries=sum(each.entries for each in files),
            files=len(files),
            bytes=sum(each.size for each in files),
            everybody=app.sight.everything,
            departments=sorted(app.sight.departments),
            members=sorted(app.sight.members)[:AT_ONCE],
        )


async def _fail(pool: Pool, export: Export, because: str) -> None:
    log.warning("an export failed", extra={"export": export.id, "because": because})
    async with transaction(pool) as tx:
        if await queries.end_export(tx, export.id, "failed"):
            await audit.record(
                tx, export.app_id, "export.failed", f"export:{export.id}", kind=export.kind, because=because
            )
