"""Every screen, at both sizes, in both themes and three languages: whole, quiet, and usable by everybody."""

from itertools import product

import pytest

from .conftest import People
from .person import DESKTOP, LANGUAGES, PHONE, Person
from .screens import Screen, screens
from .site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")

LOOKS = [(PHONE, "light", "zh-CN"), (DESKTOP, "dark", "de"), (PHONE, "dark", "en"), (DESKTOP, "light", "zh-CN")]
"""Each size in each theme, each language in each size but one: all twelve for every screen would say little more."""


@pytest.mark.parametrize(("size", "theme", "language"), LOOKS, ids=["phone", "desktop-dark", "phone-dark", "desktop"])
@pytest.mark.parametrize("client", ["app", "console"])
async def test_every_screen_is_whole_and_usable(
    people: People, site: Site, client: str, size: dict[str, int], theme: str, language: str
) -> None:
    wrong = []
    shown = [each for each in await screens(site) if each.client == client]
    for account in dict.fromkeys(each.account for each in shown):
        async with people(size=size, theme=theme, language=language) as somebody:
            if account:
                await somebody.sign_in(account, client)
            for screen in (each for each in shown if each.account == account):
                wrong += [f"{screen.name}: {said}" for said in await _wrong_with(somebody, screen)]
    assert not wrong, "\n".join(wrong)


async def _wrong_with(somebody: Person, screen: Screen) -> list[str]:
    before = len(somebody.complaints)
    await somebody.open(screen.address)
    await somebody.settled()
    if screen.step:
        await screen.step(somebody.page)
    wrong = [*await somebody.violations(), *somebody.complaints[before:]]
    if (wider := await somebody.overflow()) > 0:
        wrong.append(f"{wider} pixels wider than the screen")
    return wrong


def test_languages_and_sizes_are_all_looked_at() -> None:
    assert {language for _, _, language in LOOKS} == set(LANGUAGES)
    assert len({(size["width"], theme) for size, theme, _ in LOOKS}) == len(list(product((PHONE, DESKTOP), "ab")))
