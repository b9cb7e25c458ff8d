"""A page that lives longer than its version: a newer one is offered, and parts that are gone bring the page anew."""

import pytest
from playwright.async_api import Route, expect

from .conftest import People

pytestmark = pytest.mark.asyncio(loop_scope="session")

ANOTHER = """navigator.serviceWorker.register("/app/sw.js?another", { scope: "/app/" }).then(() => true)"""
CONTROLLED = "() => navigator.serviceWorker.controller !== null"


async def test_a_newer_version_is_offered_and_comes_when_it_is_wished_for(people: People) -> None:
    async with people(language="en") as lisi:
        await lisi.sign_in("lisi")
        page = lisi.page
        await page.wait_for_function(CONTROLLED)
        await expect(page.get_by_text("A new version is available.")).to_have_count(0)
        # To the browser a worker from another address is another version.
        await page.evaluate(ANOTHER)
        await expect(page.get_by_text("A new version is available.")).to_be_visible()
        assert await lisi.violations() == []
        async with page.expect_navigation():
            await page.get_by_role("button", name="Reload").click()
        assert "another" in await page.evaluate("navigator.serviceWorker.controller.scriptURL")


async def test_a_page_beside_it_is_told_once_the_newer_version_has_taken_over(people: People) -> None:
    async with people(language="en") as lisi:
        await lisi.sign_in("lisi")
        page = lisi.page
        await page.wait_for_function(CONTROLLED)
        beside = await lisi.context.new_page()
        await beside.goto(f"{lisi.url}/app/me")
        await beside.wait_for_function(CONTROLLED)
        await page.evaluate(ANOTHER)
        async with page.expect_navigation():
            await page.get_by_role("button", name="Reload").click()
        await expect(beside.get_by_text("A new version is available.")).to_be_visible()
        async with beside.expect_navigation():
            await beside.get_by_role("button", name="Reload").click()


@pytest.mark.parametrize(
    ("client", "account", "link", "part", "heading"),
    [
        ("app", "lisi", "Contacts", "**/assets/ContactsList-*.js", "Contacts"),
        ("console", "admin", "Audit log", "**/assets/Audit-*.js", "Audit log"),
    ],
)
async def test_a_part_that_a_new_version_no_longer_has_brings_the_page_anew_and_once(
    people: People, client: str, account: str, link: str, part: str, heading: str
) -> None:
    async with people(language="en", service_workers="block") as somebody:
        somebody.forgiven += ["404", "registration blocked", "dynamically imported module"]
        await somebody.sign_in(account, client)
        page = somebody.page
        gone = []

        async def is_gone(route: Route) -> None:
            gone.append(route.request.url)
            await (route.fulfill(status=404) if len(gone) == 1 else route.fallback())

        await page.route(part, is_gone)
        async with page.expect_navigation(wait_until="load"):
            await page.get_by_role("link", name=link).first.click()
        await page.get_by_role("link", name=link).first.click()
        await expect(page.get_by_role("heading", name=heading).first).to_be_visible()
        assert len(gone) == 2
