"""A company that reports on its health: an officer, a job and clocks for tests."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.world import World
from wecom.features import accounts, health
from wecom.features.accounts import SYSTEM
from wecom.features.health import Asked, Option, Question, ReportJob, Sent, Shown, Taken, Terms, Value
from wecom.features.health.form import Bounds
from wecom.foundation.db import transaction

MONDAY = date(2026, 3, 2)
TEMPERATURE = Bounds(min=30, max=45, decimals=1)
FORM = (
    Question(1, "single", "有不适吗?", options=(Option(1, "没有"), Option(2, "有"))),
    Question(2, "multiple", "哪里不适?", options=(Option(1, "发烧"), Option(2, "咳嗽")), shown_if=Shown(1, (2,))),
    Question(3, "number", "体温", required=False, bounds=TEMPERATURE),
    Question(4, "text", "备注", required=False),
    Question(5, "photo", "照片", required=False),
)
WELL = (Value(1, option_ids=(1,)), Value(3, number=36.5))
ILL = (Value(1, option_ids=(2,)), Value(2, option_ids=(1, 2)), Value(3, number=38.4))


def local(text: str, zone: str = "Asia/Shanghai") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def at(world: World, monkeypatch: pytest.MonkeyPatch, text: str) -> datetime:
    """What the server's clock shows from now on."""
    now = local(text)
    monkeypatch.setattr(type(world.services), "clock", property(lambda _: lambda: now), raising=False)
    return now


async def officer(world: World, userid: str = "wangwu") -> int:
    """Somebody who may make health reports."""
    async with transaction(world.pool) as tx:
        await accounts.grant(tx, SYSTEM, world[userid].id, "health_reader")
    return world[userid].id


async def running(world: World, form: Any = FORM, *, at: str = "2026-03-02 08:00", **said: Any) -> ReportJob:
    """A job that asks 研发部 daily from eight to twenty; 王五 reads it."""
    reader = said.pop("reader", "wangwu")
    plain: dict[str, Any] = {
        "title": "每日健康",
        "asked": Asked(departments=(2,)),
        "opens": 8 * 3600,
        "closes": 20 * 3600,
        "starts_on": MONDAY,
    }
    async with transaction(world.pool) as tx:
        job = await health.add_job(tx, world[reader].id, Terms(**plain | said), form, now=local(at))
        return await health.start_job(tx, world[reader].id, job.id, now=local(at))


async def send(
    world: World, job: ReportJob, userid: str, now: str, values: tuple[Value, ...] = WELL, **said: Any
) -> Taken:
    of = said.pop("of", userid)
    plain: dict[str, Any] = {
        "job_id": job.id,
        "date": date.fromisoformat(now[:10]),
        "member_id": world[of].id,
        "sent_by": world[userid].id,
        "client_id": now,
        "form_version": job.form_version,
        "values": values,
    }
    async with transaction(world.pool) as tx:
        return await health.answer(tx, Sent(**plain | said), now=local(now))
