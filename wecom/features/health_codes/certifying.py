"""Certifying a phone's key together with a colour and its end, so that the phone can show it without a network.

The key is made on the phone and cannot leave it. That the phone holds it is shown by its signature over a challenge,
which the server gave this session a moment before.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from wecom.features import directory
from wecom.features.accounts import Limiter, Me
from wecom.features.directory import EVERYTHING
from wecom.foundation.db import Tx
from wecom.foundation.sealed import Sealed

from . import passes
from .judging import judge_members
from .keys import LONGEST_CERTIFICATE, signing_key
from .looking import is_due
from .model import Code
from .passes import Certificate
from .queries import certificates as queries
from .queries import codes
from .queries import policies as policy_queries
from .refusals import CodeOver, DeviceKeyUnfit, NoHealthCode, NoSuchHealthPolicy, TooManyCertificates
from .rules import LEVELS

CHALLENGE = Sealed(b"health key", ">QQQ")
CHALLENGE_LIFE = timedelta(minutes=10)
MOST_PER_HOUR = 120


@dataclass(frozen=True, slots=True)
class Certified:
    certificate: bytes
    serial: int
    expires_at: datetime
    code: Code


async def keep_within(limiter: Limiter, session_id: int) -> None:
    """Count a certificate; raises `TooManyCertificates` for a device that asks without end."""
    if (wait := await limiter.allow(f"health-certificates:{session_id}", MOST_PER_HOUR, 3600)) is not None:
        raise TooManyCertificates(retry_after=wait)


def challenge(server_key: bytes, me: Me, *, now: datetime) -> str:
    """What this device signs with the key that it wants to have certified."""
    return CHALLENGE.write(server_key, me.id, me.session_id, int((now + CHALLENGE_LIFE).timestamp()))


async def certify(
    tx: Tx, me: Me, policy_id: int, point: bytes, said: str, proof: bytes, *, server_key: bytes, now: datetime
) -> Certified:
    """A certificate for this device's key, until the code is another, a day at most. The one before is over."""
    compressed = _shown(server_key, me, point, said, proof, now)
    policies = await policy_queries.policies_in_force(tx, [policy_id])
    if not policies:
        raise NoSuchHealthPolicy
    code = await codes.code(tx, policy_id, me.id)
    if code is None or is_due(code, policies[0], now):
        code = next(iter(await judge_members(tx, policies[0], [me.id], now=now)), None)
    if code is None:
        raise NoHealthCode
    # To the second, as it is written: not a moment longer than the code holds.
    issued = now.replace(microsecond=0)
    expires = min(issued + LONGEST_CERTIFICATE, code.valid_until or issued + LONGEST_CERTIFICATE).replace(microsecond=0)
    if expires <= now:
        raise CodeOver
    [member] = await directory.members_by_ids(tx, [me.id], seen_by=EVERYTHING)
    kid, private = await signing_key(tx, server_key, now=now)
    await queries.replace_certificates(tx, policy_id, me.id, me.session_id, compressed, now)
    serial = await queries.insert_certificate(
        tx, policy_id, me.id, me.session_id, kid, code.level, code.version, compressed, issued, expires
    )
    plain = Certificate(
        kid=kid,
        serial=serial,
        policy_id=policy_id,
        version=code.version,
        level=LEVELS.index(code.level) + 1,
        issued=int(issued.timestamp()),
        expires=int(expires.timestamp()),
        name=member.name,
        point=compressed,
    )
    words = plain.words()
    return Certified(words + passes.sign(private, words), serial, expires, code)


def _shown(server_key: bytes, me: Me, point: bytes, said: str, proof: bytes, now: datetime) -> bytes:
    """The point, compressed, once the device has shown that it holds its key."""
    facts = CHALLENGE.read(server_key, said)
    compressed = passes.compressed(point)
    if facts is None or compressed is None or facts[:2] != (me.id, me.session_id) or facts[2] <= now.timestamp():
        raise DeviceKeyUnfit
    if not passes.is_signed(compressed, proof, passes.challenge_words(said, point)):
        raise DeviceKeyUnfit
    return compressed
