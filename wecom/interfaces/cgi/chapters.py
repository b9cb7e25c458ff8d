"""Every endpoint of WeCom's API, by Tencent's chapters, and what is said at every other path."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from pydantic import BaseModel

from wecom.foundation.http import Endpoint, Endpoints
from wecom.services import Services
from wecom.settings import Settings

from . import (
    agent,
    appchat,
    auth,
    batch,
    checkin,
    checkin_correction,
    checkin_rules,
    checkin_writing,
    department,
    export,
    health,
    inviting,
    media,
    message,
    tag,
    ticket,
    token,
    user,
    webhook,
)
from .absent import why_absent
from .refusals import NoSuchApi, NotOffered, PostRequired
from .wire import Answer, wrong_json

CHAPTERS: dict[str, Endpoints] = {
    "获取access_token": token.endpoints,
    "JS-SDK": ticket.endpoints,
    "身份验证": auth.endpoints,
    "成员管理": user.endpoints,
    "邀请成员": inviting.endpoints,
    "部门管理": department.endpoints,
    "标签管理": tag.endpoints,
    "异步导出接口": export.endpoints,
    "异步导入接口": batch.endpoints,
    "应用管理": agent.endpoints,
    "发送应用消息": message.endpoints,
    "应用推送消息到群聊会话": appchat.endpoints,
    "群机器人": webhook.endpoints,
    "素材管理": media.endpoints,
    "打卡": checkin.endpoints,
    "管理打卡规则": checkin_rules.endpoints,
    "添加打卡记录": checkin_writing.endpoints,
    "补卡": checkin_correction.endpoints,
    "健康上报": health.endpoints,
}

elsewhere = Endpoints("/cgi-bin")


class Rest(BaseModel):
    rest: str


@elsewhere.get("/{rest:.*}", public=True)
async def answer_absent(path: Rest) -> Answer:
    """Say why there is no answer here."""
    wrong_json.set(False)
    asked = f"/cgi-bin/{path.rest}"
    if any(each.path == asked for each in chapters()):
        raise PostRequired
    if reason := why_absent(asked):
        raise NotOffered(f"api forbidden: {reason}", path=asked)
    raise NoSuchApi("invalid url: there is no such API", path=asked)


def chapters() -> Iterator[Endpoint]:
    """The endpoints as Tencent describes them."""
    for group in CHAPTERS.values():
        yield from group


def cgi_endpoints() -> list[Endpoint]:
    """All there is to route: what Tencent describes as GET is answered to POST too, as many clients send it."""
    return [*_tolerant(chapters()), *_tolerant(elsewhere)]


def provided(services: Services) -> dict[type, Any]:
    """What handlers may ask for by type."""
    return {
        Services: services,
        Settings: services.settings,
        type(services.company): services.company,
        type(services.limiter): services.limiter,
        type(services.mailroom): services.mailroom,
        type(services.doorbell): services.doorbell,
    }


def _tolerant(endpoints: Iterable[Endpoint]) -> Iterator[Endpoint]:
    for each in endpoints:
        yield each
        if each.method == "GET":
            yield replace(each, method="POST")
