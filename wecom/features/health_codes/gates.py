"""Gates: who sets them up, how a device becomes one, and what it is told, so that it can decide without a network."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from wecom.features.accounts import Limiter
from wecom.foundation import audit
from wecom.foundation.db import Db, Tx

from .model import Admission, Gate, Policy
from .passes import Knowledge, TrustedKey
from .queries import certificates, policies
from .queries import gates as queries
from .queries.certificates import Face, Key
from .refusals import EnrolmentOver, GateKeyWrong, GateUnfit, NoSuchGate, TooManyGates, TooManyTries
from .rules import LEVELS

MOST_GATES = 1000
ENROLMENT = timedelta(minutes=15)
MOST_ENROLMENTS = 20
"""Tries of one address in a quarter of an hour."""
MOST_CALLS = 600
"""Of one gate in a minute."""
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 12
OVERLAP = timedelta(minutes=2)
"""What was committed just before a gate asked may have been under way when it did."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a gate is told."""

    now: datetime
    keys: list[Key]
    policies: list[tuple[Policy, Admission]]
    revoked: list[int]
    faces: list[Face]
    since: datetime | None
    """None: it is all there is."""


async def keep_within(limiter: Limiter, key: str) -> None:
    """Count a call; raises `TooManyTries` for a gate that makes them without end."""
    if (wait := await limiter.allow(f"health-gate:{_hash(key).hex()[:32]}", MOST_CALLS, 60)) is not None:
        raise TooManyTries(retry_after=wait)


async def keep_enrolments_within(limiter: Limiter, address: str) -> None:
    if (wait := await limiter.allow(f"health-enrolments:{address}", MOST_ENROLMENTS, 900)) is not None:
        raise TooManyTries(retry_after=wait)


async def add_gate(
    tx: Tx,
    actor_id: int,
    name: str,
    admissions: Sequence[Admission],
    *,
    place: str = "",
    photos: bool = False,
    longest_age: timedelta = timedelta(hours=12),
    now: datetime,
    address: str = "",
) -> Gate:
    """A gate; it is none before a device has enrolled."""
    if await queries.count_gates(tx) >= MOST_GATES:
        raise TooManyGates
    await _must_fit(tx, actor_id, name, admissions, ())
    id = await queries.insert_gate(
        tx, name.strip(), place.strip(), photos, round(longest_age.total_seconds()), actor_id, now
    )
    await queries.put_admissions(tx, id, admissions)
    made = await _locked(tx, actor_id, id)
    await _note(tx, actor_id, "health_gate.add", made, address)
    return made


async def change_gate(
    tx: Tx,
    actor_id: int,
    gate_id: int,
    name: str,
    admissions: Sequence[Admission],
    *,
    place: str,
    photos: bool,
    longest_age: timedelta,
    address: str = "",
) -> Gate:
    """What it lets in, and how; it hears of it when it asks next."""
    before = await _locked(tx, actor_id, gate_id)
    await _must_fit(tx, actor_id, name, admissions, before.admissions)
    await queries.change_gate(tx, gate_id, name.strip(), place.strip(), photos, round(longest_age.total_seconds()))
    await queries.put_admissions(tx, gate_id, admissions)
    changed = await _locked(tx, actor_id, gate_id)
    await _note(tx, actor_id, "health_gate.change", changed, address)
    return changed


async def offer_enrolment(
    tx: Tx, actor_id: int, gate_id: int, *, now: datetime, address: str = ""
) -> tuple[str, datetime]:
    """A code with which one device becomes this gate, once and soon; the device before is it no more then."""
    await _locked(tx, actor_id, gate_id)
    code = "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))
    until = now + ENROLMENT
    await queries.put_enrolment(tx, gate_id, _hash(code), until)
    await audit.record(tx, actor_id, "health_gate.offer", f"health_gate:{gate_id}", address=address)
    return "-".join(code[start : start + 4] for start in range(0, CODE_LENGTH, 4)), until


async def enrol(tx: Tx, code: str, *, now: datetime, address: str = "") -> tuple[Gate, str]:
    """This device is the gate now; its key is told this once."""
    key = secrets.token_urlsafe(32)
    plain = "".join(letter for letter in code.upper() if letter in LETTERS)
    found = await queries.enrol(tx, _hash(plain), _hash(key), now)
    if found is None:
        raise EnrolmentOver
    await audit.record(tx, None, "health_gate.enrol", f"health_gate:{found.id}", address=address)
    return found, key


async def end_gate(tx: Tx, actor_id: int, gate_id: int, *, now: datetime, address: str = "") -> None:
    """Its key opens nothing any more; what it saw stays for as long as its policies say."""
    await _locked(tx, actor_id, gate_id)
    await queries.end_gate(tx, gate_id, now)
    await audit.record(tx, actor_id, "health_gate.end", f"health_gate:{gate_id}", address=address)


async def gates_of(db: Db, actor_id: int) -> list[Gate]:
    """Those in use that stand for a policy of which somebody is an officer."""
    return await queries.gates_of(db, actor_id)


async def gate_with_key(tx: Tx, key: str, *, now: datetime) -> Gate:
    """Whose key it is; it was heard of now."""
    if not key or (found := await queries.gate_with_key(tx, _hash(key), now)) is None:
        raise GateKeyWrong
    return found


async def tell_gate(tx: Tx, gate: Gate, since: datetime | None, *, now: datetime) -> Told:
    """What there is to know for deciding; of what was taken back, and of faces, only what is new since then."""
    from_when = since - OVERLAP if since else None
    ids = [each.policy_id for each in gate.admissions]
    there = {each.id: each for each in await policies.policies_in_force(tx, ids)}
    await queries.set_knows(tx, gate.id, now)
    return Told(
        now,
        await certificates.keys(tx, now),
        [(there[each.policy_id], each) for each in gate.admissions if each.policy_id in there],
        await certificates.revoked(tx, ids, now, from_when),
        await certificates.faces(tx, ids, now, from_when) if gate.photos else [],
        since,
    )


async def may_see_face(tx: Tx, gate: Gate, avatar: str, *, now: datetime) -> bool:
    ids = [each.policy_id for each in gate.admissions]
    return gate.photos and await certificates.face_of(tx, ids, avatar, now)


async def knowledge_now(tx: Tx, gate: Gate, *, now: datetime) -> Knowledge:
    """What a gate would know that had asked a moment ago; whether something was taken back is asked apart."""
    return Knowledge(
        at=now.timestamp(),
        longest_age=gate.longest_age,
        keys={
            each.id: TrustedKey(each.point, round(each.until.timestamp()) if each.until else None)
            for each in await certificates.keys(tx, now)
        },
        admits={
            each.policy_id: frozenset(LEVELS.index(level) + 1 for level in each.admits) for each in gate.admissions
        },
    )


async def _must_fit(
    tx: Tx, actor_id: int, name: str, admissions: Sequence[Admission], before: Sequence[Admission]
) -> None:
    """A gate stands for policies of the officer's own; others' that stood there already may stay."""
    ids = [each.policy_id for each in admissions]
    mine = {each.id for each in await policies.policies_of(tx, actor_id) if each.ended_at is None}
    known = mine | {each.policy_id for each in before}
    if not name.strip() or not ids or len(set(ids)) < len(ids) or not mine & set(ids) or set(ids) - known:
        raise GateUnfit
    if any(not each.admits for each in admissions):
        raise GateUnfit


async def _locked(tx: Tx, actor_id: int, gate_id: int) -> Gate:
    if (found := await queries.lock_gate(tx, gate_id, actor_id)) is None:
        raise NoSuchGate
    return found


async def _note(tx: Tx, actor_id: int, act: audit.Action, gate: Gate, address: str) -> None:
    await audit.record(
        tx,
        actor_id,
        act,
        f"health_gate:{gate.id}",
        address=address,
        name=gate.name,
        place=gate.place,
        photos=gate.photos,
        longest_age=gate.longest_age,
        policies={str(each.policy_id): list(each.admits) for each in gate.admissions},
    )


def _hash(key: str) -> bytes:
    return hashlib.sha256(key.encode(errors="replace")).digest()
