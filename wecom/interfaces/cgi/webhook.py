"""群机器人: a webhook's key is all a robot needs to speak in its group."""

import secrets
from typing import Any, Self

from pydantic import ConfigDict

from wecom.features import apps
from wecom.features.messaging import Draft
from wecom.foundation.db import Pool
from wecom.foundation.http import Caller, Endpoints
from wecom.services import Services

from .door import keep_within
from .mentions import calling_on
from .refusals import TooFrequent
from .speech import described, said_by_robot
from .wire import Answer, Body, Query, Text, wrong_json

endpoints = Endpoints("/cgi-bin/webhook")

MINUTE = 60


class Key(Query):
    key: str = ""


class RobotMessage(Body):
    # the object of its type stands beside this
    model_config = ConfigDict(extra="allow", json_schema_extra=described("text", "markdown", "markdown_v2", "news"))

    msgtype: Text = ""

    @property
    def extra(self) -> dict[str, Any]:
        return self.__pydantic_extra__ or {}

    @classmethod
    def model_validate_json(cls, json_data: str | bytes | bytearray, **_: Any) -> Self:
        wrong_json.set(False)  # no door did, since nobody is admitted here
        return super().model_validate_json(json_data)


@endpoints.post("/send", public=True, docs=(91770, 99110), max_body=8 << 20)
async def send_by_webhook(pool: Pool, services: Services, query: Key, body: RobotMessage, caller: Caller) -> Answer:
    """发送群机器人消息: say something in the robot's group."""
    await keep_within(services.limiter, services.settings, "/cgi-bin/webhook/send", caller.address)
    robot = await apps.robot_with_key(pool, query.key)
    said = said_by_robot(body.msgtype, body.extra)
    limit = services.settings.robot_per_minute
    if limit and (wait := await services.limiter.allow(f"robot:{robot.id}", limit, MINUTE)) is not None:
        raise TooFrequent(retry_after=wait)
    said = await calling_on(pool, said, body.extra.get(body.msgtype), robot.conversation_id)
    await services.mailroom.post(Draft(robot.conversation_id, robot.id, secrets.token_hex(16), said))
    return Answer()
