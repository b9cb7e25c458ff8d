"""Where a request came from: addresses behind proxies, request ids, pages of other sites."""

import pytest
from multidict import CIMultiDict

from wecom.foundation import http
from wecom.foundation.http import Caller, door

from .entrance import PROXIES, Guest, Opened, Spoken


async def wave(me: Guest) -> None:
    """Be seen."""


async def test_a_good_request_id_is_kept_and_a_bad_one_replaced(opened: Opened) -> None:
    client = await opened(wave)
    for given, kept in (("journey-7.a", True), ("short", False), ("x" * 65, False), ("a b c d e f g", False)):
        answer = await client.post("/test/wave", headers={"X-Request-Id": given})
        assert (answer.headers["X-Request-Id"] == given) is kept
    first, second = [(await client.post("/test/wave")).headers["X-Request-Id"] for _ in range(2)]
    assert first != second


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("", "127.0.0.1"),
        ("203.0.113.9", "203.0.113.9"),
        ("198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("203.0.113.9, 127.0.0.3", "203.0.113.9"),
        ("127.0.0.2, 127.0.0.3", "127.0.0.2"),
        ("203.0.113.9, nonsense", "nonsense"),
        ("2001:db8::7", "2001:db8::7"),
    ],
)
async def test_a_trusted_proxy_names_the_last_hop_that_is_not_one(opened: Opened, forwarded: str, address: str) -> None:
    async def where(caller: Caller, me: Guest) -> Spoken:
        """Say where the request came from."""
        return Spoken(word=f"{caller.address} {caller.secure}")

    client = await opened(where)
    headers = {"X-Forwarded-For": forwarded, "X-Forwarded-Proto": "https"}
    answer = await client.post("/test/where", headers=headers)
    assert await answer.json() == {"word": f"{address} True"}


async def test_a_line_that_the_proxy_added_counts_before_the_one_its_client_sent(opened: Opened) -> None:
    async def where(caller: Caller, me: Guest) -> Spoken:
        """Say where the request came from."""
        return Spoken(word=caller.address)

    client = await opened(where)
    lines = CIMultiDict([("X-Forwarded-For", "10.0.0.5"), ("X-Forwarded-For", "203.0.113.9")])
    answer = await client.post("/test/where", headers=lines)
    assert await answer.json() == {"word": "203.0.113.9"}


async def test_a_stranger_cannot_claim_to_come_from_elsewhere() -> None:
    class Stranger:
        remote, secure, host = "203.0.113.9", False, "chat.example.com"

        def __init__(self) -> None:
            self.headers = CIMultiDict({"X-Forwarded-For": "10.0.0.1", "X-Forwarded-Proto": "https"})
            self.cookies: dict[str, str] = {}

    caller = http.caller_of(Stranger(), PROXIES)  # type: ignore[arg-type]
    assert (caller.address, caller.secure) == ("203.0.113.9", False)
    assert not door._trusts(PROXIES, "nonsense")


@pytest.mark.parametrize(
    ("origin", "fetch_site", "foreign"),
    [
        (None, None, False),
        ("https://chat.example.com", None, False),
        ("https://www.example.com", None, True),
        ("https://evil.example", None, True),
        ("null", None, True),
        ("https://chat.example.com", "same-origin", False),
        (None, "none", False),
        ("https://chat.example.com", "same-site", True),
        (None, "cross-site", True),
    ],
)
def test_another_sites_page_is_known_by_what_browsers_say(
    origin: str | None, fetch_site: str | None, foreign: bool
) -> None:
    caller = Caller("", "", "", True, "chat.example.com", origin, fetch_site)
    assert caller.is_foreign("") is foreign
    assert caller.is_foreign("https://chat.example.com") is foreign
    inside = Caller("", "", "", True, "127.0.0.1:8080", "https://chat.example.com", None)
    assert not inside.is_foreign("https://chat.example.com")
