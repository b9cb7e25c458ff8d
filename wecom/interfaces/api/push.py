"""Web Push: letting this device be reached while it is not connected."""

from typing import Annotated

from pydantic import BaseModel, Field

from wecom.features import notify
from wecom.features.accounts import Me
from wecom.features.notify import Subscription
from wecom.features.notify.encryption import encode
from wecom.foundation.db import Db, Tx
from wecom.foundation.http import Endpoints
from wecom.foundation.instants import Instant
from wecom.services import Services
from wecom.settings import Settings

from .wire import Id, Text

endpoints = Endpoints("/api/push")

Key = Annotated[str, Field(min_length=16, max_length=120, pattern=r"^[A-Za-z0-9_-]+=*$")]


class PushKeyView(BaseModel):
    public_key: str = Field(
        description="For applicationServerKey, in base64url. Where yours was made with another, subscribe anew."
    )


class Keys(BaseModel):
    """The browser's, in base64url."""

    p256dh: Key
    auth: Key


class NewSubscription(BaseModel):
    """What PushSubscription.toJSON() says; more than this is passed over."""

    endpoint: Annotated[Text, Field(min_length=1, max_length=2048)]
    keys: Keys


class Subscribed(BaseModel):
    id: int


class SubscriptionView(BaseModel):
    id: int
    here: bool = Field(description="Whether it is this session's.")
    session_id: int
    device: str
    user_agent: str
    service: str = Field(description="The origin of the browser's push service.")
    created_at: Instant

    @classmethod
    def of(cls, each: Subscription, me: Me) -> "SubscriptionView":
        return cls(
            id=each.id,
            here=each.session_id == me.session_id,
            session_id=each.session_id,
            device=each.device,
            user_agent=each.user_agent,
            service=each.origin,
            created_at=each.created_at,
        )


class Subscriptions(BaseModel):
    subscriptions: list[SubscriptionView]


class OfSubscription(BaseModel):
    subscription_id: Id


class Done(BaseModel):
    """It is done."""


@endpoints.get("/key")
async def push_key(tx: Tx, me: Me, services: Services) -> PushKeyView:
    """The key by which push services know this server."""
    return PushKeyView(public_key=encode(await notify.public_key(tx, services.key)))


@endpoints.post("/subscriptions")
async def subscribe_to_push(tx: Tx, me: Me, body: NewSubscription, settings: Settings) -> Subscribed:
    """Let pushes reach this device, until its session ends; in place of what it said before.

    Errors: 400 for keys that no browser gave, and for an endpoint that is not on the internet or not https.
    """
    id = await notify.subscribe(tx, me, body.endpoint, body.keys.p256dh, body.keys.auth, allowed=settings.push_networks)
    return Subscribed(id=id)


@endpoints.get("/subscriptions")
async def list_push_subscriptions(db: Db, me: Me) -> Subscriptions:
    """Your devices that pushes reach, the latest first."""
    return Subscriptions(
        subscriptions=[SubscriptionView.of(each, me) for each in await notify.subscriptions_of(db, me)]
    )


@endpoints.delete("/subscriptions/{subscription_id}")
async def unsubscribe_from_push(tx: Tx, me: Me, path: OfSubscription) -> Done:
    """Let no more pushes reach one of your devices."""
    await notify.unsubscribe(tx, me, path.subscription_id)
    return Done()


@endpoints.post("/test")
async def test_push(tx: Tx, me: Me, services: Services) -> Done:
    """Send a push to this device, by the way that all go: {"test": true, "badge"}. Within a few seconds it is there.

    Errors: 404 where this device has not subscribed.
    """
    await notify.test(tx, me, services.limiter)
    return Done()
