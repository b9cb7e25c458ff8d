"""One's own screens: what is changed there holds on all one's devices, and is refused in words."""

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from . import waiting
from .conftest import People
from .person import PHONE, Person
from .site import DEMO_PASSWORD, Site
from .stores import Chat

pytestmark = pytest.mark.asyncio(loop_scope="session")

SHEETS = "getComputedStyle(document.body).backgroundColor"


async def settings_of(site: Site, account: str) -> Any:
    async with site.client(account) as caller:
        return await caller.ask("GET", "/api/me/settings")


async def until(site: Site, account: str, holds: Any) -> Any:
    return await waiting.until(lambda: settings_of(site, account), holds)


async def opened(somebody: Person, account: str, name: str) -> Page:
    await somebody.sign_in(account, None)
    await somebody.open(f"/app/me/{name}")
    return somebody.page


async def test_quiet_hours_are_set_kept_and_put_off(people: People, site: Site) -> None:
    async with people(size=PHONE, language="en") as wangwu:
        page = await opened(wangwu, "wangwu", "notifications")
        await page.get_by_role("switch", name="Quiet hours").click()
        await page.get_by_label("From").fill("21:30")
        await page.get_by_role("checkbox", name="Sunday").uncheck()
        await page.get_by_label("Time zone").select_option("Europe/Berlin")
        found = await until(site, "wangwu", lambda told: told["timezone"] == "Europe/Berlin")
        assert found["notifications"]["quiet_hours"] == {"from": "21:30", "to": "07:00", "days": [1, 2, 3, 4, 5, 6]}
        assert await wangwu.violations() == [] and await wangwu.overflow() <= 0
        await page.reload()
        await expect(page.get_by_label("From")).to_have_value("21:30")
        await expect(page.get_by_role("checkbox", name="Sunday")).not_to_be_checked()
        await page.get_by_role("switch", name="Quiet hours").click()
        await until(site, "wangwu", lambda told: told["notifications"]["quiet_hours"] is None)


async def test_what_is_chosen_on_one_device_shows_on_the_other(people: People, site: Site) -> None:
    async with people(language="en") as one, people(language="en", size=PHONE) as other:
        page = await opened(one, "wangwu", "notifications")
        there = await opened(other, "wangwu", "notifications")
        show = "Show who wrote and what"
        await expect(there.get_by_role("switch", name=show)).not_to_be_checked()
        await page.get_by_role("switch", name=show).click()
        await expect(there.get_by_role("switch", name=show)).to_be_checked()
        await page.get_by_role("switch", name="Notify me").click()
        await expect(there.get_by_role("switch", name=show)).to_be_disabled()
        await page.get_by_role("switch", name="Notify me").click()
        await page.get_by_role("switch", name=show).click()
        await until(site, "wangwu", lambda told: not told["notifications"]["show_text"])


async def test_without_a_network_a_setting_goes_back_to_what_it_was_and_says_why(people: People) -> None:
    async with people(language="en") as wangwu:
        page = await opened(wangwu, "wangwu", "notifications")
        switch = page.get_by_role("switch", name="Notify me")
        await expect(switch).to_be_checked()
        await wangwu.offline(True)
        await switch.click()
        await expect(page.get_by_text("The server cannot be reached.")).to_be_visible()
        await expect(switch).to_be_checked()
        await wangwu.offline(False)


async def test_language_and_theme_change_at_once_and_on_all_devices(people: People, site: Site) -> None:
    async with people(language="en") as one, people(language="en", size=PHONE) as other:
        page = await opened(one, "wangwu", "general")
        there = await opened(other, "wangwu", "about")
        light = await page.evaluate(SHEETS.replace("body", "documentElement"))
        await page.get_by_role("radio", name="Deutsch").check()
        await expect(page.get_by_role("heading", name="Sprache und Darstellung")).to_be_visible()
        await expect(there.get_by_role("heading", name="Über die App")).to_be_visible()
        await page.get_by_role("radio", name="Dunkel").check()
        await expect(there.locator("html")).to_have_attribute("theme-mode", "dark")
        assert await page.evaluate(SHEETS.replace("body", "documentElement")) != light
        assert await page.locator("html").get_attribute("lang") == "de"
        assert await one.violations() == []
        await page.get_by_role("radio", name="Wie dieses Gerät").check()
        await page.get_by_role("radio", name=re.compile("^(Wie im System|Same as the system)$")).check()
        await until(site, "wangwu", lambda told: told["theme"] == "system" and told["language"] is None)


async def test_another_device_is_signed_out_from_here_and_keeps_nothing(people: People, site: Site) -> None:
    async with site.client("lisi") as caller:
        group = await caller.group("Auf beiden Geräten", "zhaoliu")
        await caller.say(group, "nur solange du angemeldet bist")
    async with people(language="en") as here, people(language="de", size=PHONE) as there:
        there.forgiven += ["401", "WebSocket connection"]
        await there.sign_in("zhaoliu")
        await there.open(f"/app/c/{group}")
        await Chat(there).kept("nur solange du angemeldet bist")
        page = await opened(here, "zhaoliu", "devices")
        await expect(page.get_by_text("this device")).to_be_visible()
        assert await here.violations() == []
        await page.get_by_role("button", name="Sign out: ").first.click()
        await page.get_by_role("dialog").get_by_role("button", name="Sign out").click()
        await expect(there.page.get_by_text("Du wurdest abgemeldet.")).to_be_visible()
        await expect(page.get_by_role("button", name="Sign out: ")).to_have_count(0)
        kept = """async () => {
          const names = (await indexedDB.databases()).map((each) => each.name).filter((name) => /^wecom-/.test(name));
          const counts = await Promise.all(names.map((name) => new Promise((then) => {
            const opening = indexedDB.open(name);
            opening.onsuccess = () => {
              const asking = opening.result.transaction("messages").objectStore("messages").count();
              asking.onsuccess = () => { opening.result.close(); then(asking.result); };
            };
          })));
          return counts.reduce((sum, each) => sum + each, 0);
        }"""
        await waiting.until(lambda: there.page.evaluate(kept), lambda count: count == 0)


async def test_a_password_is_changed_and_what_is_wrong_with_one_is_said(people: People, site: Site) -> None:
    async with people(language="en", size=PHONE) as wangwu:
        wangwu.forgiven += ["/api/me/password", "400", "403"]
        page = await opened(wangwu, "wangwu", "password")

        async def change(old: str, fresh: str, again: str) -> None:
            await page.get_by_label("Current password").fill(old)
            await page.get_by_label("New password", exact=True).fill(fresh)
            await page.get_by_label("New password once more").fill(again)
            await page.get_by_role("button", name="Change the password").click()

        async def changed(old: str, fresh: str) -> int:
            async with page.expect_response("**/api/me/password") as answered:
                await change(old, fresh, fresh)
            return (await answered.value).status

        await change(DEMO_PASSWORD, "drei Wolken am Morgen", "drei Wolken am Abend")
        await expect(page.get_by_role("alert")).to_have_text("The two passwords differ.")
        assert await changed("not this one", "drei Wolken am Morgen") == 403
        await expect(page.get_by_role("alert")).to_have_text("The old password is wrong.")
        assert await changed(DEMO_PASSWORD, "password") == 400
        await expect(page.get_by_role("alert")).to_contain_text("guessed too easily")
        assert await wangwu.violations() == []
        assert await changed(DEMO_PASSWORD, "drei Wolken am Morgen") == 200
        await expect(page.get_by_role("status").filter(has_text="The password is changed")).to_be_visible()
        assert await changed("drei Wolken am Morgen", DEMO_PASSWORD) == 200
    assert await settings_of(site, "wangwu")


async def test_what_this_device_keeps_is_cleared_and_the_app_still_opens_without_a_network(people: People) -> None:
    async with people(language="en") as lisi:
        lisi.forgiven += ["/api/", "ERR_FAILED"]
        page = await opened(lisi, "lisi", "storage")
        await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        await page.wait_for_function("() => navigator.serviceWorker.controller !== null")
        await page.get_by_role("button", name="Clear this device's copy").click()
        async with page.expect_navigation():
            await page.get_by_role("dialog").get_by_role("button", name="Clear").click()
        await expect(page.get_by_role("heading", name="Storage")).to_be_visible()
        await lisi.offline(True)
        await lisi.open("/app/me/about")
        await expect(page.get_by_role("heading", name="About")).to_be_visible()
        await lisi.offline(False)


async def test_the_app_is_offered_to_be_installed_where_the_browser_lets_it(people: People) -> None:
    async with people(language="en", size=PHONE) as lisi:
        page = await opened(lisi, "lisi", "")
        await expect(page.get_by_text("Install this app")).to_have_count(0)
        await page.evaluate("""() => {
          const offer = new Event("beforeinstallprompt", { cancelable: true });
          offer.prompt = async () => { globalThis.prompted = true; };
          dispatchEvent(offer);
        }""")
        await page.get_by_role("button", name="Install this app").click()
        await waiting.until(lambda: page.evaluate("globalThis.prompted"))
        await expect(page.get_by_role("button", name="Install this app")).to_have_count(0)


async def test_on_an_iphone_one_is_told_how_to_add_it_to_the_home_screen(people: People) -> None:
    system = "iPhone; CPU iPhone OS 18_0 like Mac OS X"
    safari = f"Mozilla/5.0 ({system}) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1"
    async with people(language="en", size=PHONE, user_agent=safari) as lisi:
        page = await opened(lisi, "lisi", "")
        await page.get_by_role("link", name="Install this app").click()
        await expect(page.get_by_text("Scroll down to Add to Home Screen")).to_be_visible()
        await lisi.open("/app/me/notifications")
        await expect(page.get_by_text("notifications come only to the installed app")).to_be_visible()
        assert await lisi.violations() == []


async def test_nothing_of_who_signed_out_is_shown_to_who_signs_in_next(people: People) -> None:
    async with people(language="en") as somebody:
        somebody.forgiven += ["401"]
        page = await opened(somebody, "lisi", "")
        await page.get_by_role("button", name="Sign out").click()
        async with page.expect_event("load"):
            await page.get_by_role("dialog").get_by_role("button", name="Sign out").click()
        await expect(page.get_by_label("Password", exact=True)).to_be_visible()
        assert await page.evaluate("indexedDB.databases().then((all) => all.map((each) => each.name))") == []
        await page.get_by_label("Account").fill("wangwu")
        await page.get_by_label("Password", exact=True).fill(DEMO_PASSWORD)
        await page.get_by_role("button", name="Sign in", exact=True).click()
        await expect(page.get_by_role("link", name="Contacts")).to_be_visible()
        await somebody.open("/app/me")
        await expect(page.get_by_text("王五").first).to_be_visible()
        await somebody.open("/app/sign-in")  # who is signed in signs out first
        await expect(page).to_have_url(re.compile(r"/app/messages$"))
