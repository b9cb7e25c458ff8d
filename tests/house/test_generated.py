"""What is written down for reading equals what the code makes."""

from wecom.migrations.run import SCHEMA, dump_schema, migrate


async def test_schema_sql_is_what_the_migrations_make(owner_url: str) -> None:
    made = await dump_schema(owner_url)
    assert SCHEMA.read_text() == made, "write it anew: wecom migrate --dump"


async def test_migrating_again_changes_nothing(owner_url: str) -> None:
    before = await dump_schema(owner_url)
    await migrate(owner_url)
    assert await dump_schema(owner_url) == before
