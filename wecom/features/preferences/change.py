"""Changing one's settings."""

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from ...foundation.db import Tx
from ...foundation.streams import tell
from . import queries
from .model import MemberSettings, SettingsChanged, UnknownTimezone


async def change_settings(
    tx: Tx, member_id: int, changes: dict[str, Any], notifications: dict[str, Any]
) -> MemberSettings:
    """Change what is named of a member's settings, and of how they are notified; what they are then."""
    if changes.get("timezone") is not None and changes["timezone"] not in _zones():
        raise UnknownTimezone
    before = await queries.lock_settings(tx, member_id)
    after = before.model_copy(update=changes | {"notifications": before.notifications.model_copy(update=notifications)})
    if after != before:
        await queries.put_settings(tx, member_id, after)
        tell(tx, member_id, SettingsChanged(**{name: getattr(after, name) for name in MemberSettings.model_fields}))
    return after


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
