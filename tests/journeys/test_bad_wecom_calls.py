"""Whatever an app sends to WeCom's API: HTTP 200, an errcode, and never the one that says that we are at a loss."""

import os
import secrets
import time
import uuid
from dataclasses import dataclass, field
from functools import cache

import pytest
from aiohttp.test_utils import TestServer

from tests.journeys.fuzzing import Draws, Known, WecomFuzz
from tests.world import CORPID, World
from wecom.features import apps, directory, exports
from wecom.features.accounts import SYSTEM
from wecom.features.apps import App, ContactsApp, SpeakingApp
from wecom.features.messaging import Text
from wecom.foundation.db import transaction
from wecom.interfaces import cgi
from wecom.interfaces.web import LONGEST_LINE, application

CALLS = int(os.environ.get("WECOM_FUZZ", "1"))
SEED = int(os.environ.get("WECOM_FUZZ_SEED", "27"))
NOT_FOR_THIS_APP = 48002
AES_KEY = "IJUiXNpvGbODwKEBSEsAeOAPAhkqHqNCF6g19t9wfg2"


USUAL: Known = {
    "corpid": [CORPID],
    "userid": ["zhangsan", "lisi", "wangwu"],
    "new_userid": [None],
    "useridlist": ["wangwu"],
    "userlist": ["zhangsan", "lisi", "wangwu"],
    "touser": ["zhangsan|lisi", "@all"],
    "toparty": ["2"],
    "totag": [None],
    "department_id": [1, 2, 3],
    "fetch_child": [0, 1],
    "id": [2, 3],
    "parentid": [1],
    "partylist": [2, 3],
    "direct_leader": [None],
    "department": [2],
    "order": [1],
    "is_leader_in_dept": [0],
    "main_department": [None],
    "avatar_mediaid": [None],
    "logo_mediaid": [None],
    "extattr": [None],
    "enable": [1],
    "email_type": [2],
    "email": ["zhangsan@example.com"],
    "cursor": [""],
    "limit": [100],
    "owner": ["zhangsan"],
    "add_user_list": ["wangwu"],
    "del_user_list": [None],
    "msgtype": ["text"],
    "text": [{"content": "你好"}],
    "safe": [0],
    "duplicate_check_interval": [60],
    "time_type": [0, 1],
    "description": ["Ein paar Worte"],
    "report_location_flag": [0, 1],
    "POST /cgi-bin/user/create email": [None],
    "POST /cgi-bin/user/update email": [None],
    "POST /cgi-bin/department/create id": [None],
    "POST /cgi-bin/department/update parentid": [None],
    "POST /cgi-bin/tag/create tagid": [None],
    "POST /cgi-bin/appchat/create chatid": [None],
    "POST /cgi-bin/appchat/create userlist": ["zhangsan", "lisi"],
    "alias": [None],
    "english_name": [None],
    "biz_mail": [None],
    "telephone": [None],
    "gender": [None],
    "address": [None],
    "position": [None],
    "external_position": [None],
    "external_profile": [None],
    "encoding_aeskey": [AES_KEY],
    "block_size": [10**6],
    "user": ["zhangsan"],
    "party": [2],
    "tag": [None],
    "size_type": [1, 2, 3, 4],
    "opencheckindatatype": [1, 2, 3],
    "starttime": [1772467200],
    "endtime": [1772553600],
    "datetime": [1772467200],
    "schedule_date_time": [1772467200],
    "schedule_checkin_time": [None],
    "checkin_time": [1772499600],
    "remark": ["忘记打卡"],
}
"""What makes sense in most calls."""


@cache
def draws() -> Draws:
    return Draws(cgi.openapi(), SEED)


@dataclass
class Ground:
    """What calls stand on, made again where they took it away."""

    world: World
    kind: str
    secret: str = ""
    key: str = field(default_factory=lambda: str(uuid.uuid4()))

    async def ready(self) -> tuple[str, Known]:
        world, pool, services = self.world, self.world.pool, self.world.services
        await services.redis.flushdb()  # how often an API may be called is shown elsewhere
        await pool.execute("UPDATE app_messages SET sent_at = sent_at - interval '2 hours'")
        await pool.execute("UPDATE members SET enabled = true, left_at = NULL WHERE left_at IS NOT NULL OR NOT enabled")
        await pool.execute("UPDATE exports SET state = 'failed', ended_at = now(), key = NULL WHERE ended_at IS NULL")
        if not self.secret:
            await self._begin()
        issued = await apps.issue_token(pool, services.key, self.secret, address="127.0.0.1", now=services.clock())
        app = await apps.app_by_token(pool, services.key, issued.token, App, address="127.0.0.1", now=services.clock())
        department, tag = 10**9 + secrets.randbelow(10**9), 10**9 + secrets.randbelow(10**9)
        async with transaction(pool) as tx:
            await directory.add_department(tx, SYSTEM, secrets.token_hex(8), id=department)
            owner = app.id if app.kind == "app" else None
            await directory.add_tag(tx, SYSTEM, secrets.token_hex(8), id=tag, app_id=owner)
            jobid = await exports.begin(tx, app, "members", AES_KEY, 10**6)
        chats = [await self._chat(app)] if app.kind == "app" else ["none"]
        msgids = [await self._message(app)] if app.kind == "app" else ["none"]
        known: Known = USUAL | {
            "corpsecret": [self.secret],
            "agentid": [app.agentid or 1],
            "tagid": [tag],
            "tagname": [secrets.token_hex(8)],
            "name": [secrets.token_hex(8)],
            "mobile": [world["zhangsan"].mobile],
            "key": [self.key],
            "chatid": chats,
            "msgid": msgids,
            "jobid": [jobid],
            "redirect_domain": ["app.example.com"],
            "home_url": ["https://app.example.com/"],
            "POST /cgi-bin/user/create userid": [f"neu{secrets.token_hex(6)}"],
            "POST /cgi-bin/user/create mobile": [f"138{secrets.randbelow(10**8):08}"],
            "GET /cgi-bin/department/delete id": [department],
        }
        return issued.token, known

    async def _begin(self) -> None:
        async with transaction(self.world.pool) as tx:
            if self.kind == "app":
                _, self.secret = await apps.create_app(tx, SYSTEM, "公告", visible_departments=[1])
            else:
                _, self.secret = await apps.create_contacts_app(tx, SYSTEM)
            await apps.create_robot(tx, SYSTEM, self.world.lunch, "机器人", key=self.key)
            id = self.world["zhangsan"].id
            await directory.change_member(tx, SYSTEM, id, email="zhangsan@example.com")

    async def _chat(self, app: App) -> str:
        """A chat of the app's."""
        async with transaction(self.world.pool) as tx:
            userids = ("zhangsan", "lisi", "wangwu")
            chatid = await apps.create_appchat(tx, app, chatid="", name="", owner="", userids=userids)
        return chatid

    async def _message(self, app: App) -> str:
        """A message of the app's to take back."""
        services = self.world.services
        reached = await apps.everyone(self.world.pool, app)
        async with transaction(self.world.pool) as tx:
            day = apps.day_of(services.clock(), services.company.timezone)
            said, digest = Text(msgtype="text", content="x"), secrets.token_bytes(32)
            sent = await apps.send(tx, app, said, reached, quotas=apps.Quotas(0, 0, 0), day=day, digest=digest)
        return apps.msgid(services.key, sent.conversation_id, sent.seq)


def open_to(kind: str) -> set[str]:
    """The operations that a token of this kind may call."""
    closed = ContactsApp if kind == "app" else SpeakingApp
    return {f"{each.method} {each.path}" for each in cgi.chapters() if closed not in each.wants.values()}


@pytest.mark.timeout(0 if CALLS > 10 else 300)
async def test_no_call_of_wecoms_api_breaks_the_server(world: World) -> None:
    server = TestServer(await application(world.services))
    await server.start_server(max_line_size=LONGEST_LINE)
    try:
        for kind in ("app", "contacts"):
            await call_everything(world, str(server.make_url("/")), kind)
    finally:
        await server.close()


async def call_everything(world: World, url: str, kind: str) -> None:
    """With a token of this kind; what it may not call is refused, and of the rest enough is done."""
    fuzz, started = WecomFuzz(draws(), url, Ground(world, kind).ready), time.monotonic()
    mine = open_to(kind)
    tally = await fuzz.run(CALLS, mine=mine)
    share, seconds = tally.share(fuzz.is_done, mine), time.monotonic() - started
    print(
        f"{kind}: {tally.total} calls in {seconds:.0f} s, {tally.done / tally.total:.0%} answered 0, "
        f"of {len(mine)} operations open to it {share:.0%}; {len(tally.answers)} errcodes: {dict(tally.answers)}"
    )
    assert not tally.broken, "\n".join(tally.broken[:20])
    assert tally.called_well == set(fuzz.draws.operations)
    for operation in set(fuzz.draws.operations) - mine:
        assert set(tally.by_operation[operation]) == {NOT_FOR_THIS_APP}, operation
    assert share >= 0.3, {each: dict(tally.by_operation[each]) for each in sorted(mine)}
