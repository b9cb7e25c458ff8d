"""群机器人: a webhook's key is all a robot needs to speak in its group."""

import secrets
from typing import Any

from pydantic import ConfigDict

from wecom.features import apps
from wecom.features.messaging import Draft
from wecom.foundation.db import Pool
from wecom.foundation.http import Endpoints
from wecom.services import Services

from .mentions import calling_on
from .refusals import TooFrequent
from .speech import said_by_robot
from .wire import Answer, Body, Query, Text

endpoints = Endpoints("/cgi-bin/webhook")

MINUTE = 60


class Key(Query):
    key: str = ""


class RobotMessage(Body):
    model_config = ConfigDict(extra="allow")  # the object of its type stands beside this

    msgtype: Text = ""

    @property
    def extra(self) -> dict[str, Any]:
        return self.__pydantic_extra__ or {}


@endpoints.post("/send", public=True, docs=(91770, 99110), max_body=8 << 20)
async def send_by_webhook(pool: Pool, services: Services, query: Key, body: RobotMessage) -> Answer:
    """发送群机器人消息: say something in the robot's group."""
    robot = await apps.robot_with_key(pool, query.key)
    limit = services.settings.robot_per_minute
    if limit and (wait := await services.limiter.allow(f"robot:{robot.id}", limit, MINUTE)) is not None:
        raise TooFrequent(retry_after=wait)
    said = said_by_robot(body.msgtype, body.extra)
    said = await calling_on(pool, said, body.extra.get(body.msgtype), robot.conversation_id)
    await services.mailroom.post(Draft(robot.conversation_id, robot.id, secrets.token_hex(16), said))
    return Answer()
