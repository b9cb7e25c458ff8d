"""For gates: becoming one, what there is to know for deciding without a network, and what was seen.

A gate shows its key in `Authorization: Bearer …`. It learns levels and serials, never why somebody is what they are.
"""

import base64
from datetime import datetime
from functools import partial
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from wecom.features import health_codes
from wecom.features.accounts import Limiter
from wecom.features.health_codes import Seen, gates
from wecom.features.health_codes.passes import uncompressed
from wecom.features.health_codes.passing import MOST_AT_ONCE
from wecom.features.health_codes.refusals import GateKeyWrong
from wecom.foundation.blobs import media_type_of
from wecom.foundation.db import Pool, transaction
from wecom.foundation.http import Caller, Endpoints, FileAnswer
from wecom.foundation.instants import Instant
from wecom.services import Services

from ..avatars import OWNER, NoSuchPicture
from ..wire import Text, When
from .gates import Why
from .policy_wire import HealthLabels, Level

endpoints = Endpoints("/api/gate", tag="Health: at the gate")

LEVELS: tuple[Level, ...] = ("green", "yellow", "red")
FAR = 24 * 86_400_000
"""Milliseconds by which a clock may be wrong."""


class GateKey(BaseModel):
    """What a gate shows."""

    authorization: Annotated[Text, Field(max_length=256)] = Field("", alias="Authorization", description="Bearer …")

    @property
    def key(self) -> str:
        scheme, _, key = self.authorization.partition(" ")
        return key.strip() if scheme.lower() == "bearer" else ""


class Enrolment(BaseModel):
    """The code that an officer was shown."""

    model_config = ConfigDict(extra="forbid")
    code: Annotated[Text, Field(min_length=1, max_length=64)]


class EnrolledGate(BaseModel):
    """Which gate this device is now."""

    gate_id: int
    name: str
    place: str
    key: str = Field(description="Told this once: keep it.")
    server_now: Instant


class Since(BaseModel):
    """What is known already."""

    model_config = ConfigDict(extra="forbid")
    since: When | None = Field(None, description="`server_now` of the last answer; null: all there is.")


class GateTrustedKey(BaseModel):
    """A key that certifies codes."""

    kid: int
    public_key: str = Field(description="base64url of the raw point, 65 bytes.")
    until: Instant | None = Field(description="From then on nothing that it signed is taken; null: it is in use.")


class GatePolicy(BaseModel):
    """A policy for which this gate stands."""

    id: int
    name: str
    labels: HealthLabels
    admits: list[Level]


class GateFace(BaseModel):
    """The picture of whom a certificate is of."""

    serial: int
    picture: str = Field(description="To be asked for at pictures/…")


class GateKnowledge(BaseModel):
    """What there is to know. Asked for with `since`, `revoked` and `faces` are to be added to what is known."""

    gate_id: int
    name: str
    place: str
    server_now: Instant
    whole: bool = Field(description="It is all there is: forget what was known before.")
    keys: list[GateTrustedKey] = Field(description="All; no other is to be trusted.")
    policies: list[GatePolicy] = Field(description="All; no other is let in.")
    revoked: list[int] = Field(description="Serials of certificates that would still hold.")
    photos: bool
    faces: list[GateFace]
    longest_age_s: int = Field(description="When nothing was heard for so long, nobody is let in any more.")


def _clocked(at: datetime) -> datetime:
    if not 1970 <= at.year <= 2100:
        raise ValueError("no clock shows this")
    return at


class GatePassage(BaseModel):
    """What was seen and decided."""

    model_config = ConfigDict(extra="forbid")
    id: Annotated[Text, Field(min_length=1, max_length=64)] = Field(
        description="The gate's own, never used again: by it a passage is kept once."
    )
    at: Annotated[When, AfterValidator(_clocked)] = Field(description="By the gate's clock.")
    offset_ms: int = Field(0, ge=-FAR, le=FAR, description="By which the gate takes the server to be ahead.")
    serial: Annotated[int, Field(ge=1, lt=2**63)] | None = None
    step: Annotated[int, Field(ge=0, lt=2**32)] | None = None
    level: Level | None = None
    decision: Literal["admitted", "refused"]
    why: Why = ""


class GatePassages(BaseModel):
    """What was seen, in any order."""

    model_config = ConfigDict(extra="forbid")
    passages: list[GatePassage] = Field(max_length=MOST_AT_ONCE)


class KeptPassage(BaseModel):
    """What became of one."""

    id: str
    kept: Literal["new", "again"]
    replayed_at_gate: int | None = Field(description="Where the same code had been let in; null: nowhere.")


class KeptPassages(BaseModel):
    """Of each, in the order in which they were sent. All are kept: the gate may forget them."""

    passages: list[KeptPassage]
    server_now: Instant


class ScannedPass(BaseModel):
    """What was scanned."""

    model_config = ConfigDict(extra="forbid")
    id: Annotated[Text, Field(min_length=1, max_length=64)] = Field(description="As of passages.")
    text: Annotated[Text, Field(max_length=2000)]


class GateDecision(BaseModel):
    """What is decided."""

    decision: Literal["admitted", "refused"]
    why: Why
    name: str = Field(description="Of whom it is; empty: it is nobody's.")
    level: Level | None
    policy_id: int | None
    issued_at: int | None = Field(description="Seconds since 1970.")
    server_now: Instant


class OfPicture(BaseModel):
    """Which picture."""

    picture: str = Field(pattern=r"^[0-9a-f]{64}$")


@endpoints.post("/enrol", public=True)
async def enrol_gate(pool: Pool, services: Services, limiter: Limiter, caller: Caller, body: Enrolment) -> EnrolledGate:
    """Become the gate for which an officer made this code. Refused as EnrolmentOver (403) where it does not work."""
    await gates.keep_enrolments_within(limiter, caller.address)
    now = services.clock()
    async with transaction(pool) as tx:
        gate, key = await health_codes.enrol(tx, body.code, now=now, address=caller.address)
    return EnrolledGate(gate_id=gate.id, name=gate.name, place=gate.place, key=key, server_now=now)


@endpoints.get("/knowledge", public=True)
async def tell_gate(pool: Pool, services: Services, limiter: Limiter, headers: GateKey, query: Since) -> GateKnowledge:
    """What there is to know for deciding without a network. Ask each minute while there is one."""
    await _keep_within(limiter, headers)
    now = services.clock()
    async with transaction(pool) as tx:
        gate = await health_codes.gate_with_key(tx, headers.key, now=now)
        told = await health_codes.tell_gate(tx, gate, query.since, now=now)
    return GateKnowledge(
        gate_id=gate.id,
        name=gate.name,
        place=gate.place,
        server_now=now,
        whole=told.since is None,
        keys=[
            GateTrustedKey(kid=each.id, public_key=_encoded(uncompressed(each.point)), until=each.until)
            for each in told.keys
        ],
        policies=[
            GatePolicy(
                id=policy.id,
                name=policy.terms.name,
                labels=HealthLabels.model_validate(policy.terms.labels),
                admits=list(admission.admits),
            )
            for policy, admission in told.policies
        ],
        revoked=told.revoked,
        photos=gate.photos,
        faces=[GateFace(serial=each.serial, picture=each.avatar.rpartition("/")[2]) for each in told.faces],
        longest_age_s=gate.longest_age,
    )


@endpoints.post("/passages", public=True)
async def take_in_passages(
    pool: Pool, services: Services, limiter: Limiter, headers: GateKey, body: GatePassages
) -> KeptPassages:
    """Send what was seen, as often and in whatever order; each is kept once.

    A code that another gate let in before is kept as a replay, and the officers of the policy hear of it.
    """
    now = services.clock()
    seen = [
        Seen(
            each.id, each.at, each.offset_ms, each.serial, each.step, each.level, each.decision == "admitted", each.why
        )
        for each in body.passages
    ]
    await _keep_within(limiter, headers)
    async with transaction(pool) as tx:
        gate = await health_codes.gate_with_key(tx, headers.key, now=now)
        kept = await health_codes.take_in(tx, gate, seen, now=now)
    return KeptPassages(
        passages=[
            KeptPassage(id=each.client_id, kept="again" if each.again else "new", replayed_at_gate=each.replayed_at)
            for each in kept
        ],
        server_now=now,
    )


@endpoints.post("/verify", public=True)
async def verify_pass(
    pool: Pool, services: Services, limiter: Limiter, headers: GateKey, body: ScannedPass
) -> GateDecision:
    """For gates that decide nothing themselves: whether what was scanned opens this one. It is kept as a passage."""
    await _keep_within(limiter, headers)
    now = services.clock()
    async with transaction(pool) as tx:
        gate = await health_codes.gate_with_key(tx, headers.key, now=now)
        checked = await health_codes.decide(tx, gate, body.text, body.id, now=now)
    found = checked.certificate
    return GateDecision(
        decision="admitted" if checked.admitted else "refused",
        why=checked.why,
        name=found.name if found else "",
        level=LEVELS[found.level - 1] if found else None,
        policy_id=found.policy_id if found else None,
        issued_at=found.issued if found else None,
        server_now=now,
    )


@endpoints.get("/pictures/{picture}", public=True)
async def give_face(pool: Pool, services: Services, limiter: Limiter, headers: GateKey, path: OfPicture) -> FileAnswer:
    """The picture of somebody who may come to this gate, where it may keep pictures."""
    await _keep_within(limiter, headers)
    now = services.clock()
    async with transaction(pool) as tx:
        gate = await health_codes.gate_with_key(tx, headers.key, now=now)
        if not await health_codes.may_see_face(tx, gate, f"/api/avatars/{path.picture}", now=now):
            raise NoSuchPicture
    hash = bytes.fromhex(path.picture)
    kind = await media_type_of(pool, hash, OWNER)
    data = await services.blobs.get(hash) if kind else None
    if kind is None or data is None:
        raise NoSuchPicture
    part = partial(services.blobs.read, hash)
    return FileAnswer.of(path.picture, kind, len(data), part, etag=path.picture[:32], inline=True)


async def _keep_within(limiter: Limiter, headers: GateKey) -> None:
    if not headers.key:
        raise GateKeyWrong
    await gates.keep_within(limiter, headers.key)


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
