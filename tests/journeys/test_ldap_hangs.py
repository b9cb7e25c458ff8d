"""An LDAP server that takes connections and never says a word, and whoever runs wecom wants to stop it."""

import asyncio
from pathlib import Path

import aiohttp

from tests.features.directory.sync.conftest import config_text, source_of
from tests.features.directory.sync.slapd import PASSWORD, READER_PASSWORD, slapd
from wecom.features import directory, lifecycle
from wecom.features.accounts import SYSTEM
from wecom.foundation.db import Pool, transaction

from .serving import serving


async def test_a_directory_that_never_answers_keeps_nobody_from_stopping(
    pool: Pool, database_url: str, owner_url: str, redis_url: str, tmp_path: Path
) -> None:
    with slapd(tmp_path / "slapd") as server:
        async with transaction(pool) as tx:
            await directory.found_company(tx, name="海桥科技", timezone="Asia/Shanghai")
        await lifecycle.sync_all(pool, source_of(config_text(server)), SYSTEM)
    (tmp_path / "ldap.toml").write_text(config_text(server))
    settings = {
        "WECOM_DATABASE_URL": database_url,
        "WECOM_DATABASE_OWNER_URL": owner_url,
        "WECOM_REDIS_URL": redis_url,
        "WECOM_LDAP_CONFIG": str(tmp_path / "ldap.toml"),
        "WECOM_LDAP_BIND_PASSWORD": READER_PASSWORD,
    }
    asked: asyncio.Queue[asyncio.StreamWriter] = asyncio.Queue()
    silent = await asyncio.start_server(lambda _, writer: asked.put_nowait(writer), "127.0.0.1", server.port)
    async with silent, aiohttp.ClientSession() as http:
        with serving(tmp_path / "data", **settings) as serves:
            connected = [await asyncio.wait_for(asked.get(), 20)]
            account = {"account": "sunwukong", "password": PASSWORD, "kind": "bearer"}
            signing_in = asyncio.create_task(_status(http, f"{serves.facts['url']}/api/session", account))
            connected.append(await asyncio.wait_for(asked.get(), 20))
            assert await asyncio.to_thread(serves.stop) < 5
            assert await signing_in == 429, "who waits hears at once that LDAP does not answer"
            assert serves.process.returncode == 0
            said = serves.log.read_text()
            assert "Traceback" not in said, said
        for each in connected:
            each.close()


async def _status(http: aiohttp.ClientSession, url: str, body: dict[str, str]) -> int:
    async with http.post(url, json=body) as answer:
        return answer.status
