"""Reading: long conversations keep their place, what is new is found, and every screen of it is sound."""

import pytest
from playwright.async_api import Page, expect

from .conftest import People
from .person import DESKTOP, PHONE
from .site import Site
from .waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="session")

SETTLED = """async () => {
  const feed = document.querySelector("[role=feed]");
  for (let still = 0, top = -1; still < 20; still++) {
    await new Promise(requestAnimationFrame);
    if (feed.scrollTop !== top) still = 0;
    top = feed.scrollTop;
  }
}"""

STEP_UP = """async () => {
  const feed = document.querySelector("[role=feed]");
  const line = feed.getBoundingClientRect().top + 100;
  const read = [...feed.querySelectorAll("article")].find((each) => each.getBoundingClientRect().top >= line);
  const before = read.getBoundingClientRect().top;
  feed.scrollTop -= 200;
  for (let frame = 0; frame < 10; frame++) await new Promise(requestAnimationFrame);
  const now = feed.querySelector(`[data-seq="${read.dataset.seq}"]`)?.getBoundingClientRect().top;
  return { moved: now - before, top: feed.scrollTop, first: Number(feed.querySelector("article").dataset.seq) };
}"""


async def converse(page: Page, name: str) -> None:
    await page.get_by_role("link", name=name).click()
    await expect(page.get_by_role("article").first).to_be_visible()


async def unread(site: Site, conversation_id: int, count: int) -> None:
    """Until the server says that so many are new to zhangsan."""
    async with site.client("zhangsan") as caller:

        async def said() -> int:
            listed = (await caller.ask("GET", "/api/conversations"))["conversations"]
            return next(each["unread"] for each in listed if each["id"] == conversation_id)

        await until(said, lambda found: found == count)


async def test_older_messages_come_in_above_without_moving_what_is_read(people: People, site: Site) -> None:
    async with site.client("lisi") as caller:
        group = await caller.group("Chronicle", "zhangsan")
        for number in range(180):
            words = f"{number} " + "long enough to need more than a line, now and then " * (number % 5)
            # What draws it comes while one reads.
            sort = "markdown_v2" if number == 60 else "text"
            await caller.say(group, words, body={"msgtype": sort, "content": words})
    async with people(language="en") as zhangsan:
        await zhangsan.sign_in("zhangsan")
        await converse(zhangsan.page, "Chronicle")
        await expect(zhangsan.page.get_by_role("article").last).to_contain_text("179")
        await zhangsan.page.evaluate(SETTLED)
        firsts = set()
        while True:
            step = await zhangsan.page.evaluate(STEP_UP)
            if step["top"] == 0:
                break
            assert abs(step["moved"] - 200) < 8, step
            firsts.add(step["first"])
        assert len(firsts) > 20
        await expect(zhangsan.page.get_by_role("article").first).to_contain_text("added you to the group")
        await expect(zhangsan.page.get_by_role("article").nth(1)).to_contain_text("0 ")


async def test_one_opens_at_the_newest_and_goes_back_to_the_first_that_is_new(people: People, site: Site) -> None:
    async with site.client("lisi") as caller:
        group = await caller.group("Backlog", "zhangsan")
        for number in range(90):
            await caller.say(group, f"missed {number}.")
    async with people(language="en") as zhangsan:
        await zhangsan.sign_in("zhangsan")
        await converse(zhangsan.page, "Backlog")
        await expect(zhangsan.page.get_by_role("article").get_by_text("missed 89.")).to_be_in_viewport()
        await zhangsan.page.get_by_role("button", name="90 new").click()
        await expect(zhangsan.page.get_by_role("article").get_by_text("missed 0.")).to_be_in_viewport()
        await expect(zhangsan.page.get_by_text("New messages", exact=True)).to_be_visible()
        await zhangsan.page.get_by_role("button", name="To the newest").click()
        await expect(zhangsan.page.get_by_role("article").get_by_text("missed 89.")).to_be_in_viewport()


async def test_a_hit_is_brought_into_view_each_time_it_is_chosen_and_nothing_behind_details_is_read(
    people: People, site: Site
) -> None:
    async with site.client("lisi") as caller:
        group = await caller.group("Far away", "zhangsan")
        for number in range(140):
            words = f"{number} " + "more than a line of it, now and then " * (number % 9)
            words = "kingfisher" if number == 40 else words
            sort = "markdown" if number % 20 == 5 else "text"
            await caller.say(group, words, body={"msgtype": sort, "content": words})
        async with people(language="en", size=DESKTOP) as zhangsan:
            await zhangsan.sign_in("zhangsan")
            page = zhangsan.page
            await zhangsan.open("/app/messages/search?q=kingfisher")
            await page.get_by_role("link", name="kingfisher").click()
            hit = page.get_by_role("article").filter(has_text="kingfisher")
            await expect(hit).to_be_in_viewport()
            await page.evaluate(SETTLED)
            await expect(hit).to_be_in_viewport(ratio=1)
            await page.get_by_role("button", name="To the newest").click()
            await expect(page.get_by_role("article").filter(has_text="139 ")).to_be_in_viewport()
            await page.get_by_role("link", name="kingfisher").click()
            await expect(hit).to_be_in_viewport()
        async with people(language="en", size=PHONE) as zhangsan:
            await zhangsan.sign_in("zhangsan")
            page = zhangsan.page
            await zhangsan.open(f"/app/messages/{group}")
            await expect(page.get_by_role("article").filter(has_text="139 ")).to_be_in_viewport()
            await unread(site, group, 0)
            await page.get_by_role("button", name="About this conversation").click()
            await expect(page.get_by_role("button", name="Leave the group")).to_be_visible()
            await caller.say(group, "behind your back")
            await expect(page.get_by_role("article", include_hidden=True).filter(has_text="behind")).to_have_count(1)
            await page.wait_for_timeout(1_000)
            await unread(site, group, 1)
            await page.go_back()
            await expect(page.get_by_role("article").filter(has_text="behind")).to_be_in_viewport()
            await unread(site, group, 0)


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_no_screen_of_messages_has_barriers(people: People, site: Site, size: dict[str, int], theme: str) -> None:
    async with site.client("lisi") as caller:
        group = await caller.group(f"Barriers {theme} {size['width']}", "zhangsan")
        seq = await caller.say(group, "see https://example.com, 👍")
        await caller.say(group, "quoting", reply_to=seq)
        await caller.ask(
            "POST",
            f"/api/conversations/{group}/messages",
            json={
                "client_id": f"table-{theme}-{size['width']}",
                "body": {"msgtype": "markdown_v2", "content": "## Plan\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n`x`\n\n- y"},
            },
        )
        secret = {"msgtype": "text", "content": "not for everybody", "confidential": True}
        await caller.ask(
            "POST",
            f"/api/conversations/{group}/messages",
            json={"client_id": f"secret-{theme}-{size['width']}", "body": secret},
        )
    async with people(language="en", size=size, theme=theme) as zhangsan:
        await zhangsan.sign_in("zhangsan")
        page = zhangsan.page
        for address, sign in (
            ("messages", page.get_by_role("link", name=f"Barriers {theme} {size['width']}")),
            (f"messages/{group}", page.get_by_text("not for everybody").last),
            (f"messages/{group}/details", page.get_by_role("button", name="Leave the group")),
            ("messages/search?q=quoting", page.get_by_role("link", name="quoting").first),
        ):
            await zhangsan.open(f"/app/{address}")
            await expect(sign).to_be_visible()
            assert await zhangsan.violations() == [], address
            assert await zhangsan.overflow() <= 0, address
