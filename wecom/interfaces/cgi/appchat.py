"""应用推送群聊: apps make chats for members and speak in them."""

import secrets
from typing import Any

from pydantic import ConfigDict, Field

from wecom.features import apps, directory
from wecom.features.accounts import Limiter
from wecom.features.apps import Appchat, SpeakingApp
from wecom.features.messaging import Draft
from wecom.foundation.db import Db, Pool, transaction
from wecom.foundation.http import Caller, Endpoints
from wecom.services import Services
from wecom.settings import Settings

from .carried import said_or_carried
from .mentions import calling_on
from .refusals import ChatidMissing, ChatidTooLong, ChatMembersMissing, TooFrequent
from .speech import described
from .wire import Answer, Body, Flag, Query, Text, Texts, piped

endpoints = Endpoints("/cgi-bin/appchat")

DAY, HOUR, MINUTE = 86400, 3600, 60


class NewChat(Body):
    chatid: Text = ""
    name: Text = ""
    owner: Text = ""
    userlist: Texts = Field(default_factory=list)


class ChatChanges(Body):
    chatid: Text = ""
    name: Text = ""
    owner: Text = ""
    add_user_list: Texts = Field(default_factory=list)
    del_user_list: Texts = Field(default_factory=list)


class OneChat(Query):
    chatid: str = ""


class ChatMessage(Body):
    # the object of its type stands beside these
    model_config = ConfigDict(
        extra="allow", json_schema_extra=described("text", "markdown", "textcard", "news", "image", "file")
    )

    chatid: Text = ""
    msgtype: Text = ""
    safe: Flag = False

    @property
    def extra(self) -> dict[str, Any]:
        return self.__pydantic_extra__ or {}


class ChatId(Answer):
    chatid: str


class SentToChat(Answer):
    limiteduser: str | None = None
    """Beyond Tencent's: who has had as many messages of app chats as they may. A chat has no gaps, so they have
    this one too; it is for the app to write less."""


class ChatInfo(Answer):
    chatid: str
    name: str
    owner: str
    userlist: list[str]
    chat_type: int = 0
    """An ordinary chat: there are no others here."""


class ChatAnswer(Answer):
    chat_info: ChatInfo


@endpoints.post("/create", docs=(90245,))
async def create_chat(
    pool: Pool, app: SpeakingApp, limiter: Limiter, settings: Settings, body: NewChat, caller: Caller
) -> ChatId:
    """创建群聊会话: start a chat of members, which the app can then speak in."""
    if len(body.chatid) > 32:
        raise ChatidTooLong
    if not body.userlist:
        raise ChatMembersMissing
    await _within(limiter, "appchat:create", settings.appchat_create_per_day, DAY)
    async with transaction(pool) as tx:
        chatid = await apps.create_appchat(
            tx,
            app,
            chatid=body.chatid,
            name=body.name,
            owner=body.owner,
            userids=body.userlist,
            from_address=caller.address,
        )
    return ChatId(chatid=chatid)


@endpoints.post("/update", docs=(90246,))
async def update_chat(
    pool: Pool, app: SpeakingApp, limiter: Limiter, settings: Settings, body: ChatChanges, caller: Caller
) -> Answer:
    """修改群聊会话: rename a chat, change its owner, let members in and put others out."""
    if not body.chatid:
        raise ChatidMissing
    await _within(limiter, "appchat:update", settings.appchat_update_per_hour, HOUR)
    async with transaction(pool) as tx:
        await apps.change_appchat(
            tx,
            app,
            body.chatid,
            name=body.name,
            owner=body.owner,
            add=body.add_user_list,
            remove=body.del_user_list,
            from_address=caller.address,
        )
    return Answer()


@endpoints.get("/get", docs=(90247,))
async def get_chat(db: Db, app: SpeakingApp, query: OneChat) -> ChatAnswer:
    """获取群聊会话: a chat that the app made, and who is in it."""
    chat = await _chat(db, app, query.chatid)
    userids = await directory.userids_of(db, chat.members)
    owner = userids.get(chat.owner_id, "") if chat.owner_id is not None else ""
    members = [userids[id] for id in chat.members if id in userids]
    return ChatAnswer(chat_info=ChatInfo(chatid=chat.chatid, name=chat.name, owner=owner, userlist=members))


@endpoints.post("/send", docs=(90248,))
async def send_to_chat(pool: Pool, app: SpeakingApp, services: Services, body: ChatMessage) -> SentToChat:
    """应用推送消息: say something in a chat that the app made."""
    chat = await _chat(pool, app, body.chatid)
    said = await said_or_carried(services, body.msgtype, body.extra, safe=body.safe)
    said = await calling_on(pool, said, body.extra.get(body.msgtype), chat.conversation_id)
    limited = await _limited(services, chat)
    draft = Draft(chat.conversation_id, app.id, secrets.token_hex(16), said)
    await services.mailroom.post(draft)
    if not limited:
        return SentToChat()
    userids = await directory.userids_of(pool, limited)
    return SentToChat(limiteduser=piped(userids[id].lower() for id in limited if id in userids))


async def _chat(db: Db, app: SpeakingApp, chatid: str) -> Appchat:
    if not chatid:
        raise ChatidMissing
    return await apps.appchat(db, app, chatid)


async def _limited(services: Services, chat: Appchat) -> list[int]:
    """Count a message to everybody in a chat; who has had too many. Raises `TooFrequent` where that is all of them."""
    limiter, settings = services.limiter, services.settings
    wait = await limiter.allow_all(
        ("appchat:persons", settings.appchat_person_per_minute, MINUTE),
        ("appchat:persons:hour", settings.appchat_person_per_hour, HOUR),
        n=len(chat.members),
    )
    if wait is not None:
        raise TooFrequent(retry_after=wait)
    over = await limiter.over("appchat:member", chat.members, settings.appchat_member_per_minute, MINUTE)
    over |= await limiter.over("appchat:member:day", chat.members, settings.appchat_member_per_day, DAY)
    if over and len(over) == len(chat.members):
        raise TooFrequent(retry_after=MINUTE)
    return [id for id in chat.members if id in over]


async def _within(limiter: Limiter, key: str, limit: int, seconds: int) -> None:
    if limit and (wait := await limiter.allow(key, limit, seconds)) is not None:
        raise TooFrequent(retry_after=wait)
