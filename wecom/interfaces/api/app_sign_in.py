"""Signing in to apps: confirming on one device what another shows, and what apps may see of oneself."""

from typing import Annotated, Literal

import segno
from pydantic import BaseModel, ConfigDict, Field

from wecom.features import apps
from wecom.features.accounts import Me
from wecom.features.apps import Consent
from wecom.foundation.db import Db, Tx
from wecom.foundation.errors import Invalid
from wecom.foundation.http import Caller, Endpoints
from wecom.foundation.instants import Instant
from wecom.services import Services

from .wire import Id, Text

endpoints = Endpoints("/api", tag="Signing in to apps")

Secret = Annotated[Text, Field(min_length=1, max_length=128)]


class AnotherCompany(Invalid):
    """This appid is not this company's corpid: correct the link."""


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class OfApp(_Request):
    app_id: Id = Field(description="The app's id.")


class NewAppLogin(_Request):
    """What stands in the address of WeCom's page for signing in."""

    appid: Annotated[Text, Field(max_length=64)] = Field(description="The company's corpid.")
    agentid: int = Field(ge=0, lt=2**31)
    redirect_uri: Annotated[Text, Field(max_length=2048)]
    state: Annotated[Text, Field(max_length=128)] = ""


class BegunAppLogin(BaseModel):
    """A sign-in that waits for another device."""

    asking: str = Field(description="With it, and with nothing else, the outcome is asked for.")
    link: str = Field(description="What the picture says; who opens it signed in can confirm.")
    picture: str = Field(description="The link as a QR code, a data: URL of an SVG.")
    expires_at: Instant


class Asking(_Request):
    asking: Secret = Field(description="As the begun sign-in told it.")


class AppLoginOutcome(BaseModel):
    outcome: Literal["waiting", "looked_at", "confirmed", "refused"] = Field(
        description="looked_at: somebody scanned the picture and has not decided yet."
    )
    go_to: str | None = Field(description="Where to go now: with a code, or without one where it was refused.")


class ShownLogin(_Request):
    shown: Secret = Field(description="What stands behind the # of the scanned link.")


class AppLoginView(BaseModel):
    """What there is to confirm. Show all of it: whoever confirms lets that device in."""

    app_id: int
    app: str = Field(description="The app's name.")
    description: str
    domain: str = Field(description="Where the device goes when this is confirmed.")
    address: str = Field(description="Where the device is that waits.")
    user_agent: str = Field(description="What that device says it is.")
    expires_at: Instant


class Decided(BaseModel):
    """It is decided."""


class ConsentView(BaseModel):
    """An app that sees one's picture, gender, numbers and addresses when one signs in to it."""

    app_id: int
    app: str
    given_at: Instant

    @classmethod
    def of(cls, consent: Consent) -> "ConsentView":
        return cls(app_id=consent.app_id, app=consent.name, given_at=consent.given_at)


class ConsentViews(BaseModel):
    consents: list[ConsentView]


@endpoints.post("/app-logins", public=True)
async def begin_app_login(tx: Tx, services: Services, caller: Caller, body: NewAppLogin) -> BegunAppLogin:
    """Begin to sign in to an app here by confirming on another device; it waits for five minutes.

    Refused as RedirectNotTrusted (403) unless the app trusts exactly the domain of redirect_uri.
    """
    await apps.logins.keep_within(services.limiter, caller.address)
    if body.appid != services.company.corpid:
        raise AnotherCompany
    begun = await apps.begin_login(
        tx,
        body.redirect_uri,
        body.state,
        body.agentid,
        address=caller.address,
        user_agent=caller.user_agent,
        plain=services.settings.speaks_plain,
    )
    link = f"{caller.site(services.settings.public_url)}/app-login#{begun.shown}"
    return BegunAppLogin(asking=begun.asking, link=link, picture=_picture(link), expires_at=begun.expires_at)


@endpoints.post("/app-logins/outcome", public=True)
async def ask_for_outcome(tx: Tx, body: Asking) -> AppLoginOutcome:
    """What came of a sign-in that was begun here: ask every two seconds. A code is told once."""
    outcome, go_to = await apps.outcome_of(tx, body.asking)
    return AppLoginOutcome.model_validate({"outcome": outcome, "go_to": go_to})


@endpoints.post("/app-logins/look")
async def look_at_app_login(tx: Tx, me: Me, body: ShownLogin) -> AppLoginView:
    """What a scanned picture asks for; from now on nobody else can confirm it.

    Refused as NotShownToYou (403) for an app that you may not use.
    """
    found = await apps.look_at_login(tx, me, body.shown)
    return AppLoginView(
        app_id=found.app.id,
        app=found.app.name,
        description=found.app.description,
        domain=found.domain,
        address=found.address,
        user_agent=found.user_agent,
        expires_at=found.expires_at,
    )


@endpoints.post("/app-logins/confirm")
async def confirm_app_login(tx: Tx, me: Me, caller: Caller, body: ShownLogin) -> Decided:
    """Let the device that waits sign in to the app as you."""
    await apps.decide_login(tx, me, body.shown, confirmed=True, address=caller.address)
    return Decided()


@endpoints.post("/app-logins/refuse")
async def refuse_app_login(tx: Tx, me: Me, caller: Caller, body: ShownLogin) -> Decided:
    """Do not let it."""
    await apps.decide_login(tx, me, body.shown, confirmed=False, address=caller.address)
    return Decided()


@endpoints.get("/me/app-consents")
async def read_my_consents(db: Db, me: Me) -> ConsentViews:
    """The apps that see your particulars when you sign in to them."""
    return ConsentViews(consents=[ConsentView.of(each) for each in await apps.consents(db, me)])


@endpoints.put("/me/app-consents/{app_id}")
async def consent_to_app(tx: Tx, me: Me, caller: Caller, path: OfApp) -> Decided:
    """Let an app see your picture, gender, numbers and addresses whenever you sign in to it."""
    await apps.consent(tx, me, path.app_id, address=caller.address)
    return Decided()


@endpoints.delete("/me/app-consents/{app_id}")
async def withdraw_consent(tx: Tx, me: Me, caller: Caller, path: OfApp) -> Decided:
    """Take that back. What the app asked for before, it has."""
    await apps.withdraw(tx, me, path.app_id, address=caller.address)
    return Decided()


def _picture(link: str) -> str:
    return segno.make(link, error="m", micro=False).svg_data_uri(border=2, scale=4, light="#fff")
