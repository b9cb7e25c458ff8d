"""Words that only this server can have written."""

import base64
import hmac
import struct

import pytest

from wecom.foundation.sealed import Sealed

KEY, LINK = b"k" * 32, Sealed(b"link", ">QI")


def test_what_was_written_is_read_and_looks_as_it_did_in_every_version() -> None:
    text = LINK.write(KEY, 7, 2**32 - 1)
    facts = struct.pack(">QI", 7, 2**32 - 1)
    raw = facts + hmac.digest(KEY, b"link\0" + facts, "sha256")
    assert text == base64.urlsafe_b64encode(raw).decode().rstrip("=")
    assert LINK.read(KEY, text) == (7, 2**32 - 1)
    short = Sealed(b"code", ">Q", seal=16)
    assert short.read(KEY, short.write(KEY, 5)) == (5,)


def test_what_another_wrote_is_not_read() -> None:
    text = LINK.write(KEY, 7, 1)
    assert LINK.read(b"q" * 32, text) is None
    assert Sealed(b"code", ">QI").read(KEY, text) is None, "what is for another use"
    assert Sealed(b"link", ">QI", seal=16).read(KEY, text) is None
    for at in range(len(text) - 1):
        other = text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]
        assert LINK.read(KEY, other) is None


@pytest.mark.parametrize("text", ["", "=", "A", "AAAA", "不", "a b", "\0", "A" * 10_000, "-_-_", "é" * 40])
def test_what_is_nothing_of_the_kind_is_not_read(text: str) -> None:
    assert LINK.read(KEY, text) is None
