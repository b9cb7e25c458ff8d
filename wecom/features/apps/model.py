"""Apps, and what may be refused them."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from wecom.features.directory import Sight
from wecom.foundation.errors import Busy, Conflict, Denied, Invalid, Missing, Unauthenticated
from wecom.foundation.streams import Event

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


@dataclass(frozen=True, slots=True)
class AppProfile:
    """All that is said of an app, but for its secret."""

    id: int
    kind: AppKind
    agentid: int | None
    name: str
    description: str
    logo: str
    home_url: str
    redirect_domains: tuple[str, ...]
    """Where members may be sent to sign in, each exactly; WeCom knows the first."""
    report_location: int
    report_enter: int
    enabled: bool
    visible_members: tuple[int, ...]
    visible_departments: tuple[int, ...]
    visible_tags: tuple[int, ...]
    trusted_addresses: tuple[str, ...]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Robot:
    """A webhook that speaks in one conversation. Its key is told once and kept as a hash."""

    id: int
    """The robot's actor."""
    conversation_id: int
    name: str
    enabled: bool
    created_by: int
    created_at: datetime


class AppChanged(Event):
    """An app was added, described anew, shown to others or taken away: load the apps again."""

    kind: ClassVar[str] = "app.changed"
    app_id: int


class RobotChanged(Event):
    """In a conversation's stream: a robot there is new, renamed, enabled, disabled or gone."""

    kind: ClassVar[str] = "robot.changed"
    robot_id: int
    name: str
    enabled: bool
    removed: bool = False


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


class InvalidAppDescription(Invalid):
    """An app's description has 4 to 120 characters: correct it."""


class InvalidAppUrl(Invalid):
    """An app's home page is an http or https address of at most 2048 characters: correct it."""


class InvalidRedirectDomain(Invalid):
    """A trusted domain is a host's name, with a port where it has one, and http:// before it where that must do."""


class TooManyDomains(Invalid):
    """An app has at most 20 trusted domains: take one away first."""


class InvalidRedirect(Invalid):
    """This is no http or https address that a browser can be sent back to: correct the redirect_uri."""


class InvalidState(Invalid):
    """The state has at most 128 bytes, without control characters: shorten it."""


class RedirectNotTrusted(Denied):
    """This address is not in a domain that the app trusts: add exactly its domain, and port, to the app."""


class NotShownToYou(Denied):
    """You are not among those who may use this app: ask an administrator to put you into its visible range."""


class CodeInvalid(Invalid):
    """The code is not one that was given for this app: send the member to sign in again."""


class CodeExpired(Invalid):
    """The code is older than five minutes: send the member to sign in again."""


class CodeUsed(Invalid):
    """The code has been used already: send the member to sign in again."""


class PrivateTicketInvalid(Invalid):
    """The ticket is not one that was given to this app, or the member took back their consent: sign them in again."""


class PrivateTicketExpired(Invalid):
    """The ticket is older than half an hour: send the member to sign in again."""


class PageNotSigned(Denied):
    """This page is not signed with a ticket that is valid now: load it again."""


class NoSuchConsent(Missing):
    """You have given this app no consent, or have taken it back already."""


class NoSuchLogin(Missing):
    """This sign-in has been used, is somebody else's or is too old: load the page that showed it again."""


class TooManyLogins(Busy):
    """Too many sign-ins were begun from here: wait a minute."""


class TooManyPictures(Busy):
    """This page took too many pictures from you within an hour: try again later."""


class InvalidReport(Invalid):
    """Whether an app is told of something is 0 or 1: choose one of them."""


class InvalidVisibleRange(Invalid):
    """The visible range names a member, department or tag that does not exist: correct it."""


class NotForContacts(Conflict):
    """This is the contacts secret, not an app that people see: choose another app."""


class NobodyNamed(Invalid):
    """Nobody is named to receive the message: name members, departments or tags."""


class NobodyReachable(Invalid):
    """None of those named can receive it: they do not exist, or are outside the app's visible range."""


class QuotaSpent(Conflict):
    """The app has sent as much as it may for now, and nobody received this: try again later."""


class NoSuchAppMessage(Missing):
    """There is no such message of this app: check the msgid."""


class AppMessageTooOld(Conflict):
    """A message of an app can be taken back for 24 hours; this one is older."""


class NotForWholeCompany(Denied):
    """Only an app that the whole company sees may make chats: put the root department into its visible range."""


class NoSuchAppchat(Missing):
    """There is no chat with this chatid: check it."""


class NotItsAppchat(Denied):
    """This chat was made by somebody else: an app may read and change only the chats that it made."""


class InvalidChatid(Invalid):
    """A chatid has 1 to 32 of 0-9, a-z and A-Z: choose another, or none to get one."""


class AppchatSize(Conflict):
    """A chat has 2 to 2,000 members: name more of them, or fewer."""


class UnknownChatMember(Invalid):
    """Somebody named for the chat does not work here, or is outside the app's visible range."""


class InvalidChatOwner(Invalid):
    """The owner does not work here, or is outside the app's visible range: name another member."""


class OwnerOutsideChat(Invalid):
    """The owner must be one of the chat's members: name them among the members too."""


class NoSuchRobot(Missing):
    """There is no such robot in this conversation, or its key is no longer valid: look at the group's robots."""


class RobotDisabled(Denied):
    """The robot is disabled: somebody who leads the group can enable it."""


class InvalidRobotName(Invalid):
    """A robot's name has 1 to 32 characters: correct it."""


class RobotKeyTaken(Conflict):
    """Another robot has this key: choose another, or none to get one."""


class TooManyRobots(Conflict):
    """A group has at most 20 robots: remove one first."""
