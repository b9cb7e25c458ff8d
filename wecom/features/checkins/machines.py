"""Attendance machines: each has a key, which is told once; and usual devices. What machines send is taken in by
`intake`."""

import hashlib
import secrets

from wecom.foundation import audit
from wecom.foundation.db import Db, Tx

from .model import Way
from .queries import devices, punches
from .queries import machines as queries
from .records import LeftOut, Machine
from .refusals import MachineKeyWrong, MachineUnfit, NoSuchMachine, PunchUnfit, PunchWithoutDevice, TooManyMachines

LONGEST_NAME = 64
LONGEST_PLACE = 200
MOST_MACHINES = 1000
MOST_LEFT_OUT = 1000
"""Of each machine; the newest stay."""
MOST_WAITING = 200_000
"""Of each machine's records of numbers that nobody has said yet, which count once somebody does: a day of 50,000
people's, or 500 people's of a quarter."""


async def add_machine(
    tx: Tx, actor_id: int, name: str, *, place: str = "", way: Way | None = None, address: str = ""
) -> tuple[Machine, str]:
    """A machine, and its key, which is told this once."""
    name, place = _fits(name, place)
    if len(await queries.machines(tx)) >= MOST_MACHINES:
        raise TooManyMachines
    key = secrets.token_urlsafe(32)
    made = await queries.insert_machine(tx, name, place, way, _hash(key), actor_id)
    await audit.record(tx, actor_id, "checkin_machine.add", f"checkin_machine:{made.id}", address=address, name=name)
    return made, key


async def change_machine(
    tx: Tx, actor_id: int, machine_id: int, name: str, *, place: str, way: Way | None, address: str = ""
) -> Machine:
    """Call it otherwise, or say that it stands elsewhere. Punches that were kept stay as they are."""
    name, place = _fits(name, place)
    changed = await queries.change_machine(tx, machine_id, name, place, way)
    if changed is None:
        raise NoSuchMachine
    about = {"name": name, "place": place, "way": way or ""}
    await audit.record(
        tx, actor_id, "checkin_machine.change", f"checkin_machine:{machine_id}", address=address, **about
    )
    return changed


async def rotate_key(tx: Tx, actor_id: int, machine_id: int, *, address: str = "") -> tuple[Machine, str]:
    """A new key, which is told this once; the old one opens nothing any more."""
    key = secrets.token_urlsafe(32)
    changed = await queries.put_key(tx, machine_id, _hash(key))
    if changed is None:
        raise NoSuchMachine
    await audit.record(tx, actor_id, "checkin_machine.rotate", f"checkin_machine:{machine_id}", address=address)
    return changed, key


async def end_machine(tx: Tx, actor_id: int, machine_id: int, *, address: str = "") -> None:
    """Its key opens nothing any more; what it saw stays."""
    if not await queries.end_machine(tx, machine_id):
        raise NoSuchMachine
    await audit.record(tx, actor_id, "checkin_machine.end", f"checkin_machine:{machine_id}", address=address)


async def machines(db: Db) -> list[tuple[Machine, int]]:
    """Those in use, and how much of what each sent was left out."""
    counts = await queries.count_left_out(db)
    return [(each, counts.get(each.id, 0)) for each in await queries.machines(db)]


async def machine(db: Db, machine_id: int) -> Machine:
    if found := await queries.machine(db, machine_id):
        return found
    raise NoSuchMachine


async def machine_with_key(tx: Tx, key: str, machine_id: int | None = None) -> Machine:
    """Whose key it is; it was heard of now. What it sends at the same time waits for this to be over."""
    found = await queries.machine_with_key(tx, _hash(key))
    if found is None or machine_id not in (None, found.id):
        raise MachineKeyWrong
    return found


async def left_out(db: Db, machine_id: int) -> list[LeftOut]:
    """What it sent and was not kept, newest first."""
    await machine(db, machine_id)
    return await queries.left_out(db, machine_id, MOST_LEFT_OUT)


async def set_usual_device(tx: Tx, actor_id: int, member_id: int, device_id: str | None, *, address: str = "") -> None:
    """The device from which somebody usually checks in; None: the next one that they use."""
    if device_id is not None and (not 1 <= len(device_id) <= 128 or "\x00" in device_id):
        raise PunchUnfit("A device or a Wi-Fi has a shorter name than that.")
    before = (await devices.usual_devices(tx, [member_id])).get(member_id)
    await devices.forget_usual(tx, member_id)
    if device_id is not None:
        await devices.put_usual(tx, member_id, device_id)
    about = {"before": before or "", "device": device_id or ""}
    await audit.record(tx, actor_id, "checkin_device.set", f"member:{member_id}", address=address, **about)


async def make_usual(tx: Tx, actor_id: int, punch_id: int, *, address: str = "") -> None:
    """Let the device with which somebody checked in be their usual one from now on. What was kept stays as judged."""
    found = await punches.punches_by_ids(tx, [punch_id])
    if not found or found[0].source != "phone" or not found[0].evidence.device_id:
        raise PunchWithoutDevice
    await set_usual_device(tx, actor_id, found[0].member_id, found[0].evidence.device_id, address=address)


def _fits(name: str, place: str) -> tuple[str, str]:
    name, place = name.strip(), place.strip()
    if not 1 <= len(name) <= LONGEST_NAME or len(place) > LONGEST_PLACE or "\x00" in name + place:
        raise MachineUnfit
    return name, place


def _hash(key: str) -> bytes:
    return hashlib.sha256(key.encode(errors="replace")).digest()
