"""What leaves is what the RFCs say, and only the browser can read it."""

import time

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec

from tests.features.notify.push_service import Browser, unb64
from wecom.features.notify.encryption import Signer, decode, encode, encrypted, encrypted_with
from wecom.features.notify.keys import PushKey, point_of


def key_of(scalar: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(unb64(scalar), "big"), ec.SECP256R1())


PLAIN = b"When I grow up, I want to be a watermelon"
BROWSER = Browser(key_of("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"), unb64("BTBZMqHH6r4Tts7J_aSIgg"))


def test_the_example_of_rfc_8291_comes_out_byte_for_byte() -> None:
    ours, salt = key_of("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), unb64("DGv6ra1nlYgDCS1FRnbzlw")
    body = encrypted_with(ours, salt, PLAIN, BROWSER.public, BROWSER.auth, 1)
    assert encode(body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl"
        "7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )
    assert BROWSER.read(body) == PLAIN


@pytest.mark.parametrize("size", [0, 1, 254, 255, 256, 1500])
def test_a_browser_reads_what_was_written_and_the_length_says_little(size: int) -> None:
    body = encrypted(b"x" * size, BROWSER.public, BROWSER.auth)
    assert BROWSER.read(body) == b"x" * size and (len(body) - 102) % 256 == 0
    assert body != encrypted(b"x" * size, BROWSER.public, BROWSER.auth), "no key and no salt serves twice"


def test_another_browser_cannot_read_it_and_nobody_can_change_it() -> None:
    body = encrypted(PLAIN, BROWSER.public, BROWSER.auth)
    for browser, what in (
        (Browser(BROWSER.private), body),
        (Browser(auth=BROWSER.auth), body),
        (BROWSER, body[:-1] + bytes([body[-1] ^ 1])),
    ):
        with pytest.raises(InvalidTag):
            browser.read(what)


def test_a_service_is_shown_the_same_signature_until_it_is_half_worn(monkeypatch: pytest.MonkeyPatch) -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    signer = Signer(PushKey(private, point_of(private.public_key())), "mailto:it@example.com")
    first = signer.authorization("https://push.example")
    assert signer.authorization("https://push.example") == first != signer.authorization("https://other.example")
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 7 * 3600)
    assert signer.authorization("https://push.example") != first


@pytest.mark.parametrize("text", ["ü", "a b", "A", "a.b"])
def test_what_is_no_base64_is_not_read(text: str) -> None:
    with pytest.raises(ValueError):
        decode(text)
