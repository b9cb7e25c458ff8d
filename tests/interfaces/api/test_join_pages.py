"""Coming to the company as people do it: by an invitation, or by the QR code on the wall, in a real browser."""

from playwright.async_api import expect

from tests.browser import Browser
from tests.interfaces.api.test_accounts import invited
from tests.interfaces.api.test_joining import PASSWORD, code, hr, waiting
from tests.world import Client, World

__all__ = ["code", "hr"]


async def test_a_phone_asks_to_join_and_whoever_is_let_in_signs_in(
    world: World, code: str, hr: Client, browser: Browser
) -> None:
    url = str((await world.server()).make_url("")).rstrip("/")
    async with browser.person(width=390, height=844, locale="zh-CN") as phone:
        await phone.goto(f"{url}/join/{code}")
        assert await phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
        for label, said in (("姓名", "周八 🦢"), ("手机号", "13712345678"), ("希望使用的账号", "zhouba")):
            await phone.get_by_label(label).fill(said)
        await phone.get_by_label("密码", exact=True).fill(PASSWORD)
        await phone.get_by_label("再次输入密码").fill("something else")
        await phone.get_by_role("button", name="提交申请").click()
        await expect(phone.get_by_role("alert")).to_have_text("两次输入的密码不一致。")
        await phone.get_by_label("再次输入密码").fill(PASSWORD)
        await phone.get_by_role("button", name="提交申请").click()
        await expect(phone.get_by_role("heading")).to_have_text("申请已提交")
        await expect(phone.get_by_text("zhouba")).to_be_visible()
    [request] = await waiting(hr)
    assert (request["name"], request["userid"]) == ("周八 🦢", "zhouba")
    assert (await hr.post(f"/api/join-requests/{request['id']}/approve", json={"department_id": 3})).status == 200
    account = {"account": "zhouba", "password": PASSWORD, "kind": "bearer"}
    assert (await (await world.client(None)).post("/api/session", json=account)).status == 200


async def test_an_invitation_is_used_once(world: World, browser: Browser) -> None:
    _, invitation = await invited(world)
    link = f"{str((await world.server()).make_url('')).rstrip('/')}/join#{invitation['token']}"
    async with browser.person() as page:
        await page.goto(link)
        await expect(page.get_by_label("Userid")).to_have_value("zhaoliu")
        await page.get_by_label("New password").fill(PASSWORD)
        await page.get_by_label("The same again").fill(PASSWORD)
        await page.get_by_role("button", name="Set the password").click()
        await expect(page.get_by_role("link", name="Go on")).to_be_visible()
        await expect(page.get_by_role("button", name="Set the password")).to_be_hidden()
    async with browser.person() as page:
        await page.goto(link)
        await expect(page.get_by_role("alert")).not_to_be_empty()
        await expect(page.get_by_role("button", name="Set the password")).to_be_hidden()
    assert len(browser.complaints) == 1 and "status of 4" in browser.complaints.pop()
