"""群机器人: a webhook's key is all a robot needs to speak in its group."""

import secrets
from typing import Any, Self

from pydantic import ConfigDict

from wecom.features import apps, media
from wecom.features.messaging import Draft
from wecom.foundation.db import Pool, transaction
from wecom.foundation.http import Caller, Endpoints, Upload
from wecom.services import Services

from .carried import ROBOT_PICTURE, robot_picture, with_material, with_picture
from .door import keep_within
from .media import Uploaded
from .mentions import calling_on
from .refusals import InvalidMediaType, TooFrequent
from .speech import CARRIED, described, said_by_robot
from .wire import Answer, Body, Query, Text, wrong_json

endpoints = Endpoints("/cgi-bin/webhook")

MINUTE = 60
KINDS = "file", "voice"


class Key(Query):
    key: str = ""


class RobotMedia(Key):
    type: str = ""


class RobotMessage(Body):
    # the object of its type stands beside this
    model_config = ConfigDict(
        extra="allow",
        json_schema_extra=described("text", "markdown", "markdown_v2", "news", "file", image=ROBOT_PICTURE),
    )

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
    picture = robot_picture(body.extra) if body.msgtype == "image" else None
    said = None if body.msgtype in CARRIED else said_by_robot(body.msgtype, body.extra)
    await _within(services, f"robot:{robot.id}")
    if picture is not None:
        said = await with_picture(services, robot.id, picture)
    elif said is None:
        said = await with_material(services, body.msgtype, body.extra, robot_id=robot.id)
    said = await calling_on(pool, said, body.extra.get(body.msgtype), robot.conversation_id)
    await services.mailroom.post(Draft(robot.conversation_id, robot.id, secrets.token_hex(16), said))
    return Answer()


@endpoints.post("/upload_media", public=True, docs=(99110,))
async def upload_robot_media(
    pool: Pool, services: Services, query: RobotMedia, file: Upload, caller: Caller
) -> Uploaded:
    """群机器人上传文件: keep a file for three days, which this robot alone can send."""
    wrong_json.set(False)
    await keep_within(services.limiter, services.settings, "/cgi-bin/webhook/upload_media", caller.address)
    if query.type not in KINDS:
        raise InvalidMediaType
    robot = await apps.robot_with_key(pool, query.key)
    await _within(services, f"robot-media:{robot.id}")
    kept = await media.take(services.blobs, query.type, file.name, file.chunks(), declared=file.declared)
    async with transaction(pool) as tx:
        added = await media.add(tx, robot.id, kept)
    return Uploaded.of(added)


async def _within(services: Services, key: str) -> None:
    limit = services.settings.robot_per_minute
    if limit and (wait := await services.limiter.allow(key, limit, MINUTE)) is not None:
        raise TooFrequent(retry_after=wait)
