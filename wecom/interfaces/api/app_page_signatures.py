"""Whether a page that a client shows is signed for the JS-SDK, as a client asks before it lets the page do anything."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from wecom.features import apps
from wecom.features.accounts import Me
from wecom.foundation.db import Db
from wecom.foundation.http import Endpoints
from wecom.services import Services

from .wire import Text

endpoints = Endpoints("/api", tag="Apps' pages")


class SignedPage(BaseModel):
    """What a page gave to `wx.config`, or to `wx.agentConfig` with an agentid."""

    model_config = ConfigDict(extra="forbid")
    url: Annotated[Text, Field(min_length=1, max_length=2048)] = Field(
        description="The page's address, as the client knows it; never as the page says. What follows # does not count."
    )
    nonce: Annotated[Text, Field(min_length=1, max_length=128)] = Field(description="nonceStr.")
    timestamp: Annotated[Text, Field(pattern=r"^[0-9]{1,12}$")]
    signature: Annotated[Text, Field(pattern=r"^[0-9a-fA-F]{40}$")]
    agentid: int | None = Field(None, ge=0, lt=2**31, description="For agentConfig: whose ticket it was signed with.")


class PageApp(BaseModel):
    """An app that the page may speak for."""

    app_id: int
    agentid: int
    name: str


class PageApps(BaseModel):
    apps: list[PageApp] = Field(description="Those that trust the page's domain and are shown to you.")


@endpoints.post("/page-signatures/check")
async def check_page_signature(db: Db, me: Me, services: Services, body: SignedPage) -> PageApps:
    """Whose page this is.

    Refused as RedirectNotTrusted (403) where no app trusts its domain, NotShownToYou (403) where you may use none of
    those that do, and PageNotSigned (403) where the signature is not that of a ticket that is valid now.
    """
    found = await apps.check_page(
        db,
        services.key,
        me.id,
        body.url,
        body.nonce,
        body.timestamp,
        body.signature.lower(),
        agentid=body.agentid,
        plain=services.settings.speaks_plain,
        now=services.clock(),
    )
    return PageApps(apps=[PageApp(app_id=each.id, agentid=each.agentid or 0, name=each.name) for each in found])
