"""异步导入接口: members and departments from a CSV that was uploaded, by a job; and what became of each line.

A callback is checked and kept with the import; nothing is called back yet, so ask `getresult`.
"""

from typing import Literal

from pydantic import Field

from wecom.features import imports
from wecom.features.apps import App, ContactsApp
from wecom.features.imports import Callback, Kind, Line
from wecom.foundation.db import Db, Tx
from wecom.foundation.http import Caller, Endpoints

from .errcode_texts import TEXTS
from .errcodes import errcode_named
from .wire import Answer, Body, Flag, Query, Text

endpoints = Endpoints("/cgi-bin/batch")

TYPES: dict[Kind, Literal["sync_user", "replace_user", "replace_party"]] = {
    "change_members": "sync_user",
    "replace_members": "replace_user",
    "replace_departments": "replace_party",
}
STATUSES = {"waiting": 1, "running": 2, "done": 3}


class CallbackBody(Body):
    url: Text = ""
    token: Text = ""
    encodingaeskey: Text = ""


class DepartmentTable(Body):
    media_id: Text = Field(min_length=1)
    callback: CallbackBody | None = None


class MemberTable(DepartmentTable):
    to_invite: Flag = True


class Job(Answer):
    jobid: str


class OneJob(Query):
    jobid: str = Field(min_length=1)


class LineResult(Answer):
    errcode: int
    errmsg: str
    userid: str | None = None
    action: int | None = None
    partyid: int | None = None


class JobResult(Answer):
    """`errcode` and `errmsg` where the whole was refused, and nothing was done."""

    errcode: int | None = None
    errmsg: str | None = None
    status: int
    type: str
    total: int
    percentage: int
    result: list[LineResult]
    deleted_partyid: list[int] | None = Field(
        None, description="Ours: departments that an import of members emptied, and that no table has any more."
    )


@endpoints.post("/syncuser", docs=(90980, 91130, 91163))
async def change_members(tx: Tx, app: ContactsApp, body: MemberTable, caller: Caller) -> Job:
    """增量更新成员: add the members of a table that are new, and change the others; whoever is not in it stays."""
    return await _begin(tx, app, "change_members", body, caller, invites=body.to_invite)


@endpoints.post("/replaceuser", docs=(90981, 91131, 91164))
async def replace_members(tx: Tx, app: ContactsApp, body: MemberTable, caller: Caller) -> Job:
    """全量覆盖成员: the same, and whoever is not in the table leaves, unless these are too many to be meant."""
    return await _begin(tx, app, "replace_members", body, caller, invites=body.to_invite)


@endpoints.post("/replaceparty", docs=(90981, 91132, 91165))
async def replace_departments(tx: Tx, app: ContactsApp, body: DepartmentTable, caller: Caller) -> Job:
    """全量覆盖部门: make the departments those of a table; others go as soon as nobody is in them."""
    return await _begin(tx, app, "replace_departments", body, caller)


@endpoints.get("/getresult", docs=(90983, 91133, 91166))
async def read_job_result(db: Db, app: ContactsApp, query: OneJob) -> JobResult:
    """获取异步任务结果: how far an import is, and once it has ended, what became of each line."""
    found = await imports.result(db, query.jobid)
    refused = errcode_named(found.refusal) if found.refusal else None
    # In a result on members every line has a userid, which is what callers look for.
    emptied = [each for each in found.lines if each.done == Line.DELETED and found.kind != "replace_departments"]
    lines = found.lines[: len(found.lines) - len(emptied)]
    return JobResult(
        errcode=refused,
        errmsg=_said(refused, found.message) if refused else None,
        status=STATUSES[found.state],
        type=TYPES[found.kind],
        total=found.total,
        percentage=found.percentage,
        result=[_line(found.kind, each) for each in lines],
        deleted_partyid=[int(each.what) for each in emptied] or None,
    )


async def _begin(tx: Tx, app: App, kind: Kind, body: DepartmentTable, caller: Caller, *, invites: bool = False) -> Job:
    given = body.callback
    callback = Callback(given.url, given.token, given.encodingaeskey) if given and given.model_dump() != EMPTY else None
    jobid = await imports.begin(
        tx, app.id, kind, body.media_id, invites=invites, callback=callback, address=caller.address
    )
    return Job(jobid=jobid)


EMPTY = CallbackBody().model_dump()


def _line(kind: Kind, line: Line) -> LineResult:
    code = errcode_named(line.refusal) if line.refusal else 0
    said = _said(code, line.message) if code else line.message or "ok"
    if kind == "replace_departments":
        action = 0 if line.done == Line.DELETED else line.done
        return LineResult(errcode=code, errmsg=said, action=action, partyid=int(line.what))
    return LineResult(errcode=code, errmsg=said, userid=line.what)


def _said(code: int, message: str) -> str:
    """What Tencent says, and what a person may do about it."""
    return f"{TEXTS[code]}: {message}" if code in TEXTS else message
