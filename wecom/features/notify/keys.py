"""The key by which push services know this server: made once, and told to browsers when they subscribe.

It is kept in the database, for all processes, and sealed under the server's own key: a copy of the database alone
cannot push to anybody. Where the server's key was changed it cannot be opened, and a new one is made. Subscriptions
are bound to the key that they were made with, so those are over then; clients see that the key is another, and
subscribe again.
"""

import logging
import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ...foundation.db import Tx
from . import queries

log = logging.getLogger(__name__)

NONCE = 12


@dataclass(frozen=True, slots=True)
class PushKey:
    """Signs what is said to push services; `public` is an uncompressed point."""

    private: ec.EllipticCurvePrivateKey
    public: bytes


async def public_key(tx: Tx, server_key: bytes) -> bytes:
    """What a browser needs to subscribe."""
    return (await push_key(tx, server_key)).public


async def push_key(tx: Tx, server_key: bytes) -> PushKey:
    """The key, made now if there is none."""
    kept = await queries.push_key(tx)
    if kept is None:
        await queries.insert_push_key(tx, *_made(server_key))
        kept = await queries.push_key(tx)  # ours, or that of a process that was quicker
    assert kept is not None
    try:
        return _opened(server_key, *kept)
    except InvalidTag:
        log.warning("the key for pushes was sealed under another server key: made anew, devices subscribe again")
        await queries.replace_push_key(tx, kept[0], *_made(server_key))
        await queries.delete_all_subscriptions(tx)
        kept = await queries.push_key(tx)
        assert kept is not None
        return _opened(server_key, *kept)


def point_of(public: ec.EllipticCurvePublicKey) -> bytes:
    return public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _made(server_key: bytes) -> tuple[bytes, bytes]:
    private = ec.generate_private_key(ec.SECP256R1())
    nonce, public = os.urandom(NONCE), point_of(private.public_key())
    scalar = private.private_numbers().private_value.to_bytes(32, "big")
    return public, nonce + _seal(server_key).encrypt(nonce, scalar, public)


def _opened(server_key: bytes, public: bytes, sealed: bytes) -> PushKey:
    scalar = _seal(server_key).decrypt(sealed[:NONCE], sealed[NONCE:], public)
    return PushKey(ec.derive_private_key(int.from_bytes(scalar, "big"), ec.SECP256R1()), public)


def _seal(server_key: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt=None, info=b"wecom: the key for pushes").derive(server_key))
