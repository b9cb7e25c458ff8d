"""What fuzzed calls stand on: calls end sessions, groups and careers, and this makes them again."""

import hashlib
import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.journeys.fuzzing import Known
from tests.world import PASSWORD, World
from wecom.features import apps, directory, health, media
from wecom.features.accounts import SYSTEM
from wecom.features.health import Asked, Option, Question, Terms
from wecom.foundation.db import transaction
from wecom.interfaces.api import GROUPS

ROLES: dict[str, tuple[str, int | None] | None] = {
    # A health officer may do no more than anybody else, but for what is of health.
    "zhangsan": ("health_reader", None),
    "admin": ("administrator", None),
    "auditor": ("auditor", None),
    "lisi": ("department_administrator", 2),
    "wangwu": None,
}
"""Who calls as what."""

PURPOSES = {"join", "reset"}

BROWSER: Known = {
    "endpoint": ["https://push.example.com/browser"],
    "p256dh": ["BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"],
    "auth": ["BTBZMqHH6r4Tts7J_aSIgg"],
}
"""A subscription to pushes, with the keys of RFC 8291's example."""


class Ground:
    """One member's: what they may do anything with."""

    def __init__(self, world: World, userid: str) -> None:
        self.world, self.userid = world, userid
        self.me = world[userid].id
        self.kept = ""
        self.others: list[int] = []
        self.token_of_link = ""

    async def ready(self) -> tuple[str, Known]:
        """A token of the member's, and ids of what is there for them."""
        world, pool = self.world, self.world.pool
        await self._lift_limits()
        self.kept = self.kept or await world._password_of(self.userid)
        cast = [member.id for member in world.cast.values()]
        await pool.execute(
            "UPDATE members SET enabled = true, left_at = NULL WHERE id = ANY($1::bigint[]) AND "
            "(NOT enabled OR left_at IS NOT NULL)",
            cast,
        )
        await pool.execute(
            "UPDATE passwords SET hash = $2, must_change = false WHERE member_id = ANY($1::bigint[])", cast, self.kept
        )
        await self._hold_role()
        group, robot = await self._group()
        newcomers = await self._newcomers()
        known: Known = {
            "conversation_id": [group, world.lunch] if self.userid in ("zhangsan", "lisi") else [group],
            "robot_id": [robot],
            "member_id": [*newcomers, *cast],
            "member_ids": [*newcomers, *cast],
            "id": [*newcomers, *cast],
            "department_id": [2, 3] if self.userid != "lisi" else [2],
            "parent_id": [2, 3] if self.userid != "lisi" else [2],
            "seq": [3, 4],
            "before": [10_000],
            "after": [0],
            "since": [f"conversation:{group}@0", "directory@0", f"member:{self.me}@0"],
            "account": list(world.cast),
            "password": [PASSWORD],
            "old_password": [PASSWORD],
            "new_password": ["Elster-am-Ufer-31"],
            "name": [f"新名{secrets.token_hex(4)}", f"Flussufer {secrets.token_hex(3)}"],
            "mobile": [f"139{secrets.randbelow(10**8):08}"],
            "leader_ids": [None],
            "departments": [None],
            "main_department_id": [None],
            "attributes": [None],
            "reply_to": [None],
            "mentions": cast,
            "reason": ["für die Prüfung"],
            "url": ["https://example.com/"],
            "picture": [None],
            "q": ["zhang", "李", "138"],
            "action": [None],
            "visible": [None],
            "trusted_addresses": [[]],
            "home_url": ["https://example.com/home"],
            "description": ["Ein Wort dazu"],
            "token": [await self._link()],
            "POST /api/members userid": [f"neu{secrets.token_hex(4)}"],
            "PATCH /api/members/{member_id} userid": [None],
            "POST /api/departments id": [None],
            "POST /api/tags id": [None],
        }
        for name in (*PLAIN, "biz_mail", "email"):
            known[name] = [None]
        known |= BROWSER | await self._things() | await self._health()
        return await world.token(self.userid), known

    async def _lift_limits(self) -> None:
        """How often wrong passwords are borne is shown elsewhere; the smallest limits keep all else from being done."""
        services = self.world.services
        await services.redis.flushdb()
        await services.pool.execute("DELETE FROM changed_settings")
        await services.live.hear()

    async def _hold_role(self) -> None:
        """Theirs and no other: an administrator may have made an auditor of themselves."""
        await self.world.pool.execute("DELETE FROM role_grants WHERE member_id = $1", self.me)
        if held := ROLES[self.userid]:
            statement = """
                INSERT INTO role_grants (member_id, role, department_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING
                """
            await self.world.pool.execute(statement, self.me, *held)

    async def _group(self) -> tuple[int, int]:
        """A group that the member owns, with messages and a robot in it."""
        world = self.world
        found = await world.pool.fetchrow(
            """
            SELECT r.conversation_id, r.id FROM robots AS r JOIN participants AS p USING (conversation_id)
            JOIN conversations AS c ON c.id = r.conversation_id
            WHERE p.actor_id = $1 AND p.to_seq IS NULL AND p.role = 'owner' AND c.dissolved_at IS NULL
              AND r.removed_at IS NULL AND r.enabled LIMIT 1
            """,
            self.me,
        )
        if found:
            return found["conversation_id"], found["id"]
        group = await world.conversation(self.userid, *(each for each in ("lisi", "wangwu") if each != self.userid))
        for words in ("eins", "zwei"):
            await world.say(self.userid, group, words)
        async with transaction(world.pool) as tx:
            robot, _ = await apps.create_robot(tx, SYSTEM, group, "机器人")
        return group, robot.id

    async def _newcomers(self) -> list[int]:
        """Members who have not joined yet and hold no role, in the department of whoever administers one."""
        here = await self.world.pool.fetch(
            """
            SELECT id FROM members WHERE id = ANY($1::bigint[]) AND enabled AND left_at IS NULL
              AND NOT EXISTS (SELECT FROM role_grants WHERE member_id = members.id)
              AND NOT EXISTS (SELECT FROM passwords WHERE member_id = members.id)
            """,
            self.others,
        )
        self.others = [row["id"] for row in here]
        while len(self.others) < 4:
            mobile = f"137{secrets.randbelow(10**8):08}"
            places = (directory.Place(2),)
            async with transaction(self.world.pool) as tx:
                userid = f"kommt{secrets.token_hex(4)}"
                new = await directory.add_member(tx, SYSTEM, userid, name=userid, mobile=mobile, departments=places)
            self.others.append(new.id)
        return self.others

    async def _link(self) -> str:
        """The secret of a link with which one of the cast chooses a password."""
        pool, token = self.world.pool, self.token_of_link
        hashed = hashlib.sha256(token.encode()).digest()
        if token and await pool.fetchval("SELECT used_at IS NULL FROM invitations WHERE token_hash = $1", hashed):
            return token
        self.token_of_link = token = secrets.token_urlsafe(32)
        await pool.execute(
            """
            INSERT INTO invitations (token_hash, member_id, purpose, expires_at)
            VALUES ($1, $2, 'reset', now() + interval '1 day')
            """,
            hashlib.sha256(token.encode()).digest(),
            self.world["wangwu"].id,
        )
        return token

    async def _things(self) -> Known:
        """Ids of tags, apps, rules, roles, devices and records; one of each is made where there is none."""
        pool, me = self.world.pool, self.me
        empty = await pool.fetchval("SELECT id FROM departments WHERE id > 100 AND parent_id = 2 LIMIT 1")
        if not empty:
            async with transaction(pool) as tx:
                empty = (await directory.add_department(tx, SYSTEM, secrets.token_hex(6), under=2)).id
        await self.world.token("wangwu")
        await self.world.token(self.userid)
        found: Known = {
            "DELETE /api/departments/{department_id} department_id": [empty],
            "tag_id": await self._ids("tags", self._tag),
            "app_id": await self._ids("apps WHERE removed_at IS NULL AND kind = 'app'", self._app),
            "rule_id": await self._ids("visibility_rules", self._rule),
            "grant_id": await self._ids(f"role_grants WHERE member_id <> {me}", self._grant),
            "session_id": await self._ids(f"sessions WHERE member_id = {me} AND ended_at IS NULL", self._nothing),
            "upload_id": await self._ids(f"uploads WHERE actor_id = {me} AND used_in IS NULL", self._upload),
            "Tus-Resumable": ["1.0.0"],
            "Upload-Length": ["10"],
            "Upload-Offset": ["0"],
            "record_id": await self._ids("audit_contents", self._content, "record_id"),
        }
        names = await pool.fetch("SELECT name FROM attribute_definitions LIMIT 20")
        found["DELETE /api/attributes/{name} name"] = [row["name"] for row in names]
        return found

    async def _ids(self, where: str, make: Callable[[], Awaitable[Any]], id: str = "id") -> list[Any]:
        query = f"SELECT {id} FROM {where} ORDER BY {id} DESC LIMIT 10"
        if not (found := await self.world.pool.fetch(query)):
            await make()
            found = await self.world.pool.fetch(query)
        return [row[0] for row in found]

    async def _tag(self) -> None:
        async with transaction(self.world.pool) as tx:
            await directory.add_tag(tx, SYSTEM, secrets.token_hex(6))

    async def _app(self) -> None:
        async with transaction(self.world.pool) as tx:
            await apps.create_app(tx, SYSTEM, secrets.token_hex(6), visible_departments=[1])

    async def _rule(self) -> None:
        """One that hides nobody who matters from anybody."""
        async with transaction(self.world.pool) as tx:
            ids = {"subject_departments": [], "allowed_departments": [1], "allowed_members": []}
            await directory.add_rule(tx, SYSTEM, "hide", subject_members=[self.others[0]], **ids)

    async def _grant(self) -> None:
        await self.world.pool.execute(
            "INSERT INTO role_grants (member_id, role) VALUES ($1, 'hr')", self.world["wangwu"].id
        )

    async def _content(self) -> None:
        record = "INSERT INTO audit_records (action, object, commitment) VALUES ('message.recall', 'message:1:1', $1)"
        salt = b"0" * 16
        commitment = hashlib.sha256(salt + b'"x"').digest()
        id = await self.world.pool.fetchval(record + " RETURNING id", commitment)
        await self.world.pool.execute("INSERT INTO audit_contents VALUES ($1, $2, '\"x\"')", id, salt)

    async def _upload(self) -> None:
        limits = media.Limits(1 << 20, 1 << 30)
        async with transaction(self.world.pool) as tx:
            await media.begin(tx, self.world.services.blobs, self.me, "x", 10, limits)

    async def _health(self) -> Known:
        """A report that asks everybody, and is read by the member where they are a health officer."""
        pool, now = self.world.pool, datetime.now(UTC)
        id = await pool.fetchval("SELECT id FROM health_jobs WHERE state = 'running' ORDER BY id DESC LIMIT 1")
        reader = self.me if ROLES[self.userid] == ("health_reader", None) else None
        if id is None:
            terms = Terms("健康", asked=Asked(departments=(1,)), starts_on=now.date() - timedelta(days=1))
            maker = reader or self.world["wangwu"].id
            held = "INSERT INTO role_grants (member_id, role) VALUES ($1, 'health_reader') ON CONFLICT DO NOTHING"
            await pool.execute(held, maker)
            async with transaction(pool) as tx:
                made = await health.add_job(tx, maker, terms, HEALTH, now=now)
                id = (await health.start_job(tx, maker, made.id, now=now)).id
        if reader:
            readers = "INSERT INTO health_readers (job_id, actor_id) VALUES ($1, $2) ON CONFLICT DO NOTHING"
            await pool.execute(readers, id, reader)
        version = await pool.fetchval("SELECT version FROM health_jobs WHERE id = $1", id)
        here = now.astimezone(ZoneInfo("Asia/Shanghai")).date().isoformat()
        there: Known = {
            "job_id": [id],
            "date": [here],
            "first": [here],
            "last": [here],
            "member_id": [None],
            "version": [version],
            "form_version": [1],
            "claimed_at": [None],
            "departments": [1],
            "values": [{"question_id": 1, "option_ids": [1]}],
            "questions": [{"id": 1, "kind": "text", "title": "?"}],
            "terms": [{"title": "x", "asked": {"departments": [1]}, "starts_on": here, "readers": [self.me]}],
        }
        named = [f"{each.method} {each.path}" for group in GROUPS.values() for each in group]
        about = [each for each in named if "/api/health/" in each]
        return {f"{each} {name}": values for each in about for name, values in there.items()}

    async def _nothing(self) -> None:
        """There is always this session."""


HEALTH = (Question(1, "single", "?", options=(Option(1, "a"), Option(2, "b"))),)
PLAIN = ("alias", "english_name", "telephone", "address", "avatar", "position", "external_position", "gender")
