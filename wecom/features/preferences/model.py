"""Settings as they are kept, told and shown: one shape for all three."""

from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from ...foundation.errors import Invalid
from ...foundation.streams import Event

Language = Literal["zh-CN", "en", "de"]
Theme = Literal["light", "dark", "system"]
Minutes = Annotated[int, Field(ge=0, le=120)]
Clock = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class UnknownTimezone(Invalid):
    """This is no IANA time zone: write, for example, Asia/Shanghai."""


def _in_order(days: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(sorted(set(days)))


class QuietHours(BaseModel):
    """When not to notify, by the clock on the member's wall. Where `to` is not after `from`, it ends the next day."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, serialize_by_alias=True)
    begins: Clock = Field(alias="from")
    ends: Clock = Field(alias="to", description="The same as `from`: it lasts a whole day.")
    days: Annotated[
        tuple[Annotated[int, Field(ge=1, le=7)], ...], Field(min_length=1, max_length=7), AfterValidator(_in_order)
    ] = Field(description="ISO weekdays on which it begins; 1 is Monday.")


class Notifications(BaseModel):
    """When and how the member is notified."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    enabled: bool = Field(True, description="False: nothing is pushed to any device.")
    show_text: bool = Field(False, description="Whether pushes carry who wrote and what, where the company allows it.")
    quiet_hours: QuietHours | None = None
    checkin_before: bool = Field(True, description="Whether coming is reminded of before it is time to check in.")
    checkin_before_minutes: Minutes | None = Field(None, description="So long before; null: as the rule says.")
    checkin_after: bool = Field(True, description="Whether going is reminded of once it is time to check out.")
    checkin_after_minutes: Minutes | None = Field(None, description="So long after; null: as the rule says.")


class MemberSettings(BaseModel):
    """A member's settings, for all their devices."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    language: Language | None = Field(None, description="Null: the device's.")
    theme: Theme = "system"
    notifications: Notifications = Notifications()
    timezone: str | None = Field(None, description="An IANA zone; null: the company's.")


class SettingsChanged(Event):
    """In a member's own stream: your settings are now these."""

    kind: ClassVar[str] = "settings.changed"
    language: Language | None
    theme: Theme
    notifications: Notifications
    timezone: str | None
