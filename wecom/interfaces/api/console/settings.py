"""The server's settings, and changing those that may be changed while it runs."""

from typing import Literal

from pydantic import BaseModel, Field

from wecom.features import settings
from wecom.features.accounts import Admin
from wecom.features.settings import NewValues, Setting
from wecom.foundation.db import Db, Tx
from wecom.foundation.http import Caller, Endpoints
from wecom.foundation.instants import Instant
from wecom.services import Services

endpoints = Endpoints("/api/console/settings", tag="Console: settings")


class SettingView(BaseModel):
    """A setting."""

    name: str = Field(description="In the environment it is WECOM_ and this in capitals.")
    value: bool | int | float | str | None = Field(description="Of a secret: ******** where there is one.")
    default: bool | int | float | str | None
    started_with: bool | int | float | str | None = Field(description="What it is when it is not set here.")
    source: Literal["default", "environment", "file", "database"] = Field(
        description="What decided: environment is the command line too; database: it was set here."
    )
    description: str
    changeable: bool = Field(description="Here; the others are read when the server starts.")
    secret: bool
    type: Literal["boolean", "integer", "number", "text"]
    minimum: float | None
    maximum: float | None
    changed_by: int | None = Field(description="Who set it here: an actor's id.")
    changed_at: Instant | None

    @classmethod
    def of(cls, each: Setting) -> "SettingView":
        return cls(
            name=each.name,
            value=each.value,
            default=each.default,
            started_with=each.started_with,
            source=each.source,
            description=each.description,
            changeable=each.changeable,
            secret=each.secret,
            type=each.kind,
            minimum=each.minimum,
            maximum=each.maximum,
            changed_by=each.changed_by,
            changed_at=each.changed_at,
        )


class SettingList(BaseModel):
    """Every setting."""

    settings: list[SettingView]


@endpoints.get("")
async def list_settings(db: Db, admin: Admin, services: Services) -> SettingList:
    """Every setting, what it is and what decided that."""
    return await _listed(db, services)


@endpoints.patch("")
async def change_company_settings(
    tx: Tx, admin: Admin, services: Services, caller: Caller, body: NewValues
) -> SettingList:
    """Set what is named; null: back to what the server was started with. It holds everywhere within two seconds."""
    live = services.live
    wanted = {name: getattr(body, name) for name in body.model_fields_set}
    await settings.change_settings(tx, admin.id, wanted, started_with=live.started_with, address=caller.address)
    tx.after_commit.append(live.hear)
    return await _listed(tx, services)


async def _listed(db: Db, services: Services) -> SettingList:
    live = services.live
    found = await settings.all_settings(db, live.started_with, live.given)
    return SettingList(settings=[SettingView.of(each) for each in found])
