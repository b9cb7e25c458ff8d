"""People's pictures come from LDAP too, where they can be shown."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.world import World
from wecom.features import lifecycle
from wecom.features.accounts import SYSTEM
from wecom.features.directory.sync import LdapSource
from wecom.features.lifecycle import Synced, pictures

from .conftest import config_text, member, source_of
from .slapd import PEOPLE, Slapd, company, person, slapd

WUKONG = f"uid=sunwukong,ou=研发部,{PEOPLE}"
JPEG, PNG = b"\xff\xd8\xff\xe0 a small one", b"\x89PNG\r\n\x1a\n another"


@pytest.fixture
def ldap_server(tmp_path: Path) -> Iterator[Slapd]:
    large = person("zhuwang", "猪王", "ou=Vertrieb", jpegPhoto=b"\xff\xd8\xff" + bytes(5 << 20))
    with slapd(tmp_path / "slapd", company() + "\n" + large, maxsize=str(64 << 20)) as server:
        server.set(WUKONG, jpegPhoto=JPEG)
        server.set(f"uid=jgross,ou=Vertrieb,{PEOPLE}", jpegPhoto=b"GIF89a is not taken")
        yield server


@pytest.fixture
def source(ldap_server: Slapd) -> LdapSource:
    return source_of(config_text(ldap_server, people='photo = "jpegPhoto"'))


async def sync(world: World, source: LdapSource) -> Synced:
    return await lifecycle.sync_all(world.pool, source, SYSTEM, store=world.services.blobs)


@pytest.mark.parametrize("many", [1, 2_000], ids=["asked of all at once", "asked of a few at a time"])
async def test_a_picture_is_shown_to_who_is_signed_in(
    world: World, source: LdapSource, ldap_server: Slapd, many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "MANY", many)
    synced = await sync(world, source)
    avatar = (await member(world.pool, "sunwukong")).avatar
    client, stranger = await world.client("zhangsan"), await world.client(None)
    shown = await client.get(avatar)
    assert (shown.status, shown.content_type, await shown.read()) == (200, "image/jpeg", JPEG)
    assert (await stranger.get(avatar)).status == 401
    assert (await client.get("/api/avatars/" + "0" * 64)).status == 404
    assert (await client.get("/api/avatars/..%2f..%2fsecret.key")).status == 404
    told = sorted(each.message for each in synced.problems)
    assert told == ["its picture has 5120 KiB: at most 1024 are taken", "its picture is neither JPEG nor PNG"]
    assert (await member(world.pool, "zhuwang")).avatar == ""


async def test_another_picture_and_none(world: World, source: LdapSource, ldap_server: Slapd) -> None:
    await sync(world, source)
    first = (await member(world.pool, "sunwukong")).avatar
    again = await sync(world, source)
    assert again.problems == [], "what has not changed is not looked at again"
    ldap_server.set(WUKONG, jpegPhoto=PNG)
    await lifecycle.sync_some(world.pool, source, SYSTEM, [ldap_server.id_of(WUKONG)], store=world.services.blobs)
    second = (await member(world.pool, "sunwukong")).avatar
    assert second not in ("", first)
    client = await world.client("zhangsan")
    assert (await (await client.get(second)).read()) == PNG
    assert (await client.get(first)).status == 404, "nobody has the old one any more"
    ldap_server.set(WUKONG, jpegPhoto="")
    await sync(world, source)
    assert (await member(world.pool, "sunwukong")).avatar == ""
