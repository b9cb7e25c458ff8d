"""One's own codes: what one is and why, what the phone shows at a gate, and saying that it is wrong."""

import base64
import binascii
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from wecom.features import health_codes
from wecom.features.accounts import Limiter, Me
from wecom.features.health_codes import Appeal, Code, Policy, certifying
from wecom.features.health_codes.refusals import DeviceKeyUnfit
from wecom.foundation.db import Pool, Tx, transaction
from wecom.foundation.http import Endpoints
from wecom.foundation.instants import Instant
from wecom.services import Services

from ..wire import Text
from .policy_wire import HealthLabels, HealthReason, Level, OfHealthPolicy

endpoints = Endpoints("/api/health/codes", tag="Health: own codes")

Encoded = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[A-Za-z0-9_-]+$")]


class OwnAppealView(BaseModel):
    """What you said of it, and what was answered."""

    words: str
    made_at: Instant
    answer: str
    answered_at: Instant | None

    @classmethod
    def of(cls, each: Appeal) -> "OwnAppealView":
        return cls(**{name: getattr(each, name) for name in cls.model_fields})


class OwnHealthCode(BaseModel):
    """What you are by a policy."""

    policy_id: int
    name: str
    introduction: str
    labels: HealthLabels
    level: Level
    overridden: bool = Field(description="An officer said so, whatever the rules say.")
    reasons: list[HealthReason]
    version: int
    made_at: Instant
    valid_until: Instant | None = Field(description="When it will be another by time alone; null: it will not.")
    appeal: OwnAppealView | None = Field(description="The newest.")

    @classmethod
    def of(cls, policy: Policy, code: Code, appeal: Appeal | None) -> "OwnHealthCode":
        return cls(
            policy_id=policy.id,
            name=policy.terms.name,
            introduction=policy.terms.introduction,
            labels=HealthLabels.model_validate(policy.terms.labels),
            level=code.level,
            overridden=code.overridden,
            reasons=[HealthReason.of(each, policy.terms) for each in code.reasons],
            version=code.version,
            made_at=code.made_at,
            valid_until=code.valid_until,
            appeal=OwnAppealView.of(appeal) if appeal else None,
        )


class OwnHealthCodes(BaseModel):
    """By each policy that concerns you."""

    codes: list[OwnHealthCode]
    challenge: str = Field(description="To be signed with the key that this device wants to have certified.")
    server_now: Instant


class DeviceKey(BaseModel):
    """A key of this device's."""

    model_config = ConfigDict(extra="forbid")
    public_key: Encoded = Field(description="base64url of the raw point: 65 bytes, as WebCrypto exports it.")
    challenge: Annotated[Text, Field(min_length=1, max_length=200)] = Field(description="As the codes came with.")
    proof: Encoded = Field(
        description='base64url of the signature, 64 bytes, over "wecom key 1", the challenge and the raw point.'
    )


class HealthCertificate(BaseModel):
    """The server's word on this device's key."""

    certificate: str = Field(description="base64url. docs/health-codes.md has the bytes.")
    serial: int
    level: Level
    expires_at: Instant
    server_now: Instant


class NewAppeal(BaseModel):
    """Why it is wrong."""

    model_config = ConfigDict(extra="forbid")
    words: Annotated[Text, Field(min_length=1, max_length=1000)]


@endpoints.get("")
async def read_own_health_codes(tx: Tx, me: Me, services: Services) -> OwnHealthCodes:
    """What you are by each policy that concerns you, and why."""
    now = services.clock()
    found = await health_codes.own_codes(tx, me.id, now=now)
    appeals = await health_codes.own_appeals(tx, me.id, [policy.id for policy, _ in found])
    return OwnHealthCodes(
        codes=[OwnHealthCode.of(policy, code, appeals.get(policy.id)) for policy, code in found],
        challenge=health_codes.challenge(services.key, me, now=now),
        server_now=now,
    )


@endpoints.post("/{policy_id}/certificate")
async def certify_device(
    pool: Pool, me: Me, services: Services, limiter: Limiter, path: OfHealthPolicy, body: DeviceKey
) -> HealthCertificate:
    """Have this device's key certified, together with what you are, for a day at most and until that is another.

    With the key the device signs what it shows, anew each 30 seconds, also without a network. Refused as DeviceKeyUnfit
    (400) where the proof is none; ask for the codes, and for a challenge, again.
    """
    await certifying.keep_within(limiter, me.session_id)
    now = services.clock()
    async with transaction(pool) as tx:
        made = await health_codes.certify(
            tx,
            me,
            path.policy_id,
            _decoded(body.public_key),
            body.challenge,
            _decoded(body.proof),
            server_key=services.key,
            now=now,
        )
    return HealthCertificate(
        certificate=base64.urlsafe_b64encode(made.certificate).decode().rstrip("="),
        serial=made.serial,
        level=made.code.level,
        expires_at=made.expires_at,
        server_now=now,
    )


@endpoints.post("/{policy_id}/appeals")
async def appeal_health_code(tx: Tx, me: Me, services: Services, path: OfHealthPolicy, body: NewAppeal) -> None:
    """Say that your code is wrong: an officer of the policy answers. Refused as AppealWaits (409) until then."""
    await health_codes.appeal(tx, me.id, path.policy_id, body.words, now=services.clock())


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as problem:
        raise DeviceKeyUnfit from problem
