"""One's own settings."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from wecom.features import checkins, preferences
from wecom.features.accounts import Me
from wecom.features.preferences import MemberSettings, QuietHours
from wecom.foundation.db import Db, Tx
from wecom.foundation.http import Endpoints

from .wire import Text

endpoints = Endpoints("/api", tag="Settings")


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewNotifications(_Request):
    """What is to change of how one is notified."""

    enabled: bool = Field(True, description="False: nothing is pushed to any device.")
    show_text: bool = Field(False, description="Whether pushes carry who wrote and what, where the company allows it.")
    quiet_hours: QuietHours | None = None
    checkin_before: bool = Field(True, description="Whether coming is reminded of before it is time to check in.")
    checkin_before_minutes: int | None = Field(
        None, ge=0, le=120, description="So long before; null: as the rule says."
    )
    checkin_after: bool = Field(True, description="Whether going is reminded of once it is time to check out.")
    checkin_after_minutes: int | None = Field(None, ge=0, le=120, description="Null: as the rule says.")


class NewSettings(_Request):
    """What is to change; what is left out stays."""

    language: Literal["zh-CN", "en", "de"] | None = Field(None, description="Null: the device's.")
    theme: Literal["light", "dark", "system"] = "system"
    notifications: NewNotifications = Field(NewNotifications(), description="Of these too, what is left out stays.")
    timezone: Annotated[Text, Field(max_length=64)] | None = Field(
        None, description="An IANA zone; null: the company's."
    )


@endpoints.get("/me/settings")
async def read_settings(db: Db, me: Me) -> MemberSettings:
    """Your settings, the same on all your devices."""
    return await preferences.settings_of(db, me.id)


@endpoints.patch("/me/settings")
async def change_settings(tx: Tx, me: Me, body: NewSettings) -> MemberSettings:
    """Change what is named. Your devices hear of it. Errors: 400 for a time zone that there is not."""
    named = _named(body)
    named.pop("notifications", None)
    changed = await preferences.change_settings(tx, me.id, named, _named(body.notifications))
    if any(name.startswith("checkin_") for name in body.notifications.model_fields_set):
        await checkins.look_again(tx, [me.id], now=datetime.now(UTC))
    return changed


def _named(given: BaseModel) -> dict[str, Any]:
    return {name: getattr(given, name) for name in given.model_fields_set}
