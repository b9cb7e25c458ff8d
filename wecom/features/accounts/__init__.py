"""Signing in and staying signed in: passwords, sessions, invitations, roles.

A session is a row; its token is 256 random bits of which only a hash is kept. Every request asks
Postgres, in one indexed query, who holds its token and in which roles, so what is revoked is
refused at once. Ended sessions carry the transaction that ended them, which gateways poll: sockets
close within two seconds, Redis or no Redis. Roles are grants with scopes; endpoints name the kind of
`Me` that they admit.
"""

from . import jobs
from .guessing import Attempts, device_token
from .hasher import Hasher, TooManySignIns
from .invitations import invite, look_at, offer_reset, use_invitation, void_invitations
from .ldap_passwords import LdapAway, LdapPasswords
from .limiter import Limiter
from .model import (
    COOKIE,
    CSRF_COOKIE,
    DEVICE_COOKIE,
    SYSTEM,
    AccountDisabled,
    Admin,
    Arrival,
    Auditor,
    ContentAuditor,
    Device,
    DirectoryAdmin,
    Grant,
    InvitationInvalid,
    Kind,
    Me,
    NewSession,
    NotSignedIn,
    PasswordMustChange,
    Role,
    RolesChanged,
    SessionsEnded,
    TooManyAttempts,
    WeakPassword,
    WrongPassword,
    as_principal,
)
from .passwords import change_password, check_password, confirm_old, given_together, set_password
from .queries import Invited, ended_since
from .roles import grant, grants, keep_an_administrator, last_administrator_of, require_scope, revoke, revoke_all
from .sessions import (
    arrival_by_token,
    csrf_token,
    devices,
    end_sessions,
    is_csrf_token,
    keep_in_use,
    revoke_device,
    revoke_everything,
    revoke_other_devices,
    session_by_token,
    sign_out,
    start_session,
    touch,
)
from .sign_in import Recognised, is_news, note_refusal, recognise

__all__ = [
    "COOKIE",
    "CSRF_COOKIE",
    "DEVICE_COOKIE",
    "SYSTEM",
    "AccountDisabled",
    "Admin",
    "Arrival",
    "Attempts",
    "Auditor",
    "ContentAuditor",
    "Device",
    "DirectoryAdmin",
    "Grant",
    "Hasher",
    "InvitationInvalid",
    "Invited",
    "Kind",
    "LdapAway",
    "LdapPasswords",
    "Limiter",
    "Me",
    "NewSession",
    "NotSignedIn",
    "PasswordMustChange",
    "Recognised",
    "Role",
    "RolesChanged",
    "SessionsEnded",
    "TooManyAttempts",
    "TooManySignIns",
    "WeakPassword",
    "WrongPassword",
    "arrival_by_token",
    "as_principal",
    "change_password",
    "check_password",
    "confirm_old",
    "csrf_token",
    "device_token",
    "devices",
    "end_sessions",
    "ended_since",
    "given_together",
    "grant",
    "grants",
    "invite",
    "is_csrf_token",
    "is_news",
    "jobs",
    "keep_an_administrator",
    "keep_in_use",
    "last_administrator_of",
    "look_at",
    "note_refusal",
    "offer_reset",
    "recognise",
    "require_scope",
    "revoke",
    "revoke_all",
    "revoke_device",
    "revoke_everything",
    "revoke_other_devices",
    "session_by_token",
    "set_password",
    "sign_out",
    "start_session",
    "touch",
    "use_invitation",
    "void_invitations",
]
