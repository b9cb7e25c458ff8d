"""Changing one's password."""

from pydantic import BaseModel, Field

from wecom.features.accounts import Arrival, WeakPassword, change_password, check_password, confirm_old
from wecom.foundation.db import Pool, transaction
from wecom.foundation.http import Caller, Endpoints
from wecom.services import Services

from .sessions import attempts
from .wire import NewPassword, Password

endpoints = Endpoints("/api", tag="Passwords")


class PasswordChange(BaseModel):
    """The old password, and the one to have instead."""

    old_password: Password
    new_password: NewPassword


class PasswordChanged(BaseModel):
    """The password is changed."""

    devices_signed_out: int = Field(description="How many other devices were signed out; this one stays.")


@endpoints.put("/me/password")
async def change_my_password(
    pool: Pool, services: Services, me: Arrival, caller: Caller, body: PasswordChange
) -> PasswordChanged:
    """Change one's password. Every other device is signed out.

    Refused as WrongOldPassword (403), which counts like a wrong password at signing in, and as
    WeakPassword (400) with the reason.
    """
    old = await confirm_old(
        pool,
        services.hasher,
        services.limiter,
        attempts(services.settings),
        me,
        body.old_password,
    )
    if body.new_password == body.old_password:
        raise WeakPassword("The new password is the old one: choose another.")
    check_password(body.new_password, me.userid)
    new = await services.hasher.hash(body.new_password)
    async with transaction(pool) as tx:
        ended = await change_password(tx, me, old, new, address=caller.address)
    return PasswordChanged(devices_signed_out=ended)
