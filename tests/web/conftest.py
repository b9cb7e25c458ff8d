"""One server and one browser for all that a test process tries in them; people of their own for every test."""

import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from .person import Person, person
from .site import Site, open_chromium, open_site

People = Callable[..., AbstractAsyncContextManager[Person]]


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    with tempfile.TemporaryDirectory(prefix="wecom-") as place, open_site(Path(place)) as site:
        yield site


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium(site: Site) -> AsyncIterator[Browser]:
    async with open_chromium(site.key_hash) as chromium:
        yield chromium


@pytest.fixture
def people(site: Site, chromium: Browser) -> People:
    """Opens a screen for somebody: `async with people(size=PHONE) as zhangsan`."""
    return partial(person, chromium, site.url)
