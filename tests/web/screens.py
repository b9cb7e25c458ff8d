"""Every screen of both clients by name: where it is, and what is to be seen once it is there.

Tests hold each to what all must be (nothing wrong for axe, nothing wider than the screen, no complaint), and
`make screenshots` takes its picture.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from playwright.async_api import Page

from .person import DESKTOP, PHONE
from .site import Site

Step = Callable[[Page], Awaitable[None]]
"""What is done there first."""


@dataclass(frozen=True)
class Look:
    """How screens are looked at."""

    size: str
    theme: str
    language: str

    @property
    def viewport(self) -> dict[str, int]:
        return PHONE if self.size == "phone" else DESKTOP

    def __str__(self) -> str:
        return f"{self.size}-{self.theme}-{self.language}"


LOOKS = (
    Look("phone", "light", "de"),
    Look("desktop", "dark", "zh-CN"),
    Look("phone", "dark", "zh-CN"),
    Look("desktop", "light", "en"),
)
"""Each size in each theme; the longest words on the narrowest screen. All twelve for every screen say little more."""


@dataclass(frozen=True)
class Screen:
    """A screen. `account`: who looks at it; none: nobody is signed in."""

    name: str
    address: str
    account: str | None = "zhangsan"
    step: Step | None = None

    @property
    def client(self) -> str:
        return self.address.split("/")[1]


def pressing(*names: str) -> Step:
    """Presses the button or the tab that is called so, in one of the languages."""

    async def press(page: Page) -> None:
        named = re.compile(f"^({'|'.join(map(re.escape, names))})$")
        wanted = page.get_by_role("button", name=named).or_(page.get_by_role("tab", name=named))
        await wanted.filter(visible=True).first.click()
        await page.wait_for_load_state("networkidle")
        await page.wait_for_timeout(300)

    return press


def filling(words: str) -> Step:
    async def fill(page: Page) -> None:
        await page.get_by_role("searchbox").or_(page.get_by_role("combobox")).first.fill(words)
        await page.wait_for_timeout(800)
        await page.wait_for_load_state("networkidle")

    return fill


NEW_RULE = "新建规则", "New rule", "Neue Regel"


async def screens(site: Site) -> list[Screen]:
    """All of them, for the demo company as it stands."""
    async with site.client("zhangsan") as caller:
        listed = (await caller.ask("GET", "/api/conversations"))["conversations"]
        group = next(each["id"] for each in listed if each["name"] == "研发中心闲聊")
        app = next(each["id"] for each in listed if each["kind"] == "app")
        lisi = await caller.member("lisi")
        directory = await caller.ask("GET", "/api/directory")
        departments, tags = directory["departments"], directory["tags"]
        research = next(each["id"] for each in departments if each["parent_id"] == 1)
    mine = ("profile", "general", "notifications", "devices", "password", "consents", "storage", "about")
    places = (
        "overview", "people", "imports", "joining", "tags", "attributes", "visibility", "ldap", "apps", "robots",
        "roles", "audit", "statistics", "jobs", "settings",
    )  # fmt: skip
    return [
        Screen("sign-in", "/app/sign-in", None),
        Screen("messages", "/app/messages"),
        Screen("conversation", f"/app/messages/{group}"),
        Screen("app-conversation", f"/app/messages/{app}"),
        Screen("emoji", f"/app/messages/{group}", step=pressing("表情", "Emoji")),
        Screen("details", f"/app/messages/{group}/details"),
        Screen("new-conversation", "/app/messages", step=pressing("发起会话", "New conversation", "Neues Gespräch")),
        Screen("search", "/app/messages/search"),
        Screen("found", "/app/messages/search", step=filling("构建")),
        Screen("contacts", "/app/contacts"),
        Screen("department", f"/app/contacts/d/{research}"),
        Screen("member", f"/app/contacts/m/{lisi}"),
        Screen("groups", "/app/contacts/groups"),
        *(Screen("tag", f"/app/contacts/tags/{each['id']}") for each in tags[:1]),
        Screen("workbench", "/app/workbench"),
        Screen("checkins", "/app/checkins"),
        Screen("checkin-history", "/app/checkins/history"),
        Screen("me", "/app/me"),
        *(Screen(f"me-{name}", f"/app/me/{name}") for name in mine),
        Screen("nothing-here", "/app/nowhere"),
        Screen("scan", "/app/scan"),
        Screen("console-sign-in", "/console/sign-in", None),
        Screen("console-away", "/console/away", None),
        *(Screen(f"console-{place}", f"/console/{place}", "admin") for place in places),
        *(
            Screen(f"console-attendance-{place or 'board'}", f"/console/attendance/{place}".rstrip("/"), "admin")
            for place in ("", "reports", "plans", "duty", "facts", "holidays", "machines", "rules")
        ),
        Screen("console-new-checkin-rule", "/console/attendance/rules", "admin", pressing(*NEW_RULE)),
        Screen("console-member", "/console/people?q=zhangsan", "admin", pressing("张三")),
        Screen(
            "console-new-member",
            "/console/people",
            "admin",
            pressing("添加成员", "Add a member", "Mitglied hinzufügen"),
        ),
        Screen("console-new-rule", "/console/visibility", "admin", pressing(*NEW_RULE)),
        Screen("console-new-app", "/console/apps", "admin", pressing("新建应用", "New app", "Neue App")),
        Screen("console-give-role", "/console/roles", "admin", pressing("授予角色", "Give a role", "Rolle vergeben")),
    ]
