"""ECDSA over P-256 with SHA-256, as every WebCrypto has it: signatures are r and s, 32 bytes each."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

POINT = 33
"""Of a compressed point."""
SIGNATURE = 64
_CURVE, _HOW = ec.SECP256R1(), ec.ECDSA(SHA256())


def sign(private: ec.EllipticCurvePrivateKey, words: bytes) -> bytes:
    r, s = decode_dss_signature(private.sign(words, _HOW))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def is_signed(point: bytes, signature: bytes, words: bytes) -> bool:
    """Whether whoever has the key of this point signed these words."""
    public = _public(point)
    if public is None or len(signature) != SIGNATURE:
        return False
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    try:
        public.verify(encode_dss_signature(r, s), words, _HOW)
    except InvalidSignature:
        return False
    return True


def compressed(point: bytes) -> bytes | None:
    """A point in 33 bytes; None where it is none of the curve."""
    public = _public(point)
    return public.public_bytes(Encoding.X962, PublicFormat.CompressedPoint) if public else None


def uncompressed(point: bytes) -> bytes:
    """The same in 65 bytes, as WebCrypto calls raw."""
    public = _public(point)
    assert public is not None
    return public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _public(point: bytes) -> ec.EllipticCurvePublicKey | None:
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, point)
    except ValueError:
        return None
