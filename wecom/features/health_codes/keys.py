"""The server's keys, by which gates know its word: made by itself, changed every 90 days, and sealed at rest.

One certifies at a time. The one before stays known to gates until the last certificate that it signed has ended. Where
one may have been copied it is distrusted: then nothing that it signed is taken any more, as soon as gates hear of it.
"""

import logging
import os
from collections.abc import Sequence
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from wecom.features.accounts import SYSTEM
from wecom.foundation import audit
from wecom.foundation.db import Db, Tx

from .queries import certificates as queries
from .queries.certificates import Key

log = logging.getLogger(__name__)

LIFE = timedelta(days=90)
LONGEST_CERTIFICATE = timedelta(hours=24)
SLACK = timedelta(minutes=5)
NONCE = 12


async def signing_key(tx: Tx, server_key: bytes, *, now: datetime) -> tuple[int, ec.EllipticCurvePrivateKey]:
    """The key in use and its number, made now if there is none that can be opened."""
    kept = await queries.key_in_use(tx)
    if kept is not None:
        try:
            return kept.id, _opened(server_key, kept)
        except InvalidTag:
            log.warning("the key for health codes was sealed under another server key: a new one is made")
    await queries.lock_keys(tx)
    newest = await queries.key_in_use(tx)
    if newest is not None and (kept is None or newest.id != kept.id):
        return newest.id, _opened(server_key, newest)  # another process was quicker
    made = await _replace(tx, SYSTEM, server_key, now=now, distrusted=False, address="")
    return made.id, _opened(server_key, made)


async def rotate(
    tx: Tx, actor_id: int, server_key: bytes, *, now: datetime, distrusted: bool = False, address: str = ""
) -> Key:
    """Certify with another key from now on. `distrusted`: the one before, and all before it, are taken by no gate any
    more; phones fetch new certificates by themselves."""
    await queries.lock_keys(tx)
    return await _replace(tx, actor_id, server_key, now=now, distrusted=distrusted, address=address)


async def rotate_if_due(tx: Tx, server_key: bytes, *, now: datetime) -> bool:
    await queries.lock_keys(tx)
    kept = await queries.key_in_use(tx)
    if kept is None or kept.made_at + LIFE > now:
        return False
    await _replace(tx, SYSTEM, server_key, now=now, distrusted=False, address="")
    return True


async def keys(db: Db) -> Sequence[Key]:
    """All there were, the newest first."""
    return await queries.keys(db)


async def _replace(tx: Tx, actor_id: int, server_key: bytes, *, now: datetime, distrusted: bool, address: str) -> Key:
    await queries.retire_key(tx, now, now + LONGEST_CERTIFICATE + SLACK)
    if distrusted:
        await queries.distrust_keys(tx, now)
    private = ec.generate_private_key(ec.SECP256R1())
    point = private.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    nonce = os.urandom(NONCE)
    scalar = private.private_numbers().private_value.to_bytes(32, "big")
    made = await queries.insert_key(tx, point, nonce + _seal(server_key).encrypt(nonce, scalar, point), now)
    await audit.record(
        tx, actor_id, "health_key.rotate", f"health_key:{made.id}", address=address, distrusted=distrusted
    )
    return made


def _opened(server_key: bytes, key: Key) -> ec.EllipticCurvePrivateKey:
    scalar = _seal(server_key).decrypt(key.sealed[:NONCE], key.sealed[NONCE:], key.point)
    return ec.derive_private_key(int.from_bytes(scalar, "big"), ec.SECP256R1())


def _seal(server_key: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt=None, info=b"wecom: keys for health codes").derive(server_key))
