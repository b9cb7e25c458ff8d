"""A plant where who handles food must be well: a report, a policy that looks at it, and its officer."""

import base64
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from aiohttp import ClientResponse
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.features.health.clinic import officer, running
from tests.world import Client, World
from wecom.features import accounts, health_codes
from wecom.features.health import ReportJob
from wecom.features.health_codes import Code, Everyone, Policy, Terms
from wecom.features.health_codes.passes import challenge_words, pass_words, sign, step_at, written_pass
from wecom.features.health_codes.rules import Group, HasFact, Number, Part, Picked, Rule, Rules, Source
from wecom.foundation.db import transaction

WORDS = {"zh-CN": "发烧", "en": "Fever", "de": "Fieber"}


def rules_of(job_id: int) -> Rules:
    return Rules(
        (
            Rule(1, "fever", Group((Number(job_id, 3, at_least=38.0),)), "red", WORDS, lasts=48),
            Rule(2, "unwell", Group((Part((Picked(job_id, 1, (2,)),)),)), "yellow"),
            Rule(3, "exposed", Group((HasFact("exposure"),)), "red", until_cleared=True),
        ),
        (Source(job_id, 24),),
        "yellow",
        "Asia/Shanghai",
    )


def terms_of(job_id: int, **other: Any) -> Terms:
    plain = Terms("食品车间", whom=Everyone(departments=(2,)), rules=rules_of(job_id), facts=("exposure",))
    return replace(plain, **other)


async def plant(world: World, **other: Any) -> tuple[ReportJob, Policy]:
    """研发部 reports daily to 王五, who is a health officer, and has codes by a policy of his."""
    await officer(world)
    job = await running(world, at="2026-03-02 07:00")
    async with transaction(world.pool) as tx:
        now = world.services.clock()
        policy = await health_codes.add_policy(tx, world["wangwu"].id, terms_of(job.id, **other), now=now)
    return job, policy


async def judged(world: World, policy: Policy, *userids: str) -> list[Code]:
    async with transaction(world.pool) as tx:
        ids = [world[userid].id for userid in userids]
        return await health_codes.judge_members(tx, policy, ids, now=world.services.clock())


async def ask(client: Client, method: str, path: str, status: int = 200, **how: Any) -> Any:
    answer: ClientResponse = await client.request(method, f"/api/{path}", **how)
    text = await answer.text()
    assert answer.status == status, text
    return await answer.json() if answer.content_type == "application/json" else text


@dataclass
class Phone:
    """A device with a key that does not leave it."""

    client: Client
    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    certificate: bytes = b""
    serial: int = 0

    @property
    def point(self) -> bytes:
        return self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    async def fetch(self, policy_id: int, status: int = 200) -> Any:
        """A certificate, as the page of one's code does."""
        challenge = (await ask(self.client, "GET", "health/codes"))["challenge"]
        body = {
            "public_key": encoded(self.point),
            "challenge": challenge,
            "proof": encoded(sign(self.private, challenge_words(challenge, self.point))),
        }
        told = await ask(self.client, "POST", f"health/codes/{policy_id}/certificate", status, json=body)
        if status == 200:
            self.certificate = decoded(told["certificate"])
            self.serial = told["serial"]
        return told

    def shows(self, at: datetime) -> str:
        """What its screen shows then, also without a network."""
        step = step_at(at.timestamp())
        return written_pass(self.certificate, step, sign(self.private, pass_words(self.certificate, step)))


async def phone_of(world: World, userid: str) -> Phone:
    return Phone(await world.client(userid))


async def gate_of(world: World, policy: Policy, name: str = "大门", **other: Any) -> dict[str, str]:
    """The headers of a device that became a gate."""
    hr = await world.client("wangwu")
    body = {"name": name, "policies": [{"policy_id": policy.id, "admits": ["green"]}]} | other
    made = await ask(hr, "POST", "health/gates", json=body)
    offered = await ask(hr, "POST", f"health/gates/{made['id']}/code")
    nobody = await world.client(None)
    enrolled = await ask(nobody, "POST", "gate/enrol", json={"code": offered["code"].lower()})
    return {"Authorization": f"Bearer {enrolled['key']}"}


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


async def hold_role(world: World, userid: str) -> None:
    async with transaction(world.pool) as tx:
        await accounts.grant(tx, accounts.SYSTEM, world[userid].id, "health_reader")


MINUTE = timedelta(minutes=1)
