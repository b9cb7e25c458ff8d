"""Signing in and out."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from wecom.features.accounts import (
    COOKIE,
    CSRF_COOKIE,
    DEVICE_COOKIE,
    AccountDisabled,
    Arrival,
    Attempts,
    NewSession,
    Recognised,
    TooManyAttempts,
    WrongPassword,
    arrival_by_token,
    csrf_token,
    device_token,
    is_news,
    note_refusal,
    recognise,
    sign_out,
    start_session,
)
from wecom.foundation.db import Pool, Tx, transaction
from wecom.foundation.http import Caller, Cookie, Endpoints, Reply
from wecom.foundation.instants import Instant
from wecom.services import Services
from wecom.settings import Settings

from .door import COOKIE_LIFE, ForeignPage
from .me import MeView
from .wire import Account, DeviceName, Password, Text

endpoints = Endpoints("/api", tag="Sessions")

Carried = Literal["cookie", "bearer"]


class SignIn(BaseModel):
    """An account and its password."""

    account: Account
    password: Password
    kind: Carried = Field("cookie", description="How the session is carried: cookie for browsers, bearer for others.")
    device: DeviceName = ""
    device_token: Annotated[Text, Field(max_length=128)] = Field(
        "", description="What an earlier sign-in on this device told; browsers have it in the cookie wecom_device."
    )


class SignedIn(Reply):
    """A session just begun."""

    token: str | None = Field(
        description="For bearer: send it as `Authorization: Bearer …` with every request. It is told only this once."
    )
    csrf_token: str | None = Field(
        description="For cookie: send it as X-CSRF-Token with every request that changes something. "
        "The cookie wecom_csrf holds it too."
    )
    device_token: str | None = Field(
        description="For bearer: keep it when signed out, and send it when signing in again. Strangers who guess at "
        "the account's password then do not keep this device out."
    )
    expires_at: Instant = Field(description="When the session ends unless it is used before.")
    grace: int | None = Field(
        None,
        description="The password has expired in the company's directory, and is accepted this many times more: "
        "it is to be changed where the member signs in to their computer.",
    )
    me: MeView


class SignedOut(Reply):
    """The session has ended."""


@endpoints.post("/session", public=True)
async def sign_in(pool: Pool, services: Services, caller: Caller, body: SignIn) -> SignedIn:
    """Sign in with a password.

    Refused as WrongPassword (401) whether the account or the password is not right, as AccountDisabled
    (403) when both are but an administrator disabled the account, and as TooManyAttempts (429) after too
    many wrong passwords for the account from this device or network, from strangers to the account (which does
    not keep devices out that have signed in before), or from this network.
    """
    if caller.is_foreign(services.settings.public_url):
        raise ForeignPage
    try:
        who = await recognise(
            pool,
            services.hasher,
            services.limiter,
            attempts(services.settings),
            body.account,
            body.password,
            key=services.key,
            address=caller.address,
            device=_device_shown(caller, body.device_token),
            ldap=services.ldap_passwords,
        )
    except (WrongPassword, AccountDisabled, TooManyAttempts) as refused:
        if await is_news(services.limiter, refused):
            async with transaction(pool) as tx:
                await note_refusal(tx, refused, caller.address)
        raise
    async with transaction(pool) as tx:
        return await begin(tx, services, caller, who, body.kind, body.device, body.device_token)


@endpoints.delete("/session")
async def sign_out_here(tx: Tx, me: Arrival, caller: Caller) -> SignedOut:
    """End this session. Its sockets close within two seconds."""
    await sign_out(tx, me, address=caller.address)
    return SignedOut().with_cookies(Cookie(COOKIE, ""), Cookie(CSRF_COOKIE, "", http_only=False))


def attempts(settings: Settings) -> Attempts:
    """How many wrong passwords the operator bears."""
    return Attempts(settings.sign_in_per_account, settings.sign_in_by_strangers, settings.sign_in_per_address)


async def begin(
    tx: Tx, services: Services, caller: Caller, who: Recognised, kind: Carried, device: str, device_shown: str = ""
) -> SignedIn:
    """Start a session for somebody recognised, and say so to the client."""
    session = await start_session(
        tx,
        who,
        kind,
        device=device,
        user_agent=caller.user_agent,
        address=caller.address,
        days=services.settings.session_days,
    )
    me = MeView.of(await arrival_by_token(tx, session.token))
    known = device_token(services.key, who.member_id, _device_shown(caller, device_shown))
    if kind == "bearer":
        told = {"token": session.token, "device_token": known, "csrf_token": None}
        return SignedIn(**told, expires_at=session.expires_at, grace=who.grace, me=me)
    return by_cookie(services.key, session, me, known, who.grace)


def _device_shown(caller: Caller, said: str) -> str:
    return said or caller.cookies.get(DEVICE_COOKIE, "")


def by_cookie(key: bytes, session: NewSession, me: MeView, device: str, grace: int | None) -> SignedIn:
    """The answer to a browser, with its cookies."""
    csrf = csrf_token(key, session.token)
    ends = session.expires_at
    told = SignedIn(token=None, csrf_token=csrf, device_token=None, expires_at=ends, grace=grace, me=me)
    return told.with_cookies(
        Cookie(COOKIE, session.token, COOKIE_LIFE),
        Cookie(CSRF_COOKIE, csrf, COOKIE_LIFE, http_only=False),
        Cookie(DEVICE_COOKIE, device, COOKIE_LIFE),
    )
