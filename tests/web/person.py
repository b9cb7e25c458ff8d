"""Somebody in front of a screen, and everything that their browser found wrong."""

import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, expect
from playwright.async_api import Error as PlaywrightError

from .site import DEMO_PASSWORD

expect.set_options(timeout=20_000)

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1440, "height": 900}
LANGUAGES = ("zh-CN", "en", "de")
WEBAPP = Path(str(files("wecom"))) / "webapp"

SHIFTS = """
globalThis.shifted = [];
globalThis.moved = [];
new PerformanceObserver((list) => {
  for (const each of list.getEntries()) {
    if (each.hadRecentInput) continue;
    globalThis.shifted.push(each.value);
    for (const { node, previousRect: from, currentRect: to } of each.sources) {
      const element = node?.parentElement ? (node.closest ? node : node.parentElement) : node;
      const place = (box) => `${box.x},${box.y} ${box.width}x${box.height}`;
      globalThis.moved.push(`${element?.tagName}.${element?.className} ${place(from)} to ${place(to)}`);
    }
  }
}).observe({ type: "layout-shift", buffered: true });
"""

TOO_SMALL = """() => {
  const plain = "button, a[href], input, select, textarea, summary";
  const pressed = `${plain}, label.check, [role=tab], [role=option], [role=treeitem]`;
  const seen = { opacityProperty: true, visibilityProperty: true };
  const isShown = (each) => each.checkVisibility(seen) && !each.disabled && !each.closest(".unseen");
  const found = [...document.querySelectorAll(pressed)].filter(isShown).flatMap((each) => {
    const at = each.closest("label") ?? each;
    const box = at.getBoundingClientRect();
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const isHit = (down) => at.contains(document.elementFromPoint(x, y + down));
    // What is a word in a sentence is as high as the sentence; what is covered or out of sight is not pressed now.
    if (getComputedStyle(at).display === "inline" || box.width < 2 || box.height < 2 || !isHit(0)) return [];
    const least = ["checkbox", "radio"].includes(each.type) && at === each ? 24 : 40;
    const isHigh = box.height >= least - 0.5 || [...Array(25).keys()].filter((n) => isHit(2 * n - 24)).length >= 16;
    if (isHigh && box.width >= 24) return [];
    const named = (at.ariaLabel ?? at.textContent).trim().slice(0, 30);
    return [`${Math.round(box.width)}x${Math.round(box.height)} ${at.tagName}.${at.className}: ${named}`];
  });
  return [...new Set(found)];
}"""
"""What a finger would miss: less than 40 px high (32 with what counts as it around it), or less than 24 wide."""

SIGN_IN = """async (body) => {
  const headers = { "Content-Type": "application/json" };
  return (await fetch("/api/session", { method: "POST", headers, body: JSON.stringify(body) })).status;
}"""


@dataclass
class Person:
    """One screen. `forgiven`: words of complaints that a test means to cause."""

    page: Page
    context: BrowserContext
    url: str
    complaints: list[str] = field(default_factory=list)
    forgiven: list[str] = field(default_factory=list)

    async def sign_in(self, account: str, client: str | None = "app") -> None:
        """By the cookie of a session, as one who has been here before: signing in has tests of its own.

        No client: none is opened yet.
        """
        await self.open("/about")
        said = await self.page.evaluate(SIGN_IN, {"account": account, "password": DEMO_PASSWORD, "kind": "cookie"})
        assert said == 200, said
        if client:
            await self.open(f"/{client}/")

    async def open(self, address: str) -> None:
        await self.page.goto(self.url + address)

    async def settled(self) -> bool:
        """Until nothing is asked for any more, all has come, and what moves into place has; whether it all came."""
        await self.page.wait_for_load_state("networkidle")
        try:
            await expect(self.page.locator(".skeleton")).to_have_count(0)
        except AssertionError:
            return False
        await self.page.wait_for_timeout(300)
        return True

    async def offline(self, is_offline: bool) -> None:
        if is_offline:
            self.forgiven += ["ERR_INTERNET_DISCONNECTED", "net::ERR_FAILED", "WebSocket connection"]
            # Chromium looks for a newer service worker by itself soon after a page is opened, network or not.
            self.forgiven += ["An unknown error occurred when fetching the script."]
        await self.context.set_offline(is_offline)

    async def violations(self) -> list[str]:
        """What axe finds wrong with the screen as it is now, in a line each."""
        asked = 'axe.run(document, { resultTypes: ["violations"] }).then((found) => found.violations)'
        found: list[dict[str, Any]] = await self.page.evaluate(f"{_axe()}\n{asked}")
        return [
            f"{each['id']} ({each['impact']}): {node['html'][:200]} — {node['failureSummary'].splitlines()[-1].strip()}"
            for each in found
            for node in each["nodes"]
        ]

    async def shift(self) -> float:
        """The cumulative layout shift since the page was opened."""
        return float(await self.page.evaluate("globalThis.shifted.reduce((sum, each) => sum + each, 0)"))

    async def shifted(self) -> list[str]:
        """What moved, from where to where."""
        return list(await self.page.evaluate("globalThis.moved.slice(0, 6)"))

    async def too_small(self) -> list[str]:
        """What is shown now and a finger would miss."""
        return list(await self.page.evaluate(TOO_SMALL))

    async def overflow(self) -> int:
        """By how many pixels the page is wider than the screen."""
        return int(await self.page.evaluate("document.documentElement.scrollWidth - innerWidth"))

    async def seen(self) -> list[str]:
        """What somebody sees who looks on after a failure: each frame's address and words, and all that went wrong."""
        lines = []
        for frame in self.page.frames:
            with contextlib.suppress(PlaywrightError):  # of one that is gone, or has not begun
                lines.append(f"{frame.url}: {(await frame.locator('body').inner_text(timeout=1000))[:400]!r}")
        return lines + self.complaints

    def left(self) -> list[str]:
        """What went wrong and was not meant to."""
        return [each for each in self.complaints if not any(word in each for word in self.forgiven)]

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")

    def _failed(self, request: Request) -> None:
        # What a page asked for and was left before the answer came is nobody's fault.
        if request.failure != "net::ERR_ABORTED":
            self.complaints.append(f"{request.method} {request.url}: {request.failure}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self.complaints.append(f"{response.request.method} {response.url}: {response.status}")


@asynccontextmanager
async def person(
    browser: Browser,
    url: str,
    *,
    size: dict[str, int] | None = None,
    theme: str = "light",
    language: str = "zh-CN",
    **about: Any,
) -> AsyncIterator[Person]:
    """Somebody with cookies of their own; a telephone where the size is one's."""
    size = size or DESKTOP
    phone = {"is_mobile": True, "has_touch": True, "device_scale_factor": 2} if size == PHONE else {}
    context = await browser.new_context(
        viewport=size,  # type: ignore[arg-type]
        color_scheme=theme,  # type: ignore[arg-type]
        locale=language,
        timezone_id="Asia/Shanghai",
        **(phone | about),
    )
    context.set_default_timeout(20_000)
    await context.add_init_script(SHIFTS)
    page = await context.new_page()
    somebody = Person(page, context, url)
    context.on("console", somebody._said)
    context.on("weberror", lambda error: somebody.complaints.append(str(error.error)))
    context.on("requestfailed", somebody._failed)
    context.on("response", somebody._answered)
    try:
        yield somebody
        left = somebody.left()
        assert not left, "\n".join(left)
    except Exception:
        print(*await somebody.seen(), sep="\n")
        raise
    finally:
        await context.close()


@cache
def _axe() -> str:
    """Deque's own checker, run from outside the page, whose policy would not let it in."""
    return (WEBAPP / "node_modules" / "axe-core" / "axe.min.js").read_text()
