"""Who is asking, and what may be refused them."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import ClassVar, Literal, TypeVar

from ...foundation.errors import Busy, Conflict, Denied, Invalid, Missing, Unauthenticated
from ...foundation.streams import Event

SYSTEM = 2
"""The actor who does what nobody in particular did."""

ROOT = 1
"""The department that is the whole company."""

COOKIE = "wecom_session"
"""Carries a browser's session; no script can read it."""

CSRF_COOKIE = "wecom_csrf"
"""What our own pages read and send back as a header."""

DEVICE_COOKIE = "wecom_device"
"""Tells a browser that has signed in before from a stranger's, when passwords are guessed."""

Role = Literal["administrator", "department_administrator", "auditor", "hr", "health_reader", "customer_supervisor"]
Kind = Literal["cookie", "bearer"]
M = TypeVar("M", bound="Me")


@dataclass(frozen=True, slots=True)
class Me:
    """A member who is signed in, on one device. Endpoints name it, or a narrower kind of it, to say who may call."""

    id: int
    """The member's id, which is also their actor's and their own stream's."""
    userid: str
    name: str
    ordinal: int
    session_id: int
    kind: Kind
    """How the session is carried: a browser's cookie, or a bearer token."""
    roles: frozenset[str]
    scopes: tuple[int, ...]
    """Departments, with all under them, that the member administers; the root's for an administrator."""
    must_change: bool
    """Whether the password must be changed before anything else."""
    seen_at: datetime
    expires_at: datetime

    admits: ClassVar[frozenset[str]] = frozenset()
    """Roles of which one is needed; none: everybody who is signed in."""

    def __str__(self) -> str:
        return f"member:{self.id}"


@dataclass(frozen=True, slots=True)
class Arrival(Me):
    """Somebody signed in who may have to change the password first."""


@dataclass(frozen=True, slots=True)
class Admin(Me):
    """An administrator of the whole company."""

    admits: ClassVar[frozenset[str]] = frozenset({"administrator"})


@dataclass(frozen=True, slots=True)
class Auditor(Me):
    """Somebody who may read what was done: an auditor or an administrator."""

    admits: ClassVar[frozenset[str]] = frozenset({"auditor", "administrator"})


@dataclass(frozen=True, slots=True)
class ContentAuditor(Me):
    """An auditor, who may also read what was taken back. Administrators may not: they could take back anything."""

    admits: ClassVar[frozenset[str]] = frozenset({"auditor"})


@dataclass(frozen=True, slots=True)
class DirectoryAdmin(Me):
    """An administrator, or one of departments: of those in `scopes` and all under them."""

    admits: ClassVar[frozenset[str]] = frozenset({"administrator", "department_administrator"})


@dataclass(frozen=True, slots=True)
class Personnel(Me):
    """Somebody who decides who joins the company: of the HR department, or an administrator."""

    admits: ClassVar[frozenset[str]] = frozenset({"administrator", "hr"})


@dataclass(frozen=True, slots=True)
class People(Me):
    """Somebody whose work is the members: HR, an administrator, or one of departments."""

    admits: ClassVar[frozenset[str]] = frozenset({"administrator", "department_administrator", "hr"})


@dataclass(frozen=True, slots=True)
class HealthOfficer(Me):
    """Somebody who asks for health reports. What was answered is besides only for those whom a report names: an
    administrator is neither."""

    admits: ClassVar[frozenset[str]] = frozenset({"health_reader"})


def as_principal(me: Me, kind: type[M]) -> M:
    """The same member as somebody of that kind; raises `RoleMissing`."""
    if kind.admits and not kind.admits & me.roles:
        raise RoleMissing
    return kind(*(getattr(me, field.name) for field in fields(Me)))


@dataclass(frozen=True, slots=True)
class Device:
    """A session, as its member sees it."""

    id: int
    kind: Kind
    device: str
    user_agent: str
    address: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Grant:
    """A role that a member holds, in a department or everywhere."""

    id: int
    member_id: int
    userid: str
    name: str
    role: Role
    department_id: int | None
    granted_by: int | None
    granted_at: datetime


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session just begun. The token is told once and kept nowhere."""

    id: int
    token: str
    expires_at: datetime


class SessionsEnded(Event):
    """Sessions of the member were ended: their devices are signed out."""

    kind: ClassVar[str] = "member.sessions_ended"
    session_ids: list[int]
    because: str


class RolesChanged(Event):
    """The member's own roles are now these."""

    kind: ClassVar[str] = "member.roles_changed"
    roles: list[str]


class NotSignedIn(Unauthenticated):
    """You are not signed in, or your session has ended: sign in again."""


class WrongPassword(Unauthenticated):
    """The account or the password is not right: check both and try again."""

    def __init__(self, member_id: int | None = None) -> None:
        super().__init__()
        self.member_id = member_id  # for the audit log; the caller is never told whether there is such an account


class AccountDisabled(Denied):
    """This account is disabled: ask an administrator to enable it."""

    def __init__(self, message: str = "", *, member_id: int | None = None) -> None:
        super().__init__(message)
        self.member_id = member_id  # for the audit log


class PasswordMustChange(Denied):
    """Your password must be changed before you go on: choose a new one."""


class TooManyAttempts(Busy):
    """There were too many wrong passwords: wait before you try again."""

    def __init__(self, account: str = "", counted: str = "", *, retry_after: float | None = None) -> None:
        super().__init__(retry_after=retry_after)
        self.account, self.counted = account, counted  # for the audit log: whose it is, and which count is full


class WrongOldPassword(Denied):
    """The old password is not right: check it and try again."""


class PasswordChanged(Conflict):
    """The password was changed at the same moment elsewhere: sign in and try again."""


class WeakPassword(Invalid):
    """This password is too easy to guess: choose another."""


class InvitationInvalid(Denied):
    """This link has been used, has been replaced by a newer one or is too old: ask an administrator for another."""


class AlreadyJoined(Conflict):
    """This member has a password already: make a link to reset it instead."""


class NeverJoined(Conflict):
    """This member has never signed in: invite them instead."""


class NoSuchDevice(Missing):
    """There is no such session, or it has ended already."""


class RoleMissing(Denied):
    """This needs a role that you do not hold: ask an administrator for it."""


class OutsideScope(Denied):
    """This member is not among those you administer, or holds a role: ask an administrator of the company."""


class LastAdministrator(Conflict):
    """This is the last administrator who can sign in: make somebody else one first."""


class GrantRefused(Invalid):
    """A department administrator needs a department, and no other role has one: correct it."""


class AlreadyGranted(Conflict):
    """The member holds this role already."""


class NoSuchGrant(Missing):
    """There is no such grant: it may have been taken back already."""
