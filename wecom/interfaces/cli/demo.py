"""The demo company of `wecom run --demo`: people, apps, groups and some first messages, loaded once.

Everything is done through the same operations as any company's, in one transaction. What a client must
know to try it (`facts`) can be told at every start, since its secrets are derived from the server's key.
"""

import base64
import hashlib
import hmac
import tomllib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from wecom.features import accounts, apps, directory, lifecycle, messaging
from wecom.features.accounts import SYSTEM
from wecom.features.apps.robots import create_robot, key_hash
from wecom.features.apps.tokens import secret_hash
from wecom.features.apps.trying import UNLIMITED
from wecom.foundation import audit
from wecom.foundation.db import Db, Tx
from wecom.foundation.embedded import CannotStart
from wecom.settings import Settings

from . import demo_checkins

PUBLISHED = "haiqiao-2026"
"""Everybody's password while only this machine can ask for it."""
PROTECTED: tuple[audit.Action, str] = ("demo.protected", "directory:1")
"""What is recorded once everybody's password is the server's own."""

CONTACTS = "contacts"
PLACE = Path(__file__).parents[3] / "deploy" / "demo"


@dataclass(frozen=True, slots=True)
class Demo:
    """The demo as its files describe it."""

    company: dict[str, Any]
    roles: dict[str, Any]
    apps: list[dict[str, Any]]
    groups: list[dict[str, Any]]
    directs: list[dict[str, Any]]
    checkins: dict[str, Any]
    departments: list[directory.DepartmentRow]
    members: list[directory.MemberRow]
    tags: list[directory.TagRow]
    key: bytes
    """The server's, which the demo's secrets are derived from."""
    password: str = PUBLISHED
    """Everybody's, unless they chose another."""

    def secret(self, of: str) -> str:
        return base64.urlsafe_b64encode(hmac.digest(self.key, b"demo:" + of.encode(), hashlib.sha256)).decode()[:43]

    def robot_key(self, group: str, name: str) -> str:
        return str(uuid.UUID(bytes=hmac.digest(self.key, f"demo:robot:{group}:{name}".encode(), hashlib.sha256)[:16]))


def read_demo(key: bytes) -> Demo:
    """The demo's files; raises `CannotStart` where there are none."""
    try:
        described = tomllib.loads((PLACE / "company.toml").read_text())
        departments, first = directory.read_departments((PLACE / "departments.csv").read_text())
        members, second = directory.read_members((PLACE / "members.csv").read_text())
        tags, third = directory.read_tags((PLACE / "tags.csv").read_text())
    except OSError as problem:
        raise CannotStart(f"the demo company's files are not there ({problem}): run from a checkout") from None
    _must_be_whole([*first, *second, *third])
    return Demo(
        described["company"],
        described["roles"],
        described["apps"],
        described["groups"],
        described["directs"],
        described["checkins"],
        departments,
        members,
        tags,
        key,
    )


def own_password(demo: Demo) -> str:
    """A password for a demo that others can reach: this server's, and nowhere to be read but where it is started."""
    return demo.secret("password")[:16]


def founded_as(demo: Demo, settings: Settings) -> Settings:
    """The settings, with the demo's name and time zone where the operator gave none."""
    wanted = {"company_name": demo.company["name"], "timezone": demo.company["timezone"]}
    given = settings.model_fields_set
    return settings.model_copy(update={name: value for name, value in wanted.items() if name not in given})


async def load(tx: Tx, demo: Demo, password_hash: str) -> bool:
    """Load the demo into a company that has no members yet; whether it did."""
    if await directory.count_members(tx, seen_by=directory.EVERYTHING):
        return False
    report = await lifecycle.import_company(
        tx, SYSTEM, departments=demo.departments, members=demo.members, tags=demo.tags
    )
    _must_be_whole(report.problems)
    ids = await directory.member_ids(tx, [row.userid for row in demo.members])
    for id in ids.values():
        await accounts.set_password(tx, id, password_hash)
        await directory.mark_activated(tx, id)
    await _grant_roles(tx, demo, ids)
    await _add_apps(tx, demo)
    for group in demo.groups:
        await _start_group(tx, demo, group, ids)
    for direct in demo.directs:
        first, second = (ids[userid] for userid in direct["members"])
        await _say(tx, await messaging.direct_with(tx, first, second), direct["messages"], ids)
    on_shifts = [ids[userid] for userid in demo.checkins["members"]]
    await demo_checkins.load(tx, demo.checkins, on_shifts, datetime.now(UTC))
    return True


async def protect(tx: Tx, password_hash: str) -> None:
    """Take the published password away from everybody who has it still; it stays so."""
    for id in await accounts.given_together(tx):
        await accounts.set_password(tx, id, password_hash)
    await audit.record(tx, SYSTEM, *PROTECTED)


async def is_protected(db: Db) -> bool:
    return await audit.is_recorded(db, *PROTECTED)


async def facts(db: Db, demo: Demo) -> dict[str, Any]:
    """What a client must know to try it."""
    administrators = demo.roles["department_administrators"]
    told: dict[str, Any] = {
        "contact_secret": demo.secret(CONTACTS),
        "admin": _account(demo, demo.roles["administrator"]),
        "auditor": _account(demo, demo.roles["auditor"]),
        "department_admin": _account(demo, administrators[0]["userid"]),
        "members": [_account(demo, userid) for userid in demo.roles["sample_members"]],
        "apps": [],
        "robots": [],
    }
    for each in demo.apps:
        secret = demo.secret(f"app:{each['name']}")
        if app := await apps.app_by_secret(db, secret_hash(secret)):
            told["apps"].append({"agentid": app.agentid, "name": app.name, "secret": secret})
    for group in demo.groups:
        for each in group.get("robots", ()):
            key = demo.robot_key(group["name"], each["name"])
            robot = await apps.robot_by_key(db, key_hash(key))
            if robot and (chatid := await messaging.chatid_of(db, robot.conversation_id, robot.id)):
                told["robots"].append({"key": key, "chatid": chatid, "name": robot.name})
    return told


def _must_be_whole(problems: Sequence[directory.ImportProblem]) -> None:
    if problems:
        first = problems[0]
        raise CannotStart(f"the demo's {first.table}.csv, line {first.line}, {first.what}: {first.message}")


def _account(demo: Demo, userid: str) -> dict[str, str]:
    return {"userid": userid, "password": demo.password}


async def _grant_roles(tx: Tx, demo: Demo, ids: dict[str, int]) -> None:
    await accounts.grant(tx, SYSTEM, ids[demo.roles["administrator"]], "administrator")
    await accounts.grant(tx, SYSTEM, ids[demo.roles["auditor"]], "auditor")
    for each in demo.roles["department_administrators"]:
        await accounts.grant(tx, SYSTEM, ids[each["userid"]], "department_administrator", each["department"])


async def _add_apps(tx: Tx, demo: Demo) -> None:
    await apps.create_contacts_app(tx, SYSTEM, secret=demo.secret(CONTACTS))
    for each in demo.apps:
        visible = [directory.ROOT] if each["visible_all"] else each["visible_departments"]
        secret = demo.secret(f"app:{each['name']}")
        app, _ = await apps.create_app(
            tx, SYSTEM, each["name"], description=each["description"], visible_departments=visible, secret=secret
        )
        sight = await directory.sight_of_range(tx, (), visible, ())
        await _say_all(tx, demo, apps.App(app.id, "app", app.agentid, app.name, sight), each.get("messages", ()))


async def _say_all(tx: Tx, demo: Demo, app: apps.App, messages: Sequence[dict[str, Any]]) -> None:
    """An app's messages, to everybody whom it sees."""
    reached = await apps.everyone(tx, app)
    today = apps.day_of(datetime.now(UTC), demo.company["timezone"])
    for told in messages:
        body = messaging.parse_body(told)
        assert not isinstance(body, messaging.Image | messaging.File)
        digest = hashlib.sha256(body.model_dump_json().encode()).digest()
        await apps.send(tx, app, body, reached, quotas=UNLIMITED, day=today, digest=digest)


async def _start_group(tx: Tx, demo: Demo, group: dict[str, Any], ids: dict[str, int]) -> None:
    members = [ids[userid] for userid in group["members"]]
    conversation_id = await messaging.create_group(tx, ids[group["owner"]], group["name"], members)
    speakers = dict(ids)
    for each in group.get("robots", ()):
        key = demo.robot_key(group["name"], each["name"])
        robot, _ = await create_robot(tx, ids[group["owner"]], conversation_id, each["name"], key=key)
        speakers[each["name"]] = robot.id
    await _say(tx, conversation_id, group["messages"], speakers)


async def _say(tx: Tx, conversation_id: int, messages: list[dict[str, Any]], speakers: dict[str, int]) -> None:
    drafts = [
        messaging.Draft(
            conversation_id, speakers[each.get("sender") or each["robot"]], f"demo-{number}", _text(each["text"])
        )
        for number, each in enumerate(messages, 1)
    ]
    for outcome in await messaging.post_batch(tx, drafts):
        if not isinstance(outcome, messaging.Posted):
            raise outcome


def _text(content: str) -> messaging.Text:
    return messaging.Text(msgtype="text", content=content)
