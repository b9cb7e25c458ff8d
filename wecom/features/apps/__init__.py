"""What a company adds to the product: apps, with a secret each, that read the directory and speak; robots.

An app's access token is derived, not stored: an HMAC over its id, its secret's version and the time of
issue, under the server's key. The database keeps the time of issue, so every process hands out the same
token while it is valid, and rotating the secret or the key ends all that were made before.

What an app says to a whole company is one row: its audience is a bitmap, frozen at sending (`audience`),
and how often somebody was written to is reckoned from those bitmaps (`pace`). A robot is an actor in
one conversation, known by its webhook's key.

Members sign in to apps with their session here (WeCom's OAuth): `sign_in` gives codes and takes them back, only for
the app's own domains (`redirects`); `logins` lets another device confirm; `consent` is for what is private.
"""

from . import jobs, logins, own_logins, pictures, sign_in
from .appchats import Appchat, appchat, change_appchat, create_appchat
from .audience import Reached, bits_of, everyone, reach
from .change import (
    AppFields,
    apps_shown_to,
    change_app,
    remove_app,
    set_app_enabled,
    set_visible_range,
    sight_of,
)
from .consent import TICKET_LIFE, consent, consents, has_consented, private_ticket, with_ticket, withdraw
from .create import create_app, create_contacts_app, rotate_secret
from .logins import Looked, NewLogin, begin_login, decide_login, look_at_login, outcome_of
from .model import (
    AddressNotTrusted,
    App,
    AppChanged,
    AppDisabled,
    AppProfile,
    CodeInvalid,
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
from .page_tickets import app_ticket, check_page, company_ticket, page_signature
from .pictures import give_picture, picture_again, require_shown
from .queries import (
    Consent,
    all_robots,
    app_by_secret,
    app_conversations,
    apps,
    profile,
    profile_of_agentid,
    robot_by_key,
)
from .redirects import Redirect, framing
from .robots import change_robot, create_robot, remove_robot, robot_with_key, robots_of, rotate_key, silence_robot
from .send import Sent, day_of, person_times, recall, send
from .sign_in import Destination, SignedInMember, destination, issue_code, redeem_code, shown_to
from .tokens import LIFETIME, AccessToken, app_by_token, issue_token
from .trying import try_out

__all__ = [
    "LIFETIME",
    "TICKET_LIFE",
    "AccessToken",
    "AddressNotTrusted",
    "App",
    "AppChanged",
    "AppDisabled",
    "AppFields",
    "AppProfile",
    "Appchat",
    "CodeInvalid",
    "Consent",
    "ContactsApp",
    "Destination",
    "InvalidSecret",
    "Looked",
    "Named",
    "NewLogin",
    "NoSuchApp",
    "NotForThisApp",
    "Quotas",
    "Reached",
    "Redirect",
    "Robot",
    "RobotChanged",
    "Sent",
    "SignedInMember",
    "SpeakingApp",
    "TokenExpired",
    "TokenInvalid",
    "TokenMissing",
    "actors_named",
    "all_robots",
    "app_by_secret",
    "app_by_token",
    "app_conversations",
    "app_ticket",
    "appchat",
    "apps",
    "apps_shown_to",
    "begin_login",
    "bits_of",
    "change_app",
    "change_appchat",
    "change_robot",
    "check_page",
    "company_ticket",
    "consent",
    "consents",
    "create_app",
    "create_appchat",
    "create_contacts_app",
    "create_robot",
    "day_of",
    "decide_login",
    "destination",
    "everyone",
    "framing",
    "give_picture",
    "has_consented",
    "issue_code",
    "issue_token",
    "jobs",
    "logins",
    "look_at_login",
    "msgid",
    "outcome_of",
    "own_logins",
    "page_signature",
    "person_times",
    "picture_again",
    "pictures",
    "place_of",
    "private_ticket",
    "profile",
    "profile_of_agentid",
    "reach",
    "recall",
    "redeem_code",
    "remove_app",
    "remove_robot",
    "require_shown",
    "robot_by_key",
    "robot_with_key",
    "robots_of",
    "rotate_key",
    "rotate_secret",
    "send",
    "set_app_enabled",
    "set_visible_range",
    "shown_to",
    "sight_of",
    "sign_in",
    "silence_robot",
    "try_out",
    "with_ticket",
    "withdraw",
]
