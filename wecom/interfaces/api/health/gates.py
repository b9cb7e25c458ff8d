"""Gates and keys, for officers; and what gates saw."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from wecom.features import health_codes, rosters
from wecom.features.accounts import HealthOfficer
from wecom.features.health_codes import Admission, Gate, Key, Passage, Wanted
from wecom.foundation.db import Db, Pool, Tx
from wecom.foundation.http import Caller, Endpoints, StreamAnswer
from wecom.foundation.instants import Instant, written
from wecom.services import Services

from ..attendance.day_wire import AttendancePerson, people
from ..console.exports import CSV
from ..wire import Id, Text, When
from .policy_wire import JobId, Level

endpoints = Endpoints("/api/health", tag="Health: gates")

Why = Literal[
    "", "unknown_format", "unknown_key", "forged", "expired", "revoked", "stale", "replayed", "level", "old_knowledge"
]
COLUMNS = ("at", "gate", "name", "userid", "level", "admitted", "why", "replay", "policy", "received")


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class HealthAdmission(_Request):
    """Which levels of a policy are let in."""

    policy_id: JobId
    admits: list[Level] = Field(min_length=1, max_length=3)


class WrittenGate(_Request):
    """A gate as it is to be."""

    name: Annotated[Text, Field(min_length=1, max_length=64)]
    place: Annotated[Text, Field(max_length=200)] = ""
    photos: bool = Field(False, description="It keeps the pictures of those who may come, and shows them.")
    longest_age_s: int = Field(
        43_200, ge=60, le=604_800, description="When it has heard of nothing for so long, it lets nobody in any more."
    )
    policies: list[HealthAdmission] = Field(min_length=1, max_length=20)

    def admissions(self) -> list[Admission]:
        return [Admission(each.policy_id, tuple(sorted(set(each.admits)))) for each in self.policies]


class GateView(BaseModel):
    """A gate in use."""

    id: int
    name: str
    place: str
    photos: bool
    longest_age_s: int
    policies: list[HealthAdmission]
    enrol_until: Instant | None = Field(description="Until then a code waits to be typed at the device.")
    enrolled_at: Instant | None = Field(description="Null: no device is it yet.")
    seen_at: Instant | None
    knows_at: Instant | None = Field(description="When it last asked what there is to know.")
    made_by: int
    made_at: Instant

    @classmethod
    def of(cls, each: Gate) -> "GateView":
        told = {name: getattr(each, name) for name in cls.model_fields if hasattr(each, name)}
        policies = [HealthAdmission(policy_id=a.policy_id, admits=list(a.admits)) for a in each.admissions]
        return cls(**told, longest_age_s=each.longest_age, policies=policies)


class Gates(BaseModel):
    """Those that stand for policies of yours."""

    gates: list[GateView]


class OfGate(BaseModel):
    """Which gate."""

    gate_id: JobId


class EnrolmentCode(BaseModel):
    """What makes a device this gate."""

    code: str = Field(description="Shown this once; it works once.")
    until: Instant


class HealthKeyView(BaseModel):
    """A key with which codes are certified."""

    kid: int
    made_at: Instant
    retired_at: Instant | None = Field(description="Null: it is in use.")
    until: Instant | None = Field(description="From then on nothing that it signed is taken.")

    @classmethod
    def of(cls, each: Key) -> "HealthKeyView":
        return cls(kid=each.id, made_at=each.made_at, retired_at=each.retired_at, until=each.until)


class HealthKeys(BaseModel):
    """Newest first. They are changed by themselves each 90 days."""

    keys: list[HealthKeyView]


class KeyChange(_Request):
    """Why it is changed."""

    distrusted: bool = Field(
        False, description="The ones before may have been copied: no gate takes them any more, once it has heard of it."
    )


class WhichPassages(_Request):
    """Which passages; those of policies of yours."""

    policy_id: JobId | None = None
    gate_id: JobId | None = None
    member_id: Id | None = None
    admitted: bool | None = None
    replays: bool = Field(False, description="Only codes that another gate had let in before.")
    first: When | None = None
    last: When | None = Field(None, description="Before this.")

    def wanted(self) -> Wanted:
        policies = [] if self.policy_id is None else [self.policy_id]
        return Wanted(policies, self.gate_id, self.member_id, self.admitted, self.replays, self.first, self.last)


class PageOfPassages(WhichPassages):
    """Which of them."""

    before_at: When | None = Field(None, description="The last one's, for the next page.")
    before_id: Id | None = None
    limit: int = Field(50, ge=1, le=200)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.before_at is None) != (self.before_id is None):
            raise ValueError("the next page begins after the last one's time and id, both")
        return self


class PassageView(BaseModel):
    """What a gate saw and decided."""

    id: int
    gate_id: int
    gate_name: str
    at: Instant
    received_at: Instant = Field(description="Later where the gate had no network.")
    person: AttendancePerson | None = Field(description="Null: it was no code of ours.")
    policy_id: int | None
    level: Level | None
    admitted: bool
    why: str
    replay: bool = Field(description="Another gate had let the same code in.")
    replay_of: int | None = Field(description="That passage.")

    @classmethod
    def of(cls, each: Passage, who: dict[int, AttendancePerson]) -> "PassageView":
        told = {name: getattr(each, name) for name in cls.model_fields if name != "person"}
        return cls(person=who.get(each.member_id) if each.member_id else None, **told)


class Passages(BaseModel):
    """A page, newest first."""

    passages: list[PassageView]


@endpoints.get("/gates")
async def list_gates(db: Db, me: HealthOfficer) -> Gates:
    """The gates that stand for policies of yours."""
    return Gates(gates=[GateView.of(each) for each in await health_codes.gates_of(db, me.id)])


@endpoints.post("/gates")
async def make_gate(tx: Tx, me: HealthOfficer, services: Services, caller: Caller, body: WrittenGate) -> GateView:
    """Make a gate. A device becomes it by an enrolment code."""
    made = await health_codes.add_gate(
        tx,
        me.id,
        body.name,
        body.admissions(),
        place=body.place,
        photos=body.photos,
        longest_age=timedelta(seconds=body.longest_age_s),
        now=services.clock(),
        address=caller.address,
    )
    return GateView.of(made)


@endpoints.put("/gates/{gate_id}")
async def change_gate(tx: Tx, me: HealthOfficer, caller: Caller, path: OfGate, body: WrittenGate) -> GateView:
    """Whom it lets in, and how it is called. It hears of it when it asks next."""
    changed = await health_codes.change_gate(
        tx,
        me.id,
        path.gate_id,
        body.name,
        body.admissions(),
        place=body.place,
        photos=body.photos,
        longest_age=timedelta(seconds=body.longest_age_s),
        address=caller.address,
    )
    return GateView.of(changed)


@endpoints.post("/gates/{gate_id}/code")
async def offer_enrolment(tx: Tx, me: HealthOfficer, services: Services, caller: Caller, path: OfGate) -> EnrolmentCode:
    """A code to be typed within 15 minutes at the device that is to be this gate; the one before is it no more then."""
    code, until = await health_codes.offer_enrolment(
        tx, me.id, path.gate_id, now=services.clock(), address=caller.address
    )
    return EnrolmentCode(code=code, until=until)


@endpoints.delete("/gates/{gate_id}")
async def end_gate(tx: Tx, me: HealthOfficer, services: Services, caller: Caller, path: OfGate) -> None:
    """Take a gate out of use. What it saw stays."""
    await health_codes.end_gate(tx, me.id, path.gate_id, now=services.clock(), address=caller.address)


@endpoints.get("/keys")
async def list_health_keys(db: Db, me: HealthOfficer) -> HealthKeys:
    """With which keys codes are certified, and were."""
    return HealthKeys(keys=[HealthKeyView.of(each) for each in await health_codes.keys(db)])


@endpoints.post("/keys")
async def change_health_key(
    tx: Tx, me: HealthOfficer, services: Services, caller: Caller, body: KeyChange
) -> HealthKeyView:
    """Certify with another key from now on. Phones fetch new certificates by themselves."""
    made = await health_codes.rotate(
        tx, me.id, services.key, now=services.clock(), distrusted=body.distrusted, address=caller.address
    )
    return HealthKeyView.of(made)


@endpoints.get("/passages")
async def list_passages(tx: Tx, me: HealthOfficer, caller: Caller, query: PageOfPassages) -> Passages:
    """What gates saw."""
    before = (query.before_at, query.before_id) if query.before_at and query.before_id else None
    found = await health_codes.read_passages(tx, me.id, query.wanted(), before, query.limit, address=caller.address)
    who = await people(tx, [each.member_id for each in found if each.member_id])
    return Passages(passages=[PassageView.of(each, who) for each in found])


@endpoints.get("/exports/passages.csv")
async def export_passages(tx: Tx, pool: Pool, me: HealthOfficer, caller: Caller, query: WhichPassages) -> StreamAnswer:
    """The same as a table."""
    wanted = await health_codes.begin_export(tx, me.id, query.wanted(), address=caller.address)
    return StreamAnswer.of_pieces("passages.csv", CSV, _table(pool, me.id, wanted))


async def _table(pool: Pool, officer_id: int, wanted: Wanted) -> AsyncIterator[bytes]:
    yield "\ufeff".encode() + rosters.csv_of([list(COLUMNS)])
    async for page in health_codes.passages_for_export(pool, officer_id, wanted):
        who = await people(pool, [each.member_id for each in page if each.member_id])
        yield rosters.csv_of([_row(each, who) for each in page])


def _row(each: Passage, who: dict[int, AttendancePerson]) -> list[str]:
    person = who.get(each.member_id) if each.member_id else None
    told = [
        written(each.at),
        each.gate_name,
        person.name if person else "",
        person.userid if person else "",
        each.level or "",
        "yes" if each.admitted else "no",
        each.why,
        "yes" if each.replay else "",
        str(each.policy_id or ""),
        written(each.received_at),
    ]
    return [rosters.harmless(each) for each in told]
