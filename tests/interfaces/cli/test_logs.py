"""What is logged, and how."""

import io
import json
import logging
from collections.abc import Iterator

import pytest

from wecom.interfaces.cli import logs


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    root, stream = logging.getLogger(), io.StringIO()
    handlers, level = list(root.handlers), root.level
    yield stream
    root.handlers[:], root.level = handlers, level


def lines(written: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_a_line_is_one_json_object_whatever_is_said(written: io.StringIO) -> None:
    logs.set_up("web-1", "INFO", all_requests=False, to=written)
    try:
        raise ValueError("two\nlines")
    except ValueError:
        logging.getLogger("wecom").exception("it broke: %s", "a\nb", extra={"stream": {7}})
    [line] = lines(written)
    assert line["process"] == "web-1" and line["message"] == "it broke: a\nb" and line["stream"] == "{7}"
    assert "ValueError: two\nlines" in str(line["traceback"])


def test_requests_are_logged_if_they_failed_or_if_all_are_wanted(written: io.StringIO) -> None:
    requests = logging.getLogger("wecom.requests")
    for wanted in (False, True):
        logs.set_up("web-1", "INFO", all_requests=wanted, to=written)
        for status in (200, 404, 500):
            requests.info("request", extra={"status": status})
    assert [line["status"] for line in lines(written)] == [404, 500, 200, 404, 500]


def test_on_a_terminal_lines_are_for_people(written: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(written, "isatty", lambda: True)
    logs.set_up("worker", "INFO", all_requests=False, to=written)
    logging.getLogger("wecom").info("job done", extra={"job": "Tidy", "ms": 3.5})
    assert written.getvalue().rstrip().endswith("INFO    worker: job done job=Tidy ms=3.5")
