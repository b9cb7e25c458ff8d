"""Types that several resources share on the wire."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field

from wecom.foundation.instants import Instant


def _keepable(text: str) -> str:
    """Postgres keeps no NUL, and UTF-8 has no lone surrogates."""
    if "\0" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise ValueError("the text holds characters that cannot be kept")
    return text


def _within_reason(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("say in which zone: 2026-01-31T08:15:00Z")
    if not 1 < at.year < 9999:
        raise ValueError("nothing here is of this time")
    return at


Text = Annotated[str, Field(pattern=r"^[^\x00]*$"), AfterValidator(_keepable)]
"""Text that can be kept. Bound its length where it is used: `Annotated[Text, Field(max_length=64)]`."""

When = Annotated[Instant, AfterValidator(_within_reason)]
"""A time that something is looked for by."""

Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
Account = Annotated[Text, Field(min_length=1, max_length=128, description="A userid, mobile number or e-mail address.")]
Password = Annotated[Text, Field(min_length=1, max_length=128, description="At most 128 characters.")]
NewPassword = Annotated[
    Text,
    Field(
        min_length=8,
        max_length=128,
        description="8 to 128 characters of any kind, without the userid, and none of those that are tried first.",
    ),
]
DeviceName = Annotated[Text, Field(max_length=64, description="What to call this device in the list of devices.")]


class OfMember(BaseModel):
    """Which member."""

    member_id: Id = Field(description="The member's id.")
