"""A device says where pushes reach it, and takes it back."""

import hashlib
from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric import ec

from ...foundation.db import Db, Tx
from ...foundation.http.outgoing import Network, origin_of
from ..accounts import Limiter, Me
from . import queries
from .encryption import decode
from .model import BadSubscription, NoSuchSubscription, Subscription, TooManyTests

TESTS_PER_MINUTE = 6
MOST_DEVICES = 20
"""Of one member; the device that subscribed last takes the place of the first."""


async def subscribe(tx: Tx, me: Me, endpoint: str, p256dh: str, auth: str, *, allowed: Sequence[Network] = ()) -> int:
    """Let pushes reach the device of this session, in place of where they reached it before; the subscription's id.

    An endpoint is a browser's, whoever signs in there: from another session it takes the subscription over.
    """
    origin = origin_of(endpoint, allowed)
    try:
        point, secret = decode(p256dh), decode(auth)
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError:
        raise BadSubscription from None
    if len(point) != 65 or len(secret) != 16:
        raise BadSubscription
    await queries.lock_session(tx, me.session_id)
    hash = hashlib.sha256(endpoint.encode()).digest()
    await queries.delete_replaced(tx, me.session_id, hash)
    id = await queries.insert_subscription(tx, me.session_id, me.id, endpoint, hash, origin, point, secret)
    await queries.delete_oldest(tx, me.id, MOST_DEVICES)
    return id


async def unsubscribe(tx: Tx, me: Me, id: int) -> None:
    """Let no more pushes reach one of one's devices."""
    if not await queries.delete_subscription(tx, id, me.id):
        raise NoSuchSubscription


async def subscriptions_of(db: Db, me: Me) -> list[Subscription]:
    """The devices that pushes reach, the latest first."""
    return await queries.subscriptions(db, me.id)


async def test(tx: Tx, me: Me, limiter: Limiter) -> None:
    """Send a push to this device, by the way that all of them go."""
    if (wait := await limiter.allow(f"push-tests:{me.id}", TESTS_PER_MINUTE, 60)) is not None:
        raise TooManyTests(retry_after=wait)
    if not await queries.insert_test(tx, me.session_id):
        raise NoSuchSubscription
