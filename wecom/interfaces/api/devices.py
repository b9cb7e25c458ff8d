"""Where somebody is signed in, and signing devices out."""

from typing import Literal

from pydantic import BaseModel, Field

from wecom.features.accounts import (
    Admin,
    Device,
    Me,
    devices,
    devices_of,
    revoke_device,
    revoke_everything,
    revoke_other_devices,
    revoke_their_device,
)
from wecom.foundation.db import Db, Tx
from wecom.foundation.http import Caller, Endpoints
from wecom.foundation.instants import Instant

from .wire import Id, OfMember

endpoints = Endpoints("/api", tag="Devices")


class DeviceView(BaseModel):
    """A session."""

    session_id: int
    here: bool = Field(description="Whether this request came with this session.")
    kind: Literal["cookie", "bearer"] = Field(description="cookie: a browser; bearer: another client.")
    device: str = Field(description="What the client called itself when signing in.")
    user_agent: str
    address: str = Field(description="The network address it was last used from.")
    created_at: Instant
    seen_at: Instant = Field(description="When it was last used, to within five minutes.")
    expires_at: Instant = Field(description="When it ends unless it is used before.")

    @classmethod
    def of(cls, device: Device, me: Me) -> "DeviceView":
        return cls(
            session_id=device.id,
            here=device.id == me.session_id,
            kind=device.kind,
            device=device.device,
            user_agent=device.user_agent,
            address=device.address,
            created_at=device.created_at,
            seen_at=device.seen_at,
            expires_at=device.expires_at,
        )


class DeviceList(BaseModel):
    """Devices, the latest used first."""

    devices: list[DeviceView]


class OfDevice(BaseModel):
    """Which session."""

    session_id: Id = Field(description="The session's id, from the list of devices.")


class SignedOutDevices(BaseModel):
    """How many were signed out."""

    signed_out: int


@endpoints.get("/me/devices")
async def list_my_devices(db: Db, me: Me) -> DeviceList:
    """Where one is signed in."""
    return DeviceList(devices=[DeviceView.of(each, me) for each in await devices(db, me)])


@endpoints.delete("/me/devices/{session_id}")
async def revoke_my_device(tx: Tx, me: Me, caller: Caller, path: OfDevice) -> SignedOutDevices:
    """Sign one of one's devices out. It is refused at once, and its sockets close within two seconds."""
    await revoke_device(tx, me, path.session_id, address=caller.address)
    return SignedOutDevices(signed_out=1)


@endpoints.delete("/me/devices")
async def revoke_my_other_devices(tx: Tx, me: Me, caller: Caller) -> SignedOutDevices:
    """Sign all of one's devices out but this one."""
    return SignedOutDevices(signed_out=await revoke_other_devices(tx, me, address=caller.address))


class OfTheirDevice(OfMember, OfDevice):
    """Which session of which member."""


@endpoints.get("/members/{member_id}/devices")
async def list_members_devices(db: Db, admin: Admin, path: OfMember) -> DeviceList:
    """Where a member is signed in."""
    return DeviceList(devices=[DeviceView.of(each, admin) for each in await devices_of(db, path.member_id)])


@endpoints.delete("/members/{member_id}/devices/{session_id}")
async def revoke_members_device(tx: Tx, admin: Admin, caller: Caller, path: OfTheirDevice) -> SignedOutDevices:
    """Sign one device of a member out. They may sign in again."""
    await revoke_their_device(tx, admin, path.member_id, path.session_id, address=caller.address)
    return SignedOutDevices(signed_out=1)


@endpoints.delete("/members/{member_id}/devices")
async def revoke_members_devices(tx: Tx, admin: Admin, caller: Caller, path: OfMember) -> SignedOutDevices:
    """Sign a member out everywhere, for example when a telephone was stolen. They may sign in again."""
    return SignedOutDevices(signed_out=await revoke_everything(tx, admin, path.member_id, address=caller.address))
