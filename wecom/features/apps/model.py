"""Apps, and what may be refused them."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from wecom.features.directory import Sight
from wecom.foundation.errors import Denied, Invalid, Missing, Unauthenticated

AppKind = Literal["app", "contacts"]


@dataclass(frozen=True, slots=True)
class App:
    """An app that calls us. Endpoints name it, or a narrower kind of it, to say who may call."""

    id: int
    """The app's actor."""
    kind: AppKind
    agentid: int | None
    name: str
    sight: Sight
    """What of the directory it may see: its visible range; all of it for the contacts secret."""

    admits: ClassVar[frozenset[str]] = frozenset({"app", "contacts"})

    def __str__(self) -> str:
        return f"app:{self.id}"


@dataclass(frozen=True, slots=True)
class ContactsApp(App):
    """The 通讯录 secret, which alone may change the directory."""

    admits: ClassVar[frozenset[str]] = frozenset({"contacts"})


@dataclass(frozen=True, slots=True)
class SpeakingApp(App):
    """An app with an agentid, which can send messages."""

    admits: ClassVar[frozenset[str]] = frozenset({"app"})


@dataclass(frozen=True, slots=True)
class StoredApp:
    """An app as the database has it."""

    id: int
    kind: AppKind
    agentid: int | None
    name: str
    enabled: bool
    visible_members: tuple[int, ...]
    visible_departments: tuple[int, ...]
    visible_tags: tuple[int, ...]
    trusted_addresses: tuple[str, ...]
    secret_version: int
    token_issued_at: datetime | None


class NoSuchApp(Missing):
    """There is no such app: check its agentid."""


class InvalidAppName(Invalid):
    """An app's name has 1 to 32 characters: correct it."""


class InvalidAddressRange(Invalid):
    """A trusted address is an IP address or a network, as 192.0.2.0/24: correct it."""


class InvalidSecret(Unauthenticated):
    """The secret is not right: check which app it belongs to."""


class TokenMissing(Unauthenticated):
    """No access token was given: get one with gettoken."""


class TokenInvalid(Unauthenticated):
    """The access token is not valid: get one with gettoken."""


class TokenExpired(Unauthenticated):
    """The access token has expired: get another with gettoken."""


class AppDisabled(Denied):
    """The app is disabled: ask an administrator to enable it."""


class AddressNotTrusted(Denied):
    """The app may not be used from this address: add the address to those it trusts."""


class NotForThisApp(Denied):
    """This secret may not call this API: writing contacts takes the contacts secret, sending messages an app's."""
