"""What is written down for reading equals what the code makes."""

from collections.abc import Callable
from typing import Any

import jsonschema_rs
import orjson
import pytest
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from wecom.interfaces import api, cgi
from wecom.interfaces.cli.settings import example
from wecom.migrations.run import SCHEMA, dump_schema, migrate

from .source import ROOT


async def test_schema_sql_is_what_the_migrations_make(owner_url: str) -> None:
    made = await dump_schema(owner_url)
    assert SCHEMA.read_text() == made, "write it anew: wecom migrate --dump"


async def test_migrating_again_changes_nothing(owner_url: str) -> None:
    before = await dump_schema(owner_url)
    await migrate(owner_url)
    assert await dump_schema(owner_url) == before


def test_the_example_settings_are_all_there_are() -> None:
    written = (ROOT / "deploy/settings.example.env").read_text()
    assert written == example(), "write it anew: wecom settings > deploy/settings.example.env"


def test_the_api_document_is_the_apis() -> None:
    written = (ROOT / "wecom/interfaces/api/openapi.json").read_bytes()
    made = orjson.dumps(api.openapi(), option=orjson.OPT_INDENT_2) + b"\n"
    assert written == made, "write it anew: wecom openapi > wecom/interfaces/api/openapi.json"


def test_the_document_of_wecoms_api_is_what_it_answers() -> None:
    written = (ROOT / "wecom/interfaces/cgi/openapi.json").read_bytes()
    made = orjson.dumps(cgi.openapi(), option=orjson.OPT_INDENT_2) + b"\n"
    assert written == made, "write it anew: wecom openapi wecom > wecom/interfaces/cgi/openapi.json"


@pytest.mark.parametrize("described", [api.openapi, cgi.openapi], ids=["native", "wecom"])
def test_the_document_of_an_api_is_valid(described: Callable[[], dict[str, Any]]) -> None:
    document = orjson.loads(orjson.dumps(described()))
    OPENAPI_31_VALIDATOR.validate(document)
    for name in document["components"]["schemas"]:
        jsonschema_rs.validator_for({"$ref": f"#/components/schemas/{name}", "components": document["components"]})
