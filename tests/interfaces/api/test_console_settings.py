"""Settings that administrators change while the server runs, and every process hears of."""

import asyncio
import logging
import re
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

import wecom
from tests.conftest import TestServers
from tests.interfaces.api.test_sessions import sign_in
from tests.world import Client, World
from wecom.features import settings as feature
from wecom.features.accounts import SYSTEM
from wecom.features.settings import CHANGEABLE
from wecom.foundation.db import transaction
from wecom.foundation.streams import DIRECTORY, heads, since
from wecom.interfaces.web import application
from wecom.services import Services, open_services
from wecom.settings import Settings, given_in

PATH = "/api/console/settings"
WITHIN = 2.0


@pytest.fixture
async def other(settings: Settings, world: World) -> AsyncIterator[Services]:
    """Another process of the same server, which was there before."""
    async with open_services(settings, hears=False) as services:
        yield services


async def patched(client: Client, **values: Any) -> dict[str, dict[str, Any]]:
    async with client.patch(PATH, json=values) as answer:
        told = await answer.json()
        assert answer.status == 200, told
    return {each["name"]: each for each in told["settings"]}


async def listed(client: Client) -> dict[str, dict[str, Any]]:
    async with client.get(PATH) as answer:
        assert answer.status == 200, await answer.text()
        return {each["name"]: each for each in (await answer.json())["settings"]}


async def heard(services: Services, **values: Any) -> None:
    """The process reads these values, in time."""
    ends = time.monotonic() + WITHIN
    while any(getattr(services.settings, name) != value for name, value in values.items()):
        assert time.monotonic() < ends, {name: getattr(services.settings, name) for name in values}
        await asyncio.sleep(0.01)


def another(name: str) -> Any:
    """A value of a setting that is not its default, nor the bound it may have."""
    default = Settings.model_fields[name].default
    if isinstance(default, str):
        return f"{default} 二"
    return not default if isinstance(default, bool) else default + 1


async def test_every_changeable_setting_is_followed_by_another_process_and_given_back(
    world: World, other: Services
) -> None:
    admin = await world.client("admin")
    wanted = {name: another(name) for name in CHANGEABLE}
    told = await patched(admin, **wanted)
    assert {name: told[name]["value"] for name in wanted} == wanted
    assert {told[name]["source"] for name in wanted} == {"database"}
    await heard(other, **wanted)
    assert {name: getattr(world.services.settings, name) for name in wanted} == wanted, "at once where it was asked"
    assert other.mailroom.paces.rate == wanted["message_rate"], "also what had copied it"
    told = await patched(admin, **dict.fromkeys(CHANGEABLE))
    before = {name: Settings.model_fields[name].default for name in CHANGEABLE} | {"company_name": "海桥科技"}
    assert {name: told[name]["value"] for name in wanted} == before
    assert {name: told[name]["started_with"] for name in wanted} == before
    await heard(other, **before)
    assert await world.pool.fetchval("SELECT count(*) FROM changed_settings") == 0


@pytest.mark.parametrize("name", CHANGEABLE)
def test_what_is_changeable_is_read_where_it_is_used(name: str) -> None:
    house = Path(wecom.__file__).parent
    sources = [each.read_text() for each in house.rglob("*.py") if each.name != "services.py"]
    copied = name == "message_rate"  # a listener passes it on
    read = [source for source in sources if re.search(rf"\bsettings\.{name}\b", source)]
    assert bool(read) is not copied


async def test_the_company_gets_another_name_and_everybody_hears_of_it(
    settings: Settings, world: World, other: Services
) -> None:
    admin, lisi = await world.client("admin"), await world.client("lisi")
    bearer = {"Authorization": f"Bearer {await world.token('lisi')}"}
    [before] = (await heads(world.pool, [DIRECTORY])).values()
    async with TestClient(TestServer(await application(other)), headers=bearer) as elsewhere:

        async def shown(client: Client) -> str:
            async with client.get("/api/directory") as answer:
                name: str = (await answer.json())["company"]
                return name

        assert await shown(elsewhere) == "海桥科技"
        await patched(admin, company_name="  海桥 & Söhne ")
        assert [await shown(each) for each in (elsewhere, lisi)] == ["海桥 & Söhne"] * 2, "before it has heard of it"
        await patched(admin, company_name="海桥 & Söhne")
        await heard(other, company_name="海桥 & Söhne")
        async with elsewhere.get("/app/manifest.webmanifest") as answer:
            assert (await answer.json(content_type=None))["name"] == "海桥 & Söhne"
        async with elsewhere.get("/about") as answer:
            assert "海桥 &amp; Söhne" in await answer.text()
    heard_of = await since(world.pool, DIRECTORY, before, to=before + 9)
    assert [b'"directory.reloaded"' in each for each in heard_of.entries] == [True], "once"
    for bad in ("", "   ", "a\nb\x00", "x" * 65, "\u202e", 7):
        async with admin.patch(PATH, json={"company_name": bad}) as answer:
            assert answer.status == 400, bad


async def test_recalling_searching_sending_and_uploading_change_without_a_restart(
    settings: Settings, world: World
) -> None:
    admin = await world.client("admin")
    posted = await world.say("zhangsan", world.lunch, "午饭?")
    recall = f"/api/conversations/{world.lunch}/messages/{posted.seq}/recall"
    bearer = {"Authorization": f"Bearer {await world.token('zhangsan')}"}
    async with open_services(settings) as other:
        async with TestClient(TestServer(await application(other)), headers=bearer) as client:

            async def said(n: int) -> int:
                body = {"client_id": f"mine-{n}", "body": {"msgtype": "text", "content": "x"}}
                async with client.post(f"/api/conversations/{world.lunch}/messages", json=body) as answer:
                    return answer.status

            async def searched() -> int:
                async with client.get("/api/search/messages", params={"q": "午饭"}) as answer:
                    return answer.status

            await patched(admin, recall_minutes=0, search_rate=1, message_rate=2, upload_mb=7)
            await heard(other, recall_minutes=0, search_rate=1, message_rate=2, upload_mb=7)
            async with client.post(recall) as answer:
                assert answer.status == 409
            assert [await searched() for _ in range(2)] == [200, 429]
            assert [await said(n) for n in range(3)] == [200, 200, 429]
            async with client.options("/api/uploads") as answer:
                assert answer.headers["Tus-Max-Size"] == str(7 << 20)
            await patched(admin, recall_minutes=None, search_rate=None, message_rate=None, upload_mb=None)
            await heard(other, recall_minutes=2, search_rate=120, message_rate=600, upload_mb=100)
            async with client.post(recall) as answer:
                assert answer.status == 200, await answer.text()
            assert await searched() == 200
            assert await said(3) == 200, "at once: nobody waits for what was owed at the other rate"
            async with client.options("/api/uploads") as answer:
                assert answer.headers["Tus-Max-Size"] == str(100 << 20)


async def test_wrong_passwords_are_counted_as_they_are_set(world: World) -> None:
    admin, stranger = await world.client("admin"), await world.client(None)
    await patched(admin, sign_in_per_account=1)
    answers = [(await sign_in(stranger, "lisi", "wrong")).status for _ in range(3)]
    assert answers[0] == 401 and answers[-1] == 429


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"recall_minutes": -1}, r"^body\.recall_minutes: .*greater than or equal to 0"),
        ({"recall_minutes": 10081}, r"^body\.recall_minutes: .*less than or equal to 10080"),
        ({"recall_minutes": "5"}, r"^body\.recall_minutes: .*integer"),
        ({"recall_minutes": True}, r"^body\.recall_minutes: .*integer"),
        ({"recall_minutes": [5]}, r"^body\.recall_minutes: .*integer"),
        ({"message_rate": 10**400}, r"^body\.message_rate: "),
        ({"upload_waiting_mb": 1_000_000_001}, r"^body\.upload_waiting_mb: "),
        ({"push_after_seconds": 0.1}, r"^body\.push_after_seconds: "),
        ({"push_text": 1}, r"^body\.push_text: .*boolean"),
        ({"recall_minuets": 5}, r"^body\.recall_minuets: "),
        ({"port": 9000}, r"port is read when the server starts: set WECOM_PORT"),
        ({"secret_key": "x" * 64}, r"secret_key is read when the server starts"),
        ({"push_networks": "127.0.0.0/8"}, r"push_networks is read when the server starts"),
    ],
)
async def test_what_is_not_accepted_is_named_and_nothing_is_half_done(
    world: World, given: dict[str, Any], says: str
) -> None:
    admin = await world.client("admin")
    async with admin.patch(PATH, json={"search_rate": 7} | given) as answer:
        told = await answer.json()
    assert (answer.status, told["error"]) == (400, "Misread") and re.search(says, told["message"]), told
    assert await world.pool.fetchval("SELECT count(*) FROM changed_settings") == 0
    assert world.services.settings.search_rate == 120


@pytest.mark.parametrize("body", [b'{"push_after_seconds": NaN}', b"[]", b'{"recall_minutes": 1', b"null"])
async def test_what_is_no_object_of_values_is_refused(world: World, body: bytes) -> None:
    admin = await world.client("admin")
    async with admin.patch(PATH, data=body) as answer:
        assert (answer.status, (await answer.json())["error"]) == (400, "Misread")


@pytest.mark.parametrize("userid", ["zhangsan", "auditor", None])
async def test_only_administrators_see_and_change_them(world: World, userid: str | None) -> None:
    client = await world.client(userid)
    refused = 403 if userid else 401
    async with client.get(PATH) as answer:
        assert answer.status == refused
    async with client.patch(PATH, json={"recall_minutes": 5}) as answer:
        assert answer.status == refused
    assert await world.pool.fetchval("SELECT count(*) FROM changed_settings") == 0


async def test_every_setting_is_listed_and_no_secret_is_told(world: World) -> None:
    admin = await world.client("admin")
    async with admin.get(PATH) as answer:
        text = await answer.text()
    settings = world.services.settings
    for secret in (settings.secret_key, settings.database_url, settings.redis_url):
        assert secret.get_secret_value() not in text
    told = await listed(admin)
    assert list(told) == list(Settings.model_fields)
    assert (told["secret_key"]["value"], told["metrics_token"]["value"]) == ("********", "")
    assert {name for name, each in told.items() if each["changeable"]} == set(CHANGEABLE)
    recall = told["recall_minutes"]
    assert (recall["type"], recall["minimum"], recall["maximum"]) == ("integer", 0, 10080)
    assert (recall["value"], recall["source"], recall["changed_by"], recall["changed_at"]) == (2, "default", None, None)
    assert told["push_text"]["type"] == "boolean" and told["push_after_seconds"]["type"] == "number"
    assert all(each["description"] for each in told.values())


async def test_it_is_told_where_a_setting_stands(tmp_path: Path) -> None:
    file = tmp_path / "wecom.env"
    file.write_text("WECOM_RECALL_MINUTES=3\nWECOM_SEARCH_RATE=4\nWECOM_SECRET_KEY_FILE=/run/key\n")
    environ = {"WECOM_SETTINGS": str(file), "WECOM_SEARCH_RATE": "5", "WECOM_METRICS_TOKEN_FILE": "/run/token"}
    assert given_in(environ) == {
        "recall_minutes": "file",
        "search_rate": "environment",
        "secret_key": "file",
        "metrics_token": "environment",
    }
    assert given_in({"WECOM_SETTINGS": str(tmp_path / "gone")}) == {}


async def test_the_environment_is_what_null_goes_back_to(settings: Settings, world: World) -> None:
    given = settings.model_copy(update={"recall_minutes": 30})
    async with open_services(given, hears=False) as other:
        async with transaction(other.pool) as tx:
            await feature.change_settings(tx, SYSTEM, {"recall_minutes": 5}, started_with=given)
        await heard(other, recall_minutes=5)
        [standing] = [
            each
            for each in await feature.all_settings(other.pool, given, {"recall_minutes": "file"})
            if each.name == "recall_minutes"
        ]
        assert (standing.value, standing.started_with, standing.default, standing.source) == (5, 30, 2, "database")
        async with transaction(other.pool) as tx:
            await feature.change_settings(tx, SYSTEM, {"recall_minutes": None}, started_with=given)
        await heard(other, recall_minutes=30)
    assert given.recall_minutes == 30 and settings.recall_minutes == 2, "what the process was given stays as it was"


async def test_each_change_is_recorded_with_both_values_and_none_where_nothing_changed(world: World) -> None:
    admin = await world.client("admin")
    await patched(admin, recall_minutes=5, push_text=False)
    await patched(admin, recall_minutes=5)
    await patched(admin, recall_minutes=None)
    await patched(admin, recall_minutes=None)
    await patched(admin)
    async with admin.get("/api/audit", params={"action": "setting.changed"}) as answer:
        records = (await answer.json())["records"]
    told = {(each["object"], each["actor_id"], *each["details"].values()) for each in records}
    assert {tuple(each["details"]) for each in records} == {("after", "before", "source")} and len(records) == 3
    me = world["admin"].id
    assert told == {
        ("setting:recall_minutes", me, 5, 2, "database"),
        ("setting:push_text", me, False, True, "database"),
        ("setting:recall_minutes", me, 2, 5, "environment"),
    }


async def test_of_two_administrators_at_once_the_later_wins_and_both_are_recorded(world: World) -> None:
    admin = await world.client("admin")
    await asyncio.gather(*(patched(admin, recall_minutes=minutes, search_rate=minutes) for minutes in range(10, 20)))
    told = await listed(admin)
    rows = await world.pool.fetch(
        "SELECT details FROM audit_records WHERE action = 'setting.changed' AND object = 'setting:recall_minutes' "
        "ORDER BY id"
    )
    chain = [row["details"] for row in rows]
    assert sorted(each["after"] for each in chain) == list(range(10, 20))
    assert [each["before"] for each in chain] == [2, *(each["after"] for each in chain[:-1])], "each saw the one before"
    assert told["recall_minutes"]["value"] == told["search_rate"]["value"] == chain[-1]["after"]
    await heard(world.services, recall_minutes=chain[-1]["after"])


async def test_a_process_that_starts_has_them_before_it_serves(settings: Settings, world: World) -> None:
    await patched(await world.client("admin"), recall_minutes=5, message_rate=9)
    async with open_services(settings) as other:
        assert (other.settings.recall_minutes, other.mailroom.paces.rate) == (5, 9)


async def test_what_another_version_wrote_is_passed_over(
    settings: Settings, world: World, other: Services, caplog: pytest.LogCaptureFixture
) -> None:
    kept = {"recall_minutes": -3, "no_such_setting": 1, "port": 1, "push_text": "yes"}
    with caplog.at_level(logging.WARNING):
        for name, value in (kept | {"search_rate": 9}).items():
            await world.pool.execute("INSERT INTO changed_settings (name, value) VALUES ($1, $2)", name, value)
        await world.pool.execute("INSERT INTO changed_settings (name, value) VALUES ('api_per_hour', 'null')")
        await heard(other, search_rate=9)
        async with open_services(settings, hears=False) as starting:
            assert (starting.settings.search_rate, starting.settings.recall_minutes, starting.settings.port) == (
                9,
                2,
                8080,
            )
    for name in (*kept, "api_per_hour"):
        assert f"passed over: {name}: " in caplog.text
    admin = await world.client("admin")
    told = await listed(admin)
    assert (told["recall_minutes"]["value"], told["recall_minutes"]["source"]) == (2, "default")
    assert told["search_rate"]["source"] == "database"
    told = await patched(admin, recall_minutes=4)
    assert told["recall_minutes"]["value"] == 4
    await heard(other, recall_minutes=4)


async def test_while_the_database_is_away_the_last_values_hold(
    world: World, other: Services, test_servers: TestServers, caplog: pytest.LogCaptureFixture
) -> None:
    admin = await world.client("admin")
    await patched(admin, recall_minutes=5)
    await heard(other, recall_minutes=5)
    database = await world.pool.fetchval("SELECT current_database()")
    await test_servers.admin(f"ALTER DATABASE {database} ALLOW_CONNECTIONS false")
    ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = "
    await test_servers.admin(f"{ended}'{database}'")
    await asyncio.sleep(2.5)
    assert other.settings.recall_minutes == 5
    await test_servers.admin(f"ALTER DATABASE {database} ALLOW_CONNECTIONS true")
    await world.pool.execute("UPDATE changed_settings SET value = '6' WHERE name = 'recall_minutes'")
    for _ in range(500):
        if other.settings.recall_minutes == 6:
            break
        await asyncio.sleep(0.02)
    assert other.settings.recall_minutes == 6
