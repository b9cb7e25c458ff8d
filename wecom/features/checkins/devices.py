"""How well a device is known with which somebody checks in."""

from dataclasses import dataclass

from wecom.foundation.db import Db

from .queries import devices as queries


@dataclass(frozen=True, slots=True)
class KnownDevice:
    usual: bool
    known: bool
    """They have checked in with it."""
    first: bool
    """None is their usual one yet: the next one becomes it."""


async def usual_device(db: Db, member_id: int) -> str | None:
    """The one with which somebody usually checks in."""
    return (await queries.usual_devices(db, [member_id])).get(member_id)


async def device_of(db: Db, member_id: int, device_id: str) -> KnownDevice:
    """What a device is to somebody."""
    usual = await usual_device(db, member_id)
    known = await queries.is_known(db, member_id, device_id)
    return KnownDevice(usual == device_id, known, usual is None)
