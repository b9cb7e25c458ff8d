"""异步导出接口: exports of what an app sees, to files encrypted with a key of its own.

The files are kept for a day, and those of an app's five newest exports; a link to one is good for two hours.
"""

from pydantic import Field

from wecom.features import exports
from wecom.features.apps import App
from wecom.features.exports import Kind, State
from wecom.foundation.db import Db, Tx
from wecom.foundation.http import Caller, Endpoints
from wecom.services import Services
from wecom.settings import Settings

from .wire import Answer, Body, Number, Query, Text

endpoints = Endpoints("/cgi-bin/export")

STATUS: dict[State, int] = {"waiting": 0, "running": 1, "done": 2, "failed": 3}


class NewExport(Body):
    encoding_aeskey: Text = Field(min_length=1)
    block_size: Number = 10**6


class NewTagExport(NewExport):
    tagid: Number


class OneExport(Query):
    jobid: str = Field(min_length=1)


class Begun(Answer):
    jobid: str


class File(Answer):
    url: str
    size: int
    md5: str


class Result(Answer):
    status: int
    data_list: list[File] | None = None


@endpoints.post("/simple_user", docs=(94849, 94950))
async def export_users_briefly(tx: Tx, app: App, body: NewExport, settings: Settings, caller: Caller) -> Begun:
    """导出成员: everybody, as user/simplelist has them."""
    return await _begin(tx, app, "brief_members", body, settings, caller)


@endpoints.post("/user", docs=(94851, 94951))
async def export_users(tx: Tx, app: App, body: NewExport, settings: Settings, caller: Caller) -> Begun:
    """导出成员详情: everybody, as user/list has them."""
    return await _begin(tx, app, "members", body, settings, caller)


@endpoints.post("/department", docs=(94852, 94952))
async def export_departments(tx: Tx, app: App, body: NewExport, settings: Settings, caller: Caller) -> Begun:
    """导出部门: every department, as department/list has them."""
    return await _begin(tx, app, "departments", body, settings, caller)


@endpoints.post("/taguser", docs=(94853, 94953))
async def export_tag_members(tx: Tx, app: App, body: NewTagExport, settings: Settings, caller: Caller) -> Begun:
    """导出标签成员: whom a tag is on, as tag/get has them."""
    return await _begin(tx, app, "tagged", body, settings, caller, tag_id=body.tagid)


@endpoints.get("/get_result", docs=(94854, 94954))
async def get_export_result(db: Db, app: App, query: OneExport, services: Services, caller: Caller) -> Result:
    """获取导出结果: how far it is, and links to the files; only for the app that began it."""
    id, state, files = await exports.result(db, app, query.jobid)
    if state != "done":
        return Result(status=STATUS[state])
    site, now = caller.site(services.settings.public_url), services.clock()
    links = [f"{site}/exports/{exports.link_to(services.key, id, each, now=now)}" for each in files]
    told = [File(url=link, size=each.size, md5=each.md5.hex()) for link, each in zip(links, files, strict=True)]
    return Result(status=STATUS[state], data_list=told)


async def _begin(
    tx: Tx,
    app: App,
    kind: Kind,
    body: NewExport,
    settings: Settings,
    caller: Caller,
    *,
    tag_id: int | None = None,
) -> Begun:
    jobid = await exports.begin(
        tx,
        app,
        kind,
        body.encoding_aeskey,
        body.block_size,
        tag_id=tag_id,
        site=caller.site(settings.public_url),
        address=caller.address,
    )
    return Begun(jobid=jobid)
