"""What a company adds to the product: apps, with a secret each, that read the directory and speak; robots.

An app's access token is derived, not stored: an HMAC over its id, its secret's version and the time of
issue, under the server's key. The database keeps the time of issue, so every process hands out the same
token while it is valid, and rotating the secret or the key ends all that were made before.

What an app says to a whole company is one row: its audience is a bitmap, frozen at sending (`audience`),
and how often somebody was written to is reckoned from those bitmaps (`pace`). A robot is an actor in
one conversation, known by its webhook's key.
"""

from .appchats import Appchat, appchat, change_appchat, create_appchat
from .audience import Reached, everyone, reach
from .change import (
    AppFields,
    apps_shown_to,
    change_app,
    remove_app,
    set_app_enabled,
    set_visible_range,
    sight_of,
)
from .create import create_app, create_contacts_app, rotate_secret
from .model import (
    AddressNotTrusted,
    App,
    AppChanged,
    AppDisabled,
    AppProfile,
    ContactsApp,
    InvalidSecret,
    NoSuchApp,
    NotForThisApp,
    Robot,
    RobotChanged,
    SpeakingApp,
    TokenExpired,
    TokenInvalid,
    TokenMissing,
)
from .msgid import msgid, place_of
from .naming import Named, actors_named
from .pace import Quotas
from .queries import (
    all_robots,
    app_by_secret,
    app_conversations,
    apps,
    profile,
    profile_of_agentid,
    robot_by_key,
)
from .robots import change_robot, create_robot, remove_robot, robot_with_key, robots_of, rotate_key
from .send import Sent, day_of, person_times, recall, send
from .tokens import LIFETIME, AccessToken, app_by_token, issue_token

__all__ = [
    "LIFETIME",
    "AccessToken",
    "AddressNotTrusted",
    "App",
    "AppChanged",
    "AppDisabled",
    "AppFields",
    "AppProfile",
    "Appchat",
    "ContactsApp",
    "InvalidSecret",
    "Named",
    "NoSuchApp",
    "NotForThisApp",
    "Quotas",
    "Reached",
    "Robot",
    "RobotChanged",
    "Sent",
    "SpeakingApp",
    "TokenExpired",
    "TokenInvalid",
    "TokenMissing",
    "actors_named",
    "all_robots",
    "app_by_secret",
    "app_by_token",
    "app_conversations",
    "appchat",
    "apps",
    "apps_shown_to",
    "change_app",
    "change_appchat",
    "change_robot",
    "create_app",
    "create_appchat",
    "create_contacts_app",
    "create_robot",
    "day_of",
    "everyone",
    "issue_token",
    "msgid",
    "person_times",
    "place_of",
    "profile",
    "profile_of_agentid",
    "reach",
    "recall",
    "remove_app",
    "remove_robot",
    "robot_by_key",
    "robot_with_key",
    "robots_of",
    "rotate_key",
    "rotate_secret",
    "send",
    "set_app_enabled",
    "set_visible_range",
    "sight_of",
]
