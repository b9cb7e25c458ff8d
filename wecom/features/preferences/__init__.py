"""A member's own settings: language, looks, time zone, and when they want to be notified.

They belong to the member, not to a device: a change is told in the member's own stream, and all
their devices follow. How single conversations are pinned and muted stands in `messaging`.
"""

from .change import change_settings
from .model import MemberSettings, Notifications, QuietHours, UnknownTimezone
from .queries import forget_settings, settings_of, settings_of_many
from .quiet import is_quiet

__all__ = [
    "MemberSettings",
    "Notifications",
    "QuietHours",
    "UnknownTimezone",
    "change_settings",
    "forget_settings",
    "is_quiet",
    "settings_of",
    "settings_of_many",
]
