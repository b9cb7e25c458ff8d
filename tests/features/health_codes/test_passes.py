"""What phones show at gates: read, verified and refused, as the gate page does by the same recorded examples."""

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.house.source import ROOT
from wecom.features.health_codes.passes import (
    Certificate,
    Checked,
    Knowledge,
    NoPass,
    TrustedKey,
    base45,
    compressed,
    is_signed,
    pass_words,
    read_pass,
    step_at,
    uncompressed,
    verify,
    written_pass,
)

RECORDED = ROOT / "tests/recorded/passes/examples.json"
NOW = 1_790_000_000
SERVER, OLD, PHONE, THIEF = (ec.derive_private_key(7_777 + n, ec.SECP256R1()) for n in range(4))


def signed(private: ec.EllipticCurvePrivateKey, words: bytes) -> bytes:
    """The same each time, so that what is recorded is."""
    r, s = decode_dss_signature(private.sign(words, ec.ECDSA(SHA256(), deterministic_signing=True)))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def point(private: ec.EllipticCurvePrivateKey) -> bytes:
    numbers = private.public_key().public_numbers()
    found = compressed(b"\x04" + numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big"))
    assert found
    return found


def certified(private: ec.EllipticCurvePrivateKey = SERVER, **other: Any) -> Certificate:
    plain = Certificate(3, 41, 5, 2, 1, NOW - 3600, NOW + 3600, "张三 zhangsan", point(PHONE))
    certificate = replace(plain, **other)
    return replace(certificate, signature=signed(private, certificate.words()))


def shown(
    certificate: Certificate, at: float = NOW, private: ec.EllipticCurvePrivateKey = PHONE, ahead: int = 0
) -> str:
    raw, step = certificate.written(), step_at(at)
    return written_pass(raw, step + ahead, signed(private, pass_words(raw, step)))


KNOWN = Knowledge(
    at=NOW - 600,
    longest_age=12 * 3600,
    keys={3: TrustedKey(point(SERVER)), 2: TrustedKey(point(OLD), NOW + 60), 1: TrustedKey(point(OLD), NOW)},
    admits={5: frozenset({1}), 6: frozenset({1, 2})},
    revoked=frozenset({99}),
)
SEEN = {(41, step_at(NOW) - 1)}

CASES: dict[str, tuple[str, str]] = {
    "a green code": (shown(certified()), ""),
    "yellow where yellow is let in": (shown(certified(level=2, policy_id=6)), ""),
    "a long name, cut within nothing": (
        shown(certified(name="Łukasz 👩‍🚒 von der Brandwache-Österreich, ehrenhalber")),
        "",
    ),
    "no name": (shown(certified(name="")), ""),
    "the key before, while it is trusted": (shown(certified(OLD, kid=2)), ""),
    "90 seconds old": (shown(certified(), NOW - NOW % 30 - 90 + 30), ""),
    "a clock that is ahead": (shown(certified(), NOW + 75), ""),
    "another QR code": ("https://example.com/", "unknown_format"),
    "nothing": ("", "unknown_format"),
    "cut off": (shown(certified())[:-3], "unknown_format"),
    "too long": (shown(certified()) + "00", "unknown_format"),
    "small letters": (shown(certified()).lower(), "unknown_format"),
    "a format to come": ("WH1:" + base45.encode(b"\x02" + bytes(200)), "unknown_format"),
    "a key that is not known": (shown(certified(kid=4)), "unknown_key"),
    "a key whose time is over": (shown(certified(OLD, kid=1)), "unknown_key"),
    "certified by somebody else": (shown(certified(THIEF)), "forged"),
    "made green by hand": (shown(replace(certified(level=3), level=1)), "forged"),
    "another's certificate": (shown(certified(), private=THIEF), "forged"),
    "an old signature with a new step": (shown(certified(), NOW - 300, ahead=10), "forged"),
    "yesterday's certificate": (shown(certified(expires=NOW)), "expired"),
    "taken back": (shown(certified(serial=99)), "revoked"),
    "a screenshot of three minutes ago": (shown(certified(), NOW - 180), "stale"),
    "a code of three minutes from now": (shown(certified(), NOW + 180), "stale"),
    "a code for the second time": (shown(certified(), NOW - 30), "replayed"),
    "red": (shown(certified(level=3)), "level"),
    "yellow where green is wanted": (shown(certified(level=2)), "level"),
    "a policy that is not this gate's": (shown(certified(policy_id=7)), "level"),
}


def checked(text: str, known: Knowledge = KNOWN, now: float = NOW) -> Checked:
    return verify(text, known, now, lambda serial, step: (serial, step) in SEEN)


@pytest.mark.parametrize("name", CASES)
def test_a_gate_decides(name: str) -> None:
    text, why = CASES[name]
    decided = checked(text)
    assert (decided.why, decided.admitted) == (why, not why)
    assert (decided.certificate is None) == (why in ("unknown_format", "unknown_key", "forged"))


def test_a_gate_that_knows_too_little_lets_nobody_in() -> None:
    old = replace(KNOWN, at=NOW - 12 * 3600 - 1)
    assert checked(CASES["a green code"][0], old).why == "old_knowledge"
    assert checked(CASES["red"][0], old).why == "level", "what is known to be refused is said as such"


def test_what_is_recorded_for_the_gate_page_is_what_is_decided_here(request: pytest.FixtureRequest) -> None:
    made = _vectors()
    if request.config.getoption("--record"):
        RECORDED.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n")
    assert json.loads(Path(RECORDED).read_text()) == made, "write it anew: pytest --record"


@settings(max_examples=60, deadline=None)
@given(raw=st.binary(max_size=400))
def test_base45_comes_back_and_what_is_none_is_refused(raw: bytes) -> None:
    assert base45.decode(base45.encode(raw)) == raw
    for text in ("WH1:" + base45.encode(raw), base45.encode(raw)):
        with pytest.raises(NoPass):
            read_pass(text)


def test_base45_is_that_of_rfc_9285() -> None:
    for raw, text in ((b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581"), (b"ietf!", "QED8WEX0")):
        assert (base45.encode(raw), base45.decode(text)) == (text, raw)
    for wrong in ("GGW", ":::", "A", "::", "ü00"):
        with pytest.raises(base45.NotBase45):
            base45.decode(wrong)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_not_one_bit_may_be_another(data: st.DataObject) -> None:
    raw = bytearray(base45.decode(CASES["a green code"][0].removeprefix("WH1:")))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    assert not checked("WH1:" + base45.encode(bytes(raw))).admitted


def test_a_point_is_one_of_the_curve() -> None:
    assert compressed(b"\x04" + bytes(64)) is None and compressed(b"") is None
    assert compressed(uncompressed(point(PHONE))) == point(PHONE)
    assert not is_signed(b"\x02" + bytes(32), bytes(64), b"") and not is_signed(point(PHONE), bytes(63), b"")
    assert not is_signed(point(PHONE), bytes(64), b"")


def _vectors() -> dict[str, Any]:
    certificate = certified()
    facts = {name: value for name, value in asdict(certificate).items() if name not in ("point", "signature")}
    known = {
        "at": KNOWN.at,
        "longest_age": KNOWN.longest_age,
        "keys": [
            {"kid": kid, "public_key": uncompressed(key.point).hex(), "until": key.until}
            for kid, key in KNOWN.keys.items()
        ],
        "admits": {str(policy): sorted(levels) for policy, levels in KNOWN.admits.items()},
        "revoked": sorted(KNOWN.revoked),
    }
    return {
        "base45": [[bytes(range(n)).hex(), base45.encode(bytes(range(n)))] for n in (0, 1, 2, 3, 64)],
        "points": [[point(each).hex(), uncompressed(point(each)).hex()] for each in (SERVER, OLD, PHONE, THIEF)],
        "certificate": {"of": facts, "words": certificate.words().hex(), "written": certificate.written().hex()},
        "pass": {
            "step": step_at(NOW),
            "words": pass_words(certificate.written(), step_at(NOW)).hex(),
            "text": CASES["a green code"][0],
        },
        "now": NOW,
        "knowledge": known,
        "seen": [list(each) for each in sorted(SEEN)],
        "cases": [
            {
                "name": name,
                "text": text,
                "admitted": checked(text).admitted,
                "why": why,
                "who": decided.certificate.name if (decided := checked(text)).certificate else None,
            }
            for name, (text, why) in CASES.items()
        ],
    }
