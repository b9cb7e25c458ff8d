"""How the built web clients are handed out: what a browser may keep, and what it may run."""

import re

import aiohttp
import pytest

from tests.world import World


@pytest.mark.parametrize("address", ["/app/", "/app/c/7/about", "/console/", "/console/people/5", "/gate/"])
async def test_every_address_of_a_client_is_its_page(world: World, address: str) -> None:
    client = await world.client(None)
    answer = await client.get(address)
    page = await answer.text()
    assert answer.status == 200 and answer.content_type == "text/html"
    assert answer.headers["Cache-Control"] == "no-cache"
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert not re.search(r"<script(?![^>]*src=)|<style|\son\w+=|\sstyle=", page), "nothing inline would run"
    for name in re.findall(r'(?:src|href)="([^"]+)"', page):
        found = await client.get(name)
        assert found.status == 200, name
        if name.startswith("/assets/"):
            assert "immutable" in found.headers["Cache-Control"]


async def test_what_is_built_is_sent_compressed_as_the_browser_takes_it(world: World) -> None:
    page = (await world.server()).make_url("/app/")
    async with aiohttp.ClientSession(auto_decompress=False) as client:
        for accepted, sent in (("br", "br"), ("gzip", "gzip"), ("identity", None)):
            async with client.get(page, headers={"Accept-Encoding": accepted}) as answer:
                assert answer.headers.get("Content-Encoding") == sent


async def test_the_address_of_the_server_is_the_app(world: World) -> None:
    client = await world.client(None)
    for address, leads_to in (("/", "/app/"), ("/app", "/app/"), ("/console", "/console/"), ("/gate", "/gate/")):
        answer = await client.get(address, allow_redirects=False)
        assert (answer.status, answer.headers["Location"]) == (302, leads_to)


@pytest.mark.parametrize("name", ["app", "gate"])
async def test_the_app_and_the_gate_can_be_installed(world: World, name: str) -> None:
    client = await world.client(None)
    answer = await client.get(f"/{name}/manifest.webmanifest")
    manifest = await answer.json(content_type="application/manifest+json")
    assert manifest["name"] == "海桥科技" and manifest["start_url"] == manifest["scope"] == f"/{name}/"
    for icon in manifest["icons"]:
        picture = await client.get(icon["src"])
        width = int.from_bytes((await picture.read())[16:20], "big")
        assert picture.content_type == "image/png" and icon["sizes"] == f"{width}x{width}"
    assert (await client.get(f"/{name}/sw.js")).content_type.endswith("javascript")


@pytest.mark.parametrize(
    "name", ["/assets/none.js", "/assets/..%2fapp/index.html", "/assets/%2e%2e/%2e%2e/__init__.py"]
)
async def test_nothing_but_what_was_built_is_handed_out(world: World, name: str) -> None:
    client = await world.client(None)
    assert (await client.get(name)).status == 404


async def test_pages_of_apps_find_the_js_sdk_where_tencents_lies_on_its_hosts(world: World) -> None:
    client = await world.client(None)
    for address in ("/open/js/jweixin-1.2.0.js", "/open/js/jweixin-1.6.0.js", "/wwopen/js/jwxwork-1.0.0.js"):
        answer = await client.get(address)
        assert answer.status == 200 and answer.content_type.endswith("javascript")
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert (await client.get("/open/js/jweixin-x.js")).status == 404
