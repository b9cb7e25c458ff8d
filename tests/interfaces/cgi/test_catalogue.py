"""The catalogue of WeCom's API, the endpoints and the reasons for what is absent say the same."""

import tomllib
from pathlib import Path
from typing import Any

from tests.interfaces.cgi.conftest import CgiClient
from wecom.interfaces import cgi
from wecom.interfaces.cgi.absent import LATER, REFUSED
from wecom.interfaces.cgi.errcodes import ERRCODES, errcode
from wecom.interfaces.cgi.wire import WrongParameter

ROWS: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "catalogue.toml").read_text())["api"]
BY_PATH = {row["path"]: row for row in ROWS}


def test_no_path_stands_twice() -> None:
    assert len(BY_PATH) == len(ROWS)


def test_what_is_done_has_an_endpoint_and_every_endpoint_a_row() -> None:
    done = {(row["method"], row["path"]) for row in ROWS if row["status"] == "done"}
    assert done == {(each.method, each.path) for each in cgi.chapters()}


def test_endpoints_name_the_pages_that_describe_them() -> None:
    for each in cgi.chapters():
        assert set(each.docs) == set(BY_PATH[each.path]["docs"]), each.path


def test_what_is_later_or_refused_says_why() -> None:
    assert {row["path"]: row["waits_for"] for row in ROWS if row["status"] == "later"} == LATER
    assert {row["path"]: row["reason"] for row in ROWS if row["status"] == "refused"} == REFUSED
    assert {row["status"] for row in ROWS} == {"done", "later", "refused"}


async def test_absent_paths_answer_with_the_reason(nobody: CgiClient) -> None:
    for row in ROWS:
        if row["status"] == "done":
            continue
        path = row["path"].removeprefix("/cgi-bin/")
        answer = await (nobody.get(path) if row["method"] == "GET" else nobody.post(path))
        assert answer["errcode"] == 48002, row
        assert row.get("reason", row.get("waits_for")) in answer["errmsg"]


def test_every_refusal_has_a_number() -> None:
    for kind in ERRCODES:
        assert errcode(kind.__new__(kind)) == ERRCODES[kind]
    assert errcode(WrongParameter("userid", missing=True)) == 41009
