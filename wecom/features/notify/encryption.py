"""Writing a push so that only the browser can read it (RFC 8291), and signing for it (RFC 8292).

Written on the primitives of `cryptography`, which is here anyway: they are forty lines of it. The libraries that
there are bring a second HTTP client with them, or have had no release for long; the tests read what is written here as
a browser does, and with the RFC's own example.
"""

import base64
import json
import os
import time
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .keys import PushKey, point_of

RECORD = 4096
PADDED_TO = 256
"""Every push is as long as the next multiple of this: its length says little of what it says."""

SIGNED_FOR = 12 * 3600
"""Seconds that a signature holds; push services take none for longer than a day."""

SIGNED_AGAIN = 6 * 3600


def encrypted(plain: bytes, p256dh: bytes, auth: bytes) -> bytes:
    """A whole body in the encoding aes128gcm; raises ValueError for a point that is not on the curve."""
    return encrypted_with(ec.generate_private_key(ec.SECP256R1()), os.urandom(16), plain, p256dh, auth, PADDED_TO)


def encrypted_with(
    private: ec.EllipticCurvePrivateKey, salt: bytes, plain: bytes, p256dh: bytes, auth: bytes, padded_to: int
) -> bytes:
    """The same with a key and a salt that are given: neither may serve twice."""
    theirs, ours = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), p256dh), point_of(private.public_key())
    shared = private.exchange(ec.ECDH(), theirs)
    secret = HKDF(SHA256(), 32, salt=auth, info=b"WebPush: info\0" + p256dh + ours).derive(shared)
    key = HKDF(SHA256(), 16, salt=salt, info=b"Content-Encoding: aes128gcm\0").derive(secret)
    nonce = HKDF(SHA256(), 12, salt=salt, info=b"Content-Encoding: nonce\0").derive(secret)
    ended = plain + b"\2"
    head = salt + RECORD.to_bytes(4, "big") + bytes([len(ours)]) + ours
    return head + AESGCM(key).encrypt(nonce, ended + bytes(-len(ended) % padded_to), None)


@dataclass(slots=True)
class Signer:
    """Says to push services who we are, each with a signature of its own."""

    key: PushKey
    contact: str
    signed: dict[str, tuple[float, str]] = field(default_factory=dict)

    def authorization(self, origin: str) -> str:
        now = time.time()
        until, header = self.signed.get(origin, (0.0, ""))
        if now >= until:
            if len(self.signed) > 1000:
                self.signed.clear()
            header = self._sign(origin, int(now) + SIGNED_FOR)
            self.signed[origin] = now + SIGNED_AGAIN, header
        return header

    def _sign(self, origin: str, until: int) -> str:
        claims = {"aud": origin, "exp": until} | ({"sub": self.contact} if self.contact else {})
        said = ".".join(encode(json.dumps(each).encode()) for each in ({"typ": "JWT", "alg": "ES256"}, claims))
        r, s = decode_dss_signature(self.key.private.sign(said.encode(), ec.ECDSA(SHA256())))
        signature = encode(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
        return f"vapid t={said}.{signature}, k={encode(self.key.public)}"


def encode(raw: bytes) -> str:
    """base64url without padding, as everywhere in these RFCs."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Raises ValueError."""
    return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True)
