"""Every screen of both clients by name: where it is, and what is to be seen once it is there.

Tests hold each to what all must be (nothing wrong for axe, nothing wider than the screen, no complaint), and
`make screenshots` takes its picture.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from playwright.async_api import Page

from .site import Site

Step = Callable[[Page], Awaitable[None]]


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


async def screens(site: Site) -> list[Screen]:
    """All of them, for the demo company as it stands."""
    async with site.client("zhangsan") as caller:
        listed = (await caller.ask("GET", "/api/conversations"))["conversations"]
        group = next(each["id"] for each in listed if each["name"] == "研发中心闲聊")
        lisi = await caller.member("lisi")
        departments = (await caller.ask("GET", "/api/directory"))["departments"]
        research = next(each["id"] for each in departments if each["parent_id"] == 1)
    mine = ("profile", "general", "notifications", "devices", "password", "consents", "storage", "about")
    places = (
        "", "people", "imports", "joining", "tags", "attributes", "visibility", "ldap", "apps", "robots", "roles",
        "audit", "statistics", "health", "jobs", "settings",
    )  # fmt: skip
    return [
        Screen("sign-in", "/app/sign-in", None),
        Screen("messages", "/app/messages"),
        Screen("conversation", f"/app/messages/{group}"),
        Screen("details", f"/app/messages/{group}/details"),
        Screen("search", "/app/messages/search"),
        Screen("contacts", "/app/contacts"),
        Screen("department", f"/app/contacts/d/{research}"),
        Screen("member", f"/app/contacts/m/{lisi}"),
        Screen("groups", "/app/contacts/groups"),
        Screen("workbench", "/app/workbench"),
        Screen("me", "/app/me"),
        *(Screen(f"me-{name}", f"/app/me/{name}") for name in mine),
        Screen("nothing-here", "/app/nowhere"),
        Screen("console-sign-in", "/console/sign-in", None),
        *(Screen(f"console-{place or 'home'}", f"/console/{place}", "admin") for place in places),
    ]
