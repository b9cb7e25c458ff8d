"""Signing in, in both clients."""

import pytest
from playwright.async_api import expect

from .conftest import People
from .site import DEMO_PASSWORD

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize(("client", "account"), [("app", "zhangsan"), ("console", "admin")])
async def test_signing_in_shows_who_one_is(people: People, client: str, account: str) -> None:
    async with people() as somebody:
        somebody.forgiven.append("/api/me")
        somebody.forgiven.append("401")
        await somebody.open(f"/{client}/")
        page = somebody.page
        await page.get_by_label("账号").fill(account)
        await page.get_by_label("密码", exact=True).fill(DEMO_PASSWORD)
        await page.get_by_role("button", name="登录").click()
        await expect(page.get_by_role("heading")).to_be_visible()
        assert await somebody.violations() == []
