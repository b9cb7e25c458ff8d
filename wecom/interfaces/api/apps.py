"""Apps: which ones a member is shown, and how administrators add and keep them."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from wecom.features import apps
from wecom.features.accounts import Admin, Me
from wecom.features.apps import AppFields, AppProfile
from wecom.features.apps.model import NoSuchApp
from wecom.foundation.db import Db, Tx
from wecom.foundation.http import Caller, Endpoints
from wecom.foundation.instants import Instant

from .wire import Id, Text

endpoints = Endpoints("/api")

Name = Annotated[Text, Field(min_length=1, max_length=32, description="1 to 32 characters.")]
Description = Annotated[Text, Field(max_length=120, description="Empty, or 4 to 120 characters.")]
Address = Annotated[Text, Field(max_length=64)]
Addresses = Annotated[
    list[Address],
    Field(max_length=100, description="Addresses and networks that it may call from; none: from anywhere."),
]
Domains = Annotated[
    list[Annotated[Text, Field(max_length=256)]],
    Field(
        max_length=20,
        description="Domains to which members may be sent to sign in, each exactly, with its port where it has one; "
        "WeCom's API knows the first.",
    ),
]
TagId = Annotated[int, Field(ge=0, lt=2**31)]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class OfApp(_Request):
    app_id: Id = Field(description="The app's id, which is also its actor's.")


class Range(_Request):
    """Whom an app sees, and who is shown it; a department stands for all under it."""

    member_ids: list[Id] = Field(default_factory=list, max_length=10_000)
    department_ids: list[Id] = Field(default_factory=list, max_length=1000)
    tag_ids: list[TagId] = Field(default_factory=list, max_length=1000)


class NewApp(_Request):
    name: Name
    description: Description = ""
    visible: Range = Field(default_factory=Range)
    trusted_addresses: Addresses = Field(default_factory=list)


class AppChanges(_Request):
    """What is not given stays as it is."""

    name: Name | None = None
    description: Annotated[Text, Field(min_length=4, max_length=120)] | None = None
    home_url: Annotated[Text, Field(max_length=2048)] | None = None
    redirect_domains: Domains | None = None
    trusted_addresses: Addresses | None = None
    enabled: bool | None = None


class ShownApp(BaseModel):
    """An app as members are shown it."""

    id: int
    name: str
    description: str
    logo: str
    home_url: str
    conversation_id: int | None = Field(description="Where it speaks.")


class ShownApps(BaseModel):
    apps: list[ShownApp]


class CompanyApp(BaseModel):
    """An app as administrators keep it."""

    id: int
    kind: str = Field(description="app, or contacts for the one secret that may change the directory.")
    agentid: int | None = Field(description="Its id in WeCom's API; none for the contacts secret.")
    name: str
    description: str
    logo: str
    home_url: str
    redirect_domains: list[str]
    enabled: bool
    visible: Range
    trusted_addresses: list[str]
    created_at: Instant

    @classmethod
    def of(cls, app: AppProfile) -> "CompanyApp":
        same = ("id", "kind", "agentid", "name", "description", "logo", "home_url", "enabled")
        return cls(
            **{name: getattr(app, name) for name in same},
            visible=Range(
                member_ids=list(app.visible_members),
                department_ids=list(app.visible_departments),
                tag_ids=list(app.visible_tags),
            ),
            redirect_domains=list(app.redirect_domains),
            trusted_addresses=list(app.trusted_addresses),
            created_at=app.created_at,
        )


class CompanyApps(BaseModel):
    apps: list[CompanyApp]


class AppWithSecret(BaseModel):
    app: CompanyApp
    secret: str = Field(description="Shown this once: it is kept as a hash.")


@endpoints.get("/apps")
async def read_shown_apps(db: Db, me: Me) -> ShownApps:
    """The apps in whose visible range you are."""
    shown = await apps.apps_shown_to(db, me.id)
    speaking_in = await apps.app_conversations(db, [each.id for each in shown])
    return ShownApps(
        apps=[
            ShownApp(
                id=each.id,
                name=each.name,
                description=each.description,
                logo=each.logo,
                home_url=each.home_url,
                conversation_id=speaking_in.get(each.id),
            )
            for each in shown
        ]
    )


@endpoints.get("/company-apps")
async def read_company_apps(db: Db, admin: Admin) -> CompanyApps:
    """Every app of the company, and the contacts secret."""
    return CompanyApps(apps=[CompanyApp.of(each) for each in await apps.apps(db)])


@endpoints.post("/company-apps")
async def create_app(tx: Tx, admin: Admin, body: NewApp, caller: Caller) -> AppWithSecret:
    """Add an app. Its secret is shown this once."""
    app, secret = await apps.create_app(
        tx,
        admin.id,
        body.name,
        description=body.description,
        visible_members=body.visible.member_ids,
        visible_departments=body.visible.department_ids,
        visible_tags=body.visible.tag_ids,
        trusted_addresses=body.trusted_addresses,
        from_address=caller.address,
    )
    return await _with_secret(tx, app.id, secret)


@endpoints.post("/company-apps/contacts")
async def create_contacts_secret(tx: Tx, admin: Admin, caller: Caller) -> AppWithSecret:
    """Make the contacts secret, or another in its place; it is shown this once."""
    app, secret = await apps.create_contacts_app(tx, admin.id, from_address=caller.address)
    return await _with_secret(tx, app.id, secret)


@endpoints.get("/company-apps/{app_id}")
async def read_company_app(db: Db, admin: Admin, path: OfApp) -> CompanyApp:
    """One app."""
    return await _known(db, path.app_id)


@endpoints.patch("/company-apps/{app_id}")
async def change_company_app(tx: Tx, admin: Admin, path: OfApp, body: AppChanges, caller: Caller) -> CompanyApp:
    """Describe an app anew, enable or disable it. Disabled, it can call nothing."""
    said: AppFields = {}
    if body.name is not None:
        said["name"] = body.name
    if body.description is not None:
        said["description"] = body.description
    if body.home_url is not None:
        said["home_url"] = body.home_url
    if body.redirect_domains is not None:
        said["redirect_domains"] = body.redirect_domains
    if body.trusted_addresses is not None:
        said["trusted_addresses"] = body.trusted_addresses
    await apps.change_app(tx, admin.id, path.app_id, from_address=caller.address, **said)
    if body.enabled is not None:
        await apps.set_app_enabled(tx, admin.id, path.app_id, body.enabled, from_address=caller.address)
    return await _known(tx, path.app_id)


@endpoints.put("/company-apps/{app_id}/visible-range")
async def set_visible_range(tx: Tx, admin: Admin, path: OfApp, body: Range, caller: Caller) -> CompanyApp:
    """Say whom an app sees, and so who is shown it."""
    app = await apps.set_visible_range(
        tx,
        admin.id,
        path.app_id,
        members=body.member_ids,
        departments=body.department_ids,
        tags=body.tag_ids,
        from_address=caller.address,
    )
    return CompanyApp.of(app)


@endpoints.post("/company-apps/{app_id}/secret")
async def rotate_app_secret(tx: Tx, admin: Admin, path: OfApp, caller: Caller) -> AppWithSecret:
    """Give an app another secret, shown this once; the old one and its access tokens are refused from now on."""
    secret = await apps.rotate_secret(tx, admin.id, path.app_id, from_address=caller.address)
    return await _with_secret(tx, path.app_id, secret)


@endpoints.delete("/company-apps/{app_id}")
async def remove_app(tx: Tx, admin: Admin, path: OfApp, caller: Caller) -> None:
    """Take an app away for good. What it said stays."""
    await apps.remove_app(tx, admin.id, path.app_id, from_address=caller.address)


async def _known(db: Db, app_id: int) -> CompanyApp:
    app = await apps.profile(db, app_id)
    if not app:
        raise NoSuchApp
    return CompanyApp.of(app)


async def _with_secret(tx: Tx, app_id: int, secret: str) -> AppWithSecret:
    return AppWithSecret(app=await _known(tx, app_id), secret=secret)
