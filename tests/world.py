"""The cast: a small company whose people the tests are about.

    研发部 (2)   张三 zhangsan, 李四 lisi
    市场部 (3)   王五 wangwu
    海桥科技 (1) 管理员 admin, an administrator; 审计员 auditor, an auditor

Everybody's password is PASSWORD. 张三 and 李四 are in one group, 午饭 (`world.lunch`), with nothing said yet.
"""

import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from aiohttp.test_utils import TestClient, TestServer

from wecom.features import accounts, directory, messaging
from wecom.features.accounts import SYSTEM, Hasher, Recognised
from wecom.features.directory import EVERYTHING, Member, Place
from wecom.features.messaging import Draft, Posted, Text
from wecom.foundation.db import Pool, open_pool, transaction
from wecom.interfaces.web import application
from wecom.services import Services

PASSWORD = "Kranich-am-Fluss-27"
CORPID = "wwTestTestTest0001"
DEPARTMENTS = {"研发部": 2, "市场部": 3}
CAST = {
    "zhangsan": ("张三", 2),
    "lisi": ("李四", 2),
    "wangwu": ("王五", 3),
    "admin": ("管理员", 1),
    "auditor": ("审计员", 1),
}
LUNCH = "午饭"


async def populate(owner_url: str) -> None:
    """Found the company and let its people in."""
    pool, hasher = await open_pool(owner_url.replace("wecom_owner", "wecom_app"), size=1), Hasher(1)
    try:
        password = await hasher.hash(PASSWORD)
        async with transaction(pool) as tx:
            await directory.found_company(tx, name="海桥科技", timezone="Asia/Shanghai", corpid=CORPID)
            for name, id in DEPARTMENTS.items():
                await directory.add_department(tx, SYSTEM, name, id=id)
            ids = {}
            for number, (userid, (name, department_id)) in enumerate(CAST.items()):
                member = await directory.add_member(
                    tx,
                    SYSTEM,
                    userid,
                    name=name,
                    mobile=f"1380000000{number}",
                    departments=(Place(department_id),),
                )
                await accounts.set_password(tx, member.id, password)
                await directory.mark_activated(tx, member.id)
                ids[userid] = member.id
            await accounts.grant(tx, SYSTEM, ids["admin"], "administrator")
            await accounts.grant(tx, SYSTEM, ids["auditor"], "auditor")
            await messaging.create_group(tx, ids["zhangsan"], LUNCH, [ids["lisi"]])
    finally:
        hasher.close()
        await pool.close()


Client = TestClient  # type: ignore[type-arg]


@dataclass(repr=False)
class World:
    """The company as it stands, and what its people do."""

    services: Services
    lunch: int
    clients: AsyncExitStack
    cast: dict[str, Member]
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __getitem__(self, userid: str) -> Member:
        return self.cast[userid]

    @property
    def pool(self) -> Pool:
        return self.services.pool

    def members(self, *userids: str) -> list[Member]:
        return [self.cast[userid] for userid in userids]

    async def add(self, userid: str, name: str = "", *, department: int = 1) -> Member:
        """Somebody new, who can sign in with PASSWORD."""
        async with transaction(self.pool) as tx:
            mobile = f"1390000{next(self.numbers):04}"
            places = (Place(department),)
            member = await directory.add_member(
                tx, SYSTEM, userid, name=name or userid, mobile=mobile, departments=places
            )
            await accounts.set_password(tx, member.id, await self._password_of("zhangsan"))
        self.cast[userid] = member
        return member

    async def conversation(self, creator: str, *others: str, name: str = "") -> int:
        """A group of these people."""
        async with transaction(self.pool) as tx:
            ids = [self[userid].id for userid in others]
            return await messaging.create_group(tx, self[creator].id, name, ids)

    async def direct(self, one: str, other: str) -> int:
        async with transaction(self.pool) as tx:
            return await messaging.direct_with(tx, self[one].id, self[other].id)

    async def say(self, userid: str, conversation_id: int, words: str, *, client_id: str = "") -> Posted:
        """Somebody says something, through the mailroom as everybody does."""
        client_id = client_id or f"world-{next(self.numbers)}"
        return await self.services.mailroom.post(
            Draft(conversation_id, self[userid].id, client_id, Text(msgtype="text", content=words))
        )

    async def token(self, userid: str) -> str:
        """A bearer token of a new session of this person."""
        who = Recognised(self[userid].id, userid, await self._password_of(userid), None, False)
        async with transaction(self.pool) as tx:
            return (await accounts.start_session(tx, who, "bearer", device="test", days=1)).token

    async def client(self, userid: str | None) -> Client:
        """A client of the whole server, signed in as this person; as nobody for None."""
        headers = {"Authorization": f"Bearer {await self.token(userid)}"} if userid else {}
        client = TestClient(await self.server(), headers=headers)
        return await self.clients.enter_async_context(client)

    async def server(self) -> TestServer:
        """The whole server on a port of its own, for clients that speak to one by URL."""
        return await self.clients.enter_async_context(TestServer(await application(self.services)))

    async def _password_of(self, userid: str) -> str:
        hash: str = await self.pool.fetchval("SELECT hash FROM passwords WHERE member_id = $1", self[userid].id)
        return hash


@asynccontextmanager
async def open_world(services: Services) -> AsyncIterator[World]:
    async with AsyncExitStack() as clients:
        cast = {}
        for userid in CAST:
            member = await directory.member_by_userid(services.pool, userid, seen_by=EVERYTHING)
            assert member
            cast[userid] = member
        lunch = await services.pool.fetchval("SELECT id FROM conversations WHERE name = $1", LUNCH)
        yield World(services, lunch, clients, cast)
