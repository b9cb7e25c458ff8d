"""Attendance machines: their keys, whom they mean by their numbers, what was left out; and what they send."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from wecom.features import checkins, directory
from wecom.features.accounts import Limiter, Personnel
from wecom.features.checkins import LeftOut, Machine, Seen
from wecom.features.checkins.intake import EVERY_MACHINE, LONGEST_NUMBER, LONGEST_RECORD, MOST_AT_ONCE, keep_within
from wecom.features.checkins.refusals import MachineKeyWrong
from wecom.features.directory.refusals import NoSuchMember
from wecom.foundation.db import Db, Pool, Tx, transaction
from wecom.foundation.http import Caller, Endpoints
from wecom.foundation.instants import Instant
from wecom.services import Services

from ..wire import Id, Text, When
from .day_wire import AttendancePerson, Way, people

endpoints = Endpoints("/api/attendance/machines", tag="Attendance: machines")

Number = Annotated[Text, Field(min_length=1, max_length=LONGEST_NUMBER)]
Userid = Annotated[Text, Field(max_length=64)]
Why = Literal["unknown_person", "too_old", "future", "unfit"]


class OfMachine(BaseModel):
    """Which."""

    machine_id: int = Field(ge=1, lt=2**31)


class WrittenMachine(BaseModel):
    """What a machine is called, and where it stands."""

    model_config = ConfigDict(extra="forbid")
    name: Annotated[Text, Field(min_length=1, max_length=64)]
    place: Annotated[Text, Field(max_length=200)] = Field("", description="Stands beside its punches.")
    way: Way | None = Field(None, description="Where it is at a door for coming, or for going, only.")


class MachineView(BaseModel):
    """A machine in use."""

    id: int
    name: str
    place: str
    way: Way | None
    made_by: int
    made_at: Instant
    seen_at: Instant | None = Field(description="When it was last heard of; null: never.")
    drift: int | None = Field(description="Seconds by which its clock was ahead then; null: it does not say.")
    taken: int = Field(description="How many of its punches were kept.")
    last_punch_at: Instant | None
    left_out: int = Field(description="What of its was left out, and is there to be looked at.")

    @classmethod
    def of(cls, each: Machine, left_out: int = 0) -> "MachineView":
        told = {name: getattr(each, name) for name in cls.model_fields if name != "left_out"}
        return cls(**told, left_out=left_out)


class Machines(BaseModel):
    """All in use, oldest first."""

    machines: list[MachineView]


class MachineWithKey(BaseModel):
    """A machine and its key."""

    machine: MachineView
    key: str = Field(description="Shown this once: with it punches of anybody can be sent.")


class LeftOutView(BaseModel):
    """A record that was not kept."""

    record: str
    userid: str
    number: str
    at: Instant
    way: Way | None
    why: Why
    times: int = Field(description="How often it was sent.")
    first_at: Instant
    last_at: Instant

    @classmethod
    def of(cls, each: LeftOut) -> "LeftOutView":
        return cls(**{name: getattr(each, name) for name in cls.model_fields})


class NumberView(BaseModel):
    """Whom a machine means by a number."""

    number: str
    person: AttendancePerson
    everywhere: bool = Field(description="It is meant by every machine that says nothing else of it.")


class MachineBehind(BaseModel):
    """A machine, what it means, and what of its was left out."""

    machine: MachineView
    numbers: list[NumberView]
    left_out: list[LeftOutView] = Field(description="Newest first; the newest 1,000 are kept.")


class SaidNumber(BaseModel):
    """Whose a number is."""

    model_config = ConfigDict(extra="forbid")
    number: Number
    member_id: Id | None = None
    userid: Userid = Field("", description="Instead of `member_id`.")


class SaidNumbers(BaseModel):
    """Whose numbers are."""

    model_config = ConfigDict(extra="forbid")
    numbers: list[SaidNumber] = Field(min_length=1, max_length=5000)
    everywhere: bool = Field(False, description="For every machine that says nothing else, instead of for this one.")


class NumbersSaid(BaseModel):
    """What came of it."""

    taken: int = Field(description="Punches that waited for it and were kept now.")


class WhichNumber(BaseModel):
    """Which number."""

    model_config = ConfigDict(extra="forbid")
    number: Number
    everywhere: bool = False


class MachineKey(BaseModel):
    """What a machine shows."""

    authorization: Annotated[Text, Field(max_length=256)] = Field("", alias="Authorization", description="Bearer …")

    @property
    def key(self) -> str:
        scheme, _, key = self.authorization.partition(" ")
        return key.strip() if scheme.lower() == "bearer" else ""


class SeenPunch(BaseModel):
    """What a machine saw."""

    model_config = ConfigDict(extra="forbid")
    record: Annotated[Text, Field(max_length=LONGEST_RECORD)] = Field(
        "", description="The machine's own number of it, by which it is kept once; empty: who and when say which it is."
    )
    userid: Userid = Field("", description="Who it was.")
    number: Annotated[Text, Field(max_length=LONGEST_NUMBER)] = Field(
        "", description="Instead of `userid`: the machine's own number of whoever it was."
    )
    at: When
    way: Way | None = Field(None, description="Where the machine knows; otherwise what the machine is for.")

    @model_validator(mode="after")
    def _of_somebody(self) -> Self:
        if bool(self.userid) == bool(self.number):
            raise ValueError("say who it was: by userid, or by number")
        return self


class SeenPunches(BaseModel):
    """What a machine saw, in any order."""

    model_config = ConfigDict(extra="forbid")
    now: When | None = Field(None, description="What the machine takes for now, for its clock to be watched.")
    punches: list[SeenPunch] = Field(max_length=MOST_AT_ONCE)


class TakenPunch(BaseModel):
    """What became of a record."""

    record: str
    outcome: Literal["taken", "repeated", "unknown_person", "too_old", "future", "unfit"] = Field(
        description="taken and repeated are kept. unknown_person is kept back until it is said who that is: it need "
        "not be sent again. too_old: longer ago than 92 days; future: ahead of the server by more than two minutes."
    )
    message: str = Field(description="Why, where it is unfit.")


class TakenPunches(BaseModel):
    """Of each record, in the order in which they were sent."""

    now: Instant = Field(description="The server's.")
    drift: int | None = Field(description="Seconds by which the machine is ahead of it.")
    punches: list[TakenPunch]


@endpoints.get("")
async def list_machines(db: Db, me: Personnel) -> Machines:
    """Those in use, with when each was last heard of."""
    return Machines(machines=[MachineView.of(*each) for each in await checkins.machines(db)])


@endpoints.post("")
async def create_machine(tx: Tx, me: Personnel, caller: Caller, body: WrittenMachine) -> MachineWithKey:
    """Add a machine. Its key is shown this once."""
    made, key = await checkins.add_machine(tx, me.id, body.name, place=body.place, way=body.way, address=caller.address)
    return MachineWithKey(machine=MachineView.of(made), key=key)


@endpoints.get("/{machine_id}")
async def look_at_machine(db: Db, me: Personnel, path: OfMachine) -> MachineBehind:
    """A machine, whom it means by its numbers, and what of its was left out."""
    found = await checkins.machine(db, path.machine_id)
    out = await checkins.left_out(db, path.machine_id)
    numbers = await checkins.numbers_of(db, path.machine_id)
    who = await people(db, [each.member_id for each in numbers])
    return MachineBehind(
        machine=MachineView.of(found, len(out)),
        numbers=[
            NumberView(number=e.number, person=who[e.member_id], everywhere=e.machine_id == EVERY_MACHINE)
            for e in numbers
        ],
        left_out=[LeftOutView.of(each) for each in out],
    )


@endpoints.put("/{machine_id}")
async def change_machine(tx: Tx, me: Personnel, caller: Caller, path: OfMachine, body: WrittenMachine) -> MachineView:
    """Call it otherwise, or say that it stands elsewhere."""
    changed = await checkins.change_machine(
        tx, me.id, path.machine_id, body.name, place=body.place, way=body.way, address=caller.address
    )
    return MachineView.of(changed)


@endpoints.post("/{machine_id}/key")
async def rotate_machine_key(tx: Tx, me: Personnel, caller: Caller, path: OfMachine) -> MachineWithKey:
    """A new key, shown this once. With the old one nothing is sent any more from now on."""
    changed, key = await checkins.rotate_key(tx, me.id, path.machine_id, address=caller.address)
    return MachineWithKey(machine=MachineView.of(changed), key=key)


@endpoints.delete("/{machine_id}")
async def revoke_machine(tx: Tx, me: Personnel, caller: Caller, path: OfMachine) -> None:
    """Take a machine out of use. What it saw stays."""
    await checkins.end_machine(tx, me.id, path.machine_id, address=caller.address)


@endpoints.put("/{machine_id}/numbers")
async def say_numbers(
    tx: Tx, me: Personnel, services: Services, caller: Caller, path: OfMachine, body: SaidNumbers
) -> NumbersSaid:
    """Say whom a machine means by its numbers. What was left out for want of that is kept now.

    Refused as NoSuchMember (404) where a userid or an id is nobody's; then nothing is said.
    """
    named = [each.userid for each in body.numbers if each.member_id is None]
    by_name = await directory.member_ids(tx, named) if named else {}
    wanted = [each.member_id or by_name.get(each.userid.lower()) for each in body.numbers]
    there = await people(tx, [id for id in wanted if id])
    for id, each in zip(wanted, body.numbers, strict=True):
        if id not in there:
            raise NoSuchMember(number=each.number, userid=each.userid)
    await checkins.machine(tx, path.machine_id)
    taken = await checkins.set_numbers(
        tx,
        me.id,
        EVERY_MACHINE if body.everywhere else path.machine_id,
        [(each.number, id) for each, id in zip(body.numbers, wanted, strict=True) if id],
        now=services.clock(),
        address=caller.address,
    )
    return NumbersSaid(taken=taken)


@endpoints.delete("/{machine_id}/numbers")
async def end_number(tx: Tx, me: Personnel, caller: Caller, path: OfMachine, query: WhichNumber) -> None:
    """Nobody is meant by a number any more. What was kept stays."""
    id = EVERY_MACHINE if query.everywhere else path.machine_id
    await checkins.end_number(tx, me.id, id, query.number, address=caller.address)


@endpoints.post("/{machine_id}/punches", public=True)
async def take_in_punches(
    pool: Pool, services: Services, limiter: Limiter, path: OfMachine, headers: MachineKey, body: SeenPunches
) -> TakenPunches:
    """For machines: send what was punched, as often and in whatever order. Each record is kept once.

    The key goes into `Authorization: Bearer …`. Refused as MachineKeyWrong (401) for a key that is not this machine's,
    or no more; as TooManyUploads (429) for more than 600 uploads a minute.
    """
    if not headers.key:
        raise MachineKeyWrong
    await keep_within(limiter, headers.key)
    async with transaction(pool) as tx:
        machine = await checkins.machine_with_key(tx, headers.key, path.machine_id)
        now = services.clock()
        seen = [Seen(each.at, each.userid, each.number, each.record, each.way) for each in body.punches]
        told = await checkins.take_in(tx, machine, seen, now=now, clock=body.now)
    return TakenPunches(
        now=now,
        drift=round((body.now - now).total_seconds()) if body.now else None,
        punches=[TakenPunch(record=each.record, outcome=each.became, message=each.message) for each in told],
    )
