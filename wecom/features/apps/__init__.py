"""What a company adds to the product: apps, with a secret each, that read the directory and speak.

An app's access token is derived, not stored: an HMAC over its id, its secret's version and the time of
issue, under the server's key. The database keeps the time of issue, so every process hands out the same
token while it is valid, and rotating the secret or the key ends all that were made before.
"""

from .create import create_app, create_contacts_app, rotate_secret
from .model import (
    AddressNotTrusted,
    App,
    AppDisabled,
    ContactsApp,
    InvalidSecret,
    NotForThisApp,
    SpeakingApp,
    TokenExpired,
    TokenInvalid,
    TokenMissing,
)
from .tokens import LIFETIME, AccessToken, app_by_token, issue_token

__all__ = [
    "LIFETIME",
    "AccessToken",
    "AddressNotTrusted",
    "App",
    "AppDisabled",
    "ContactsApp",
    "InvalidSecret",
    "NotForThisApp",
    "SpeakingApp",
    "TokenExpired",
    "TokenInvalid",
    "TokenMissing",
    "app_by_token",
    "create_app",
    "create_contacts_app",
    "issue_token",
    "rotate_secret",
]
