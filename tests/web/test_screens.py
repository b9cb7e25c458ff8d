"""Every screen, at both sizes and in both themes, all in three languages: whole, at rest, and usable by everybody."""

import asyncio
import os
from itertools import product

import pytest

from .conftest import People
from .person import LANGUAGES, PHONE, Person
from .screens import LOOKS, Look, Screen, screens
from .site import Site

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(400)]

PAIRS = LOOKS[:2], LOOKS[2:]
"""Both sizes and both themes in each: a screen has the one pair or the other, and with WECOM_LOOKS=all both."""

MOST_SHIFTED = 0.02
"""Of the screen: what a person does not see move. What Google calls good is five times that."""


@pytest.mark.parametrize("look", LOOKS, ids=str)
@pytest.mark.parametrize("client", ["app", "console"])
async def test_every_screen_is_whole_and_usable(people: People, site: Site, client: str, look: Look) -> None:
    async def looked_at(account: str | None, shown: list[Screen]) -> list[str]:
        async with people(size=look.viewport, theme=look.theme, language=look.language) as somebody:
            if account:
                await somebody.sign_in(account, client)
            return [f"{each.name}: {said}" for each in shown for said in await _wrong_with(somebody, each)]

    ours = [each for each in await screens(site) if each.client == client]
    shown = [each for n, each in enumerate(ours) if look in PAIRS[n % 2] or os.environ.get("WECOM_LOOKS") == "all"]
    by_account = {name: [each for each in shown if each.account == name] for name in {each.account for each in shown}}
    # By two at once: much of the time is waiting for a page to be at rest.
    halves = [(name, some[half::2]) for name, some in by_account.items() for half in (0, 1) if some[half::2]]
    wrong = [said for some in await asyncio.gather(*(looked_at(*each) for each in halves)) for said in some]
    assert not wrong, "\n".join(wrong)


async def _wrong_with(somebody: Person, screen: Screen) -> list[str]:
    before = len(somebody.complaints)
    await somebody.open(screen.address)
    wrong = [] if await somebody.settled() else ["something never came"]
    if (shift := await somebody.shift()) > MOST_SHIFTED:
        wrong.append(f"{shift:.3f} of the screen moved while it was drawn: {await somebody.shifted()}")
    if screen.step:
        await screen.step(somebody.page)
    wrong += [*await somebody.violations(), *somebody.complaints[before:]]
    if somebody.page.viewport_size == PHONE:
        wrong += [f"too small for a finger: {each}" for each in await somebody.too_small()]
    if (wider := await somebody.overflow()) > 0:
        wrong.append(f"{wider} pixels wider than the screen")
    return wrong


async def test_languages_sizes_and_themes_are_all_looked_at() -> None:
    assert {look.language for look in LOOKS} == set(LANGUAGES)
    assert {(look.size, look.theme) for look in LOOKS} == set(product(("phone", "desktop"), ("light", "dark")))
    for pair in PAIRS:
        assert {look.size for look in pair} == {"phone", "desktop"}
        assert {look.theme for look in pair} == {"light", "dark"}
