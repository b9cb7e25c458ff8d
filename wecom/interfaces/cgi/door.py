"""WeCom's door: access tokens in; HTTP 200 and an errcode out, whatever happened."""

from typing import Any

import orjson
from aiohttp import web
from pydantic import BaseModel, ValidationError

from wecom.features.accounts import Limiter
from wecom.features.apps import App, ContactsApp, SpeakingApp, app_by_token
from wecom.foundation.errors import WecomError
from wecom.foundation.http import Caller
from wecom.foundation.http.door import caller_of
from wecom.services import Services
from wecom.settings import Settings

from .errcodes import SYSTEM_BUSY, errcode, text_of
from .refusals import TooFrequent
from .wire import Answer, WrongParameter, wrong_json

MINUTE, HOUR = 60, 3600
OF_THEIR_OWN = frozenset({"/cgi-bin/message/send"})
"""What has limits of another kind, in person-times, and is outside these."""
CHECKINS = "/cgi-bin/checkin/"
PER_MINUTE = {
    f"{CHECKINS}getcheckindata": 600,
    f"{CHECKINS}getcheckin_daydata": 100,
    f"{CHECKINS}getcheckin_monthdata": 60,
    f"{CHECKINS}getcheckinschedulist": 60,
    f"{CHECKINS}setcheckinschedulist": 60,
    f"{CHECKINS}getcorpcheckinoption": 60,
    f"{CHECKINS}add_checkin_record": 60,
    f"{CHECKINS}punch_correction": 600,
}
"""What may be called less often than the rest, as its page says."""

WARNING = "Warning: wrong json format. "
MORE = "https://open.work.weixin.qq.com/devtool/query?e="


class CgiDoor:
    """How apps are known, and how yes and no are said to them."""

    principals: tuple[type, ...] = (App, ContactsApp, SpeakingApp)

    def __init__(self, services: Services) -> None:
        self._services = services

    async def admit(self, request: web.Request, principal: type) -> Any:
        """The app whose access token stands in the query."""
        wrong_json.set(False)
        services = self._services
        address = caller_of(request, services.settings.trusted_proxies).address
        now = services.clock()
        token = request.query.get("access_token", "")
        app: App = await app_by_token(services.pool, services.key, token, principal, address=address, now=now)
        await keep_within(services.limiter, services.settings, request.path, address)
        return app

    def granted(self, result: BaseModel | None, caller: Caller) -> web.Response:
        said = result.said if isinstance(result, Answer) else "ok"
        if wrong_json.get():
            said = f"{said}. {WARNING}"
        answer = result.model_dump(mode="json", by_alias=True, exclude_none=True) if result else {}
        return _answered({"errcode": 0, "errmsg": said} | answer)

    def refused(self, error: WecomError, caller: Caller) -> web.Response:
        code = errcode(error)
        return _answered({"errcode": code, "errmsg": _errmsg(code, text_of(code, error), caller)})

    def broken(self, caller: Caller) -> web.Response:
        return _answered({"errcode": SYSTEM_BUSY, "errmsg": _errmsg(SYSTEM_BUSY, "system busy", caller)})

    def misread(self, part: str, problem: ValidationError) -> WecomError:
        first = problem.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else part
        return WrongParameter(name, missing=first["type"] in ("missing", "string_too_short"))


async def keep_within(limiter: Limiter, settings: Settings, path: str, address: str) -> None:
    """Count a call of one API; raises `TooFrequent` over what the settings allow."""
    if path in OF_THEIR_OWN:
        return
    most = settings.api_per_minute and min(settings.api_per_minute, PER_MINUTE.get(path, settings.api_per_minute))
    wait = await limiter.allow_all(
        (f"cgi:{path}", most, MINUTE),
        (f"cgi:{path}:hour", settings.api_per_hour, HOUR),
        (f"cgi:{path}:{address}", settings.api_per_address, MINUTE),
        (f"cgi:{path}:{address}:hour", settings.api_per_address_hour, HOUR),
    )
    if wait is not None:
        raise TooFrequent(retry_after=wait)


def _errmsg(code: int, text: str, caller: Caller) -> str:
    warning = WARNING if wrong_json.get() else ""
    return f"{warning}{text}, hint: [{caller.request_id}], from ip: {caller.address}, more info at {MORE}{code}"


def _answered(answer: dict[str, Any]) -> web.Response:
    return web.Response(body=orjson.dumps(answer), content_type="application/json", charset="UTF-8")
