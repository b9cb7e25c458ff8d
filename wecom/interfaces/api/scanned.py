"""Signing in here by scanning a picture with a device that is signed in."""

from typing import Annotated, Literal

import segno
from pydantic import BaseModel, ConfigDict, Field

from wecom.features import apps
from wecom.features.accounts import Me, arrival_by_token, device_token
from wecom.features.accounts.model import DEVICE_COOKIE
from wecom.features.apps.model import NoSuchLogin
from wecom.foundation.db import Tx
from wecom.foundation.http import Caller, Endpoints, Reply
from wecom.foundation.instants import Instant
from wecom.services import Services

from .door import ForeignPage
from .me import MeView
from .sessions import SignedIn, by_cookie
from .wire import Text

endpoints = Endpoints("/api/session/qr", tag="Scanned sign-ins")

Secret = Annotated[Text, Field(min_length=1, max_length=128)]
State = Literal["waiting", "scanned", "done", "refused", "expired"]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class BegunSignIn(BaseModel):
    """A sign-in that waits to be scanned."""

    ticket: str = Field(description="Stands in the picture.")
    qr_url: str = Field(description="What the picture says.")
    picture: str = Field(description="It as a QR code, a data: URL of an SVG.")
    poll_secret: str = Field(description="With it, and with nothing else, the outcome is asked for. Show it nowhere.")
    expires_at: Instant


class PollSecret(_Request):
    poll_secret: Secret


class SignInOutcome(Reply):
    """What came of it."""

    state: State = Field(description="scanned: somebody looks at it. expired: too old, or taken before; begin anew.")
    signed_in: SignedIn | None = Field(description="Once, where it is done: as for a password; the cookies are set.")


class Ticket(_Request):
    ticket: Secret


class WaitingDevice(BaseModel):
    """What there is to confirm. Show all of it: whoever confirms lets that device in as themselves."""

    user_agent: str = Field(description="What that device says it is.")
    address: str = Field(description="Where it is.")
    begun_at: Instant
    expires_at: Instant


class Decided(BaseModel):
    """It is decided."""


@endpoints.post("", public=True)
async def begin_scanned_sign_in(tx: Tx, services: Services, caller: Caller) -> BegunSignIn:
    """Begin to sign in here by being scanned; it waits for five minutes.

    Errors: 429 after too many from one address.
    """
    if caller.is_foreign(services.settings.public_url):
        raise ForeignPage
    await apps.logins.keep_within(services.limiter, caller.address)
    begun = await apps.own_logins.begin_own_login(tx, address=caller.address, user_agent=caller.user_agent)
    url = f"{caller.site(services.settings.public_url)}/app/#/scan/{begun.shown}"
    picture = segno.make(url, error="m", micro=False).svg_data_uri(border=2, scale=4, light="#fff")
    return BegunSignIn(
        ticket=begun.shown, qr_url=url, picture=picture, poll_secret=begun.asking, expires_at=begun.expires_at
    )


@endpoints.post("/outcome", public=True)
async def ask_for_scanned_sign_in(tx: Tx, services: Services, caller: Caller, body: PollSecret) -> SignInOutcome:
    """What came of a sign-in that was begun here: ask every two seconds. Once it is done, it sets the cookies."""
    if caller.is_foreign(services.settings.public_url):
        raise ForeignPage
    try:
        outcome, member_id, session = await apps.own_logins.take_own_login(
            tx,
            body.poll_secret,
            user_agent=caller.user_agent,
            address=caller.address,
            days=services.settings.session_days,
        )
    except NoSuchLogin:
        return SignInOutcome(state="expired", signed_in=None)
    if session is None or member_id is None:
        states: dict[str, State] = {"waiting": "waiting", "looked_at": "scanned", "refused": "refused"}
        return SignInOutcome(state=states.get(outcome, "expired"), signed_in=None)
    me = MeView.of(await arrival_by_token(tx, session.token))
    known = device_token(services.key, member_id, caller.cookies.get(DEVICE_COOKIE, ""))
    signed_in = by_cookie(services.key, session, me, known, None)
    return SignInOutcome(state="done", signed_in=signed_in).with_cookies(*signed_in.cookies)


@endpoints.post("/look")
async def look_at_scanned_sign_in(tx: Tx, me: Me, body: Ticket) -> WaitingDevice:
    """Which device waits; from now on nobody else can confirm it. Errors: 404 when it is too old, or another's."""
    found = await apps.own_logins.look_at_own_login(tx, me, body.ticket)
    return WaitingDevice.model_validate(found, from_attributes=True)


@endpoints.post("/confirm")
async def confirm_scanned_sign_in(tx: Tx, me: Me, caller: Caller, body: Ticket) -> Decided:
    """Let the device that waits sign in as you."""
    await apps.own_logins.decide_own_login(tx, me, body.ticket, confirmed=True, address=caller.address)
    return Decided()


@endpoints.post("/refuse")
async def refuse_scanned_sign_in(tx: Tx, me: Me, caller: Caller, body: Ticket) -> Decided:
    """Do not let it."""
    await apps.own_logins.decide_own_login(tx, me, body.ticket, confirmed=False, address=caller.address)
    return Decided()
