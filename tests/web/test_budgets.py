"""What the employee app may weigh, and how soon it is there."""

import re

import pytest
from playwright.async_api import expect

from .conftest import People
from .person import PHONE, WEBAPP, Person

KIB = 1024
SHELL = 200 * KIB
"""Compressed bytes of the page, its scripts and styles until the conversations are shown."""

SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
"""As Lighthouse has it for a telephone."""
SLOWDOWN = 4
MOST_FILES = 10
"""Each is a round trip on a telephone."""


async def _first_visit(phone: Person) -> tuple[int, dict[str, int]]:
    """Signed in, with nothing kept: milliseconds until the conversations are shown, and what was fetched till then."""
    session = await phone.context.new_cdp_session(phone.page)
    await session.send("Network.enable")
    names: dict[str, str] = {}
    sizes: dict[str, int] = {}
    session.on("Network.responseReceived", lambda told: names.update({told["requestId"]: told["response"]["url"]}))
    session.on(
        "Network.loadingFinished",
        lambda told: sizes.update({names.get(told["requestId"], ""): int(told["encodedDataLength"])}),
    )
    await session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    await session.send("Network.emulateNetworkConditions", SLOW_4G)
    await session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
    await phone.page.goto(f"{phone.url}/app/", wait_until="commit")
    await expect(phone.page.get_by_role("link", name="研发中心闲聊")).to_be_visible()
    shown = int(await phone.page.evaluate("performance.now()"))
    made = {name.removeprefix(phone.url): size for name, size in sizes.items()}
    return shown, {name: size for name, size in made.items() if name == "/app/" or name.startswith("/assets/")}


@pytest.mark.asyncio(loop_scope="session")
async def test_the_shell_is_light_and_there_soon(people: People) -> None:
    async with people(size=PHONE) as phone:
        await phone.sign_in("zhangsan", None)
        shown, made = await _first_visit(phone)
        weight = sum(made.values())
        print(f"\nfirst visit, slow phone: {shown} ms, {weight / KIB:.0f} KiB in {len(made)} files")
        print("\n".join(f"{size:7} {name}" for name, size in made.items()))
        assert len(made) <= MOST_FILES, sorted(made)
        assert weight <= SHELL, sorted(made.items(), key=lambda pair: -pair[1])[:12]
        # The network alone takes so long for these bytes, with one round trip each for TLS, page, script and data.
        floor = weight / SLOW_4G["downloadThroughput"] * 1000 + 6 * SLOW_4G["latency"]
        print(f"of which the network alone would take {floor:.0f} ms")
        assert await phone.shift() <= 0.02


def test_no_file_of_the_app_is_too_heavy_to_be_fetched_when_it_is_wanted() -> None:
    heavy = {
        path.name: path.stat().st_size
        for path in (WEBAPP / "dist" / "assets").glob("*.br")
        if path.stat().st_size > SHELL
    }
    assert not heavy


def test_what_is_kept_for_being_offline_is_the_shell_and_no_more() -> None:
    worker = (WEBAPP / "dist" / "app" / "sw.js").read_text()
    kept = {name for name in re.findall(r"/assets/([\w.-]+)", worker)}
    assert kept
    console = {path.name for path in (WEBAPP / "dist" / "assets").glob("console-*")}
    assert not kept & console
    weight = sum((WEBAPP / "dist" / "assets" / f"{name}.br").stat().st_size for name in kept)
    assert weight <= 2 * SHELL, f"{weight / KIB:.0f} KiB"
