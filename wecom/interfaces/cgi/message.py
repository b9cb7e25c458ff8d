"""消息推送: apps speak to members, departments, tags and everybody."""

import hashlib
from datetime import timedelta
from typing import Any, Literal

import orjson
from pydantic import ConfigDict, Field

from wecom.features import apps, directory
from wecom.features.apps import Reached, Sent, SpeakingApp
from wecom.features.apps.model import NobodyNamed
from wecom.features.messaging import ToSay
from wecom.foundation.db import Db, Pool, Tx, transaction
from wecom.foundation.http import Caller, Endpoints
from wecom.services import Services
from wecom.settings import Settings

from .agent import must_be
from .carried import said_or_carried
from .refusals import TooManyRecipientDepartments, TooManyRecipients, TooManyRecipientTags
from .speech import described
from .translation import translated
from .wire import Answer, Body, Flag, Number, Pipes, Text, WrongParameter, piped

endpoints = Endpoints("/cgi-bin/message")

MOST_USERS = 1000
MOST_PARTIES = 100
MOST_TAGS = 100
LONGEST_CHECK = 4 * 3600
ALL = "@all"


class Message(Body):
    # the object of its type stands beside these
    model_config = ConfigDict(
        extra="allow", json_schema_extra=described("text", "markdown", "textcard", "news", "image", "file")
    )

    touser: Pipes = Field(default_factory=list)
    toparty: Pipes = Field(default_factory=list)
    totag: Pipes = Field(default_factory=list)
    agentid: Number
    msgtype: Text = ""
    safe: Flag = False
    enable_id_trans: Flag = False
    enable_duplicate_check: Flag = False
    duplicate_check_interval: Number = 1800

    @property
    def extra(self) -> dict[str, Any]:
        return self.__pydantic_extra__ or {}

    def digest(self, said: ToSay) -> bytes:
        """Of all that is asked for, however its JSON is written."""
        known = self.model_dump(include=set(type(self).model_fields))
        return hashlib.sha256(orjson.dumps([known, said.model_dump()], option=orjson.OPT_SORT_KEYS)).digest()


class MessageSent(Answer):
    invaliduser: str | None = None
    invalidparty: str | None = None
    invalidtag: str | None = None
    unlicenseduser: str | None = None
    limiteduser: str | None = None
    """Beyond Tencent's: who has had as many messages of the app as they may, and so not this one."""
    msgid: str


class Recall(Body):
    msgid: Text = Field(min_length=1)


class StatisticsOf(Body):
    time_type: Literal[0, 1] = 0


class AppStatistics(Answer):
    agentid: int
    app_name: str
    count: int


class Statistics(Answer):
    statistics: list[AppStatistics]


@endpoints.post("/send", docs=(90236, 90372, 90854))
async def send_message(pool: Pool, app: SpeakingApp, services: Services, body: Message) -> MessageSent:
    """发送应用消息: say something to those named, as far as the app sees them."""
    await must_be(pool, app, body.agentid)
    said = await said_or_carried(services, body.msgtype, body.extra, safe=body.safe)
    if not 0 <= body.duplicate_check_interval <= LONGEST_CHECK:
        raise WrongParameter("duplicate_check_interval")
    digest = body.digest(said)
    reached, misnamed = await _reached(pool, app, body)
    if body.enable_id_trans:
        said = await translated(pool, said, seen_by=app.sight)
    settings = services.settings
    async with transaction(pool) as tx:
        sent = await apps.send(
            tx,
            app,
            said,
            reached,
            quotas=quotas(settings),
            day=apps.day_of(services.clock(), services.company.timezone),
            digest=digest,
            not_again_for=_not_again_for(body),
        )
    return MessageSent(
        invaliduser=piped(reached.unknown_userids),
        invalidparty=piped([*reached.unknown_departments, *misnamed["toparty"]]),
        invalidtag=piped([*reached.unknown_tags, *misnamed["totag"]]),
        limiteduser=await _limited(pool, sent),
        msgid=apps.msgid(services.key, sent.conversation_id, sent.seq),
    )


@endpoints.post("/recall", docs=(94867,))
async def recall_message(tx: Tx, app: SpeakingApp, services: Services, body: Recall, caller: Caller) -> Answer:
    """撤回应用消息: take back what the app said within the last 24 hours."""
    conversation_id, seq = apps.place_of(services.key, body.msgid)
    await apps.recall(tx, app, conversation_id, seq, address=caller.address)
    return Answer()


@endpoints.post("/get_statistics", docs=(92369,))
async def count_messages(db: Db, app: SpeakingApp, services: Services, body: StatisticsOf) -> Statistics:
    """查询应用消息发送统计: how many person-times the app sent today or yesterday."""
    count = await apps.person_times(db, app, services.company.timezone, services.clock(), body.time_type)
    return Statistics(statistics=[AppStatistics(agentid=app.agentid or 0, app_name=app.name, count=count)])


def quotas(settings: Settings) -> apps.Quotas:
    return apps.Quotas(
        persons_a_day=settings.account_cap * settings.app_message_per_account,
        to_one_a_minute=settings.app_message_per_minute,
        to_one_an_hour=settings.app_message_per_hour,
    )


async def _reached(db: Db, app: SpeakingApp, body: Message) -> tuple[Reached, dict[str, list[str]]]:
    """Whom the message reaches, and what of the lists of numbers is no number."""
    misnamed: dict[str, list[str]] = {"toparty": [], "totag": []}
    if ALL in body.touser:
        return await apps.everyone(db, app), misnamed
    if not (body.touser or body.toparty or body.totag):
        raise NobodyNamed
    if len(body.touser) > MOST_USERS:
        raise TooManyRecipients
    if len(body.toparty) > MOST_PARTIES:
        raise TooManyRecipientDepartments
    if len(body.totag) > MOST_TAGS:
        raise TooManyRecipientTags
    numbers: dict[str, list[int]] = {}
    for name, given in (("toparty", body.toparty), ("totag", body.totag)):
        good = [each for each in given if each.isascii() and each.isdecimal() and int(each) < 2**31]
        numbers[name] = [int(each) for each in good]
        misnamed[name] = [each for each in given if each not in good]
    return await apps.reach(db, app, body.touser, numbers["toparty"], numbers["totag"]), misnamed


def _not_again_for(body: Message) -> timedelta | None:
    return timedelta(seconds=body.duplicate_check_interval) if body.enable_duplicate_check else None


async def _limited(db: Db, sent: Sent) -> str | None:
    if not sent.limited:
        return None
    userids = await directory.userids_of(db, sent.limited)
    return piped(userids[id].lower() for id in sent.limited if id in userids)
