"""Attendance machines: each has a key, and sends what it saw in any order, as often as it likes."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from wecom.foundation import audit
from wecom.foundation.db import Db, Tx

from .model import Way
from .punching import Answer, Claim, punch_batch
from .queries import devices as queries
from .records import Evidence, Machine
from .refusals import NoSuchMachine, PunchUnfit

LONGEST_NAME = 64
MOST_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Seen:
    """What a machine saw."""

    member_id: int
    at: datetime
    number: str = ""
    """The machine's own of it; without one, who and when say which it is."""
    way: Way | None = None


async def add_machine(
    tx: Tx, actor_id: int, name: str, *, place: str = "", way: Way | None = None, address: str = ""
) -> tuple[Machine, str]:
    """A machine, and its key, which is told this once."""
    name, place = name.strip(), place.strip()
    if not 1 <= len(name) <= LONGEST_NAME or len(place) > 200 or "\x00" in name + place:
        raise PunchUnfit(f"A machine has a name of 1 to {LONGEST_NAME} characters.")
    key = secrets.token_urlsafe(32)
    made = await queries.insert_machine(tx, name, place, way, _hash(key), actor_id)
    await audit.record(tx, actor_id, "checkin_machine.add", f"checkin_machine:{made.id}", address=address, name=name)
    return made, key


async def end_machine(tx: Tx, actor_id: int, machine_id: int, *, address: str = "") -> None:
    """Its key opens nothing any more; what it saw stays."""
    if not await queries.end_machine(tx, machine_id):
        raise NoSuchMachine
    await audit.record(tx, actor_id, "checkin_machine.end", f"checkin_machine:{machine_id}", address=address)


async def machines(db: Db) -> list[Machine]:
    return await queries.machines(db)


async def machine_with_key(tx: Tx, key: str) -> Machine:
    """Whose key it is; it was heard of now."""
    if machine := await queries.machine_with_key(tx, _hash(key)):
        return machine
    raise NoSuchMachine


async def take_in(tx: Tx, actor_id: int, machine: Machine, seen: Sequence[Seen], *, now: datetime) -> list[Answer]:
    """Keep what a machine saw, each once, by the machine's clock."""
    if len(seen) > MOST_AT_ONCE:
        raise PunchUnfit(f"A machine sends at most {MOST_AT_ONCE} punches at once.")
    claims = [
        Claim(
            each.member_id,
            f"m{machine.id}-{each.number or int(each.at.timestamp())}"[:64],
            actor_id,
            source="machine",
            way=each.way or machine.way,
            claimed_at=each.at,
            evidence=Evidence(title=machine.place or machine.name),
            machine_id=machine.id,
        )
        for each in seen
    ]
    return await punch_batch(tx, claims, [now] * len(claims)) if claims else []


async def set_usual_device(tx: Tx, actor_id: int, member_id: int, device_id: str | None, *, address: str = "") -> None:
    """The device from which somebody usually checks in; None: the next one that they use."""
    if device_id is not None and (not 1 <= len(device_id) <= 128 or "\x00" in device_id):
        raise PunchUnfit("A device or a Wi-Fi has a shorter name than that.")
    await queries.forget_usual(tx, member_id)
    if device_id is not None:
        await queries.put_usual(tx, member_id, device_id)
    await audit.record(tx, actor_id, "checkin_device.set", f"member:{member_id}", address=address)


def _hash(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()
