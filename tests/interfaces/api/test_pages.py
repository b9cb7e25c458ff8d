"""The pages that people open, and the document that programs read."""

import re
from html.parser import HTMLParser

import pytest

from tests.world import World
from wecom.interfaces.api import GROUPS, openapi
from wecom.interfaces.api.page import HEADERS

PAGES = ("/about", "/api/docs", "/join")


class Found(HTMLParser):
    """What a page names: its ids, and what its links and scripts point to."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.points_to: list[str] = []
        self.inline: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if id := given.get("id"):
            self.ids.append(id)
        if target := given.get("href") or given.get("src"):
            self.points_to.append(target)
        if tag == "style" or "style" in given or (tag == "script" and "src" not in given):
            self.inline.append(tag)
        self.inline += [name for name in given if name.startswith("on")]


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_needs_nothing_from_elsewhere_and_its_links_lead_somewhere(world: World, path: str) -> None:
    client = await world.client(None)
    answer = await client.get(path)
    assert answer.status == 200 and answer.headers["Content-Type"].startswith("text/html")
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    found = Found()
    found.feed(await answer.text())
    assert not found.inline, "the Content-Security-Policy lets nothing inline run"
    assert len(set(found.ids)) == len(found.ids)
    for target in set(found.points_to):
        if target.startswith("#"):
            assert target[1:] in found.ids, target
        else:
            assert target.startswith("/")
            assert (await client.get(target)).status == 200, target


async def test_the_document_names_every_call_with_words_for_it(world: World) -> None:
    client = await world.client(None)
    document = await (await client.get("/api/openapi.json")).json()
    assert document == openapi()
    calls = [call for methods in document["paths"].values() for call in methods.values()]
    assert len(calls) == sum(len(list(group)) for group in GROUPS.values())
    assert len({call["operationId"] for call in calls}) == len(calls)
    assert all(call["summary"] for call in calls)


async def test_the_readable_page_shows_every_call(world: World) -> None:
    text = await (await (await world.client(None)).get("/api/docs")).text()
    shown = set(re.findall(r"<b>([A-Z]+)</b> <code>([^<]+)</code>", text))
    listed = {(each.method, each.path) for group in GROUPS.values() for each in group}
    assert shown == listed


async def test_what_is_not_there_is_refused_as_everything_is(world: World) -> None:
    client = await world.client(None)
    missing, wrong = await client.get("/api/nothing"), await client.put("/api/session")
    assert (missing.status, (await missing.json())["error"]) == (404, "NoSuchAddress")
    assert wrong.status == 405 and "POST" in wrong.headers["Allow"]
