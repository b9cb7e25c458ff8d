"""Every endpoint of the native API, by resource, in the order of the document."""

from collections.abc import Iterable, Mapping
from importlib.metadata import version
from typing import Any

from wecom.features.accounts import COOKIE
from wecom.features.messaging.events import MessageSent
from wecom.foundation.http import Endpoint, Endpoints, document
from wecom.foundation.streams.model import KINDS
from wecom.services import Services
from wecom.settings import Settings

from . import (
    actors,
    app_page_pictures,
    app_page_signatures,
    app_sign_in,
    apps,
    attendance,
    audit,
    changes,
    checkins,
    console,
    conversations,
    departments,
    devices,
    directory,
    health,
    invitations,
    joining,
    me,
    members,
    message_files,
    messages,
    passwords,
    portraits,
    preferences,
    push,
    robots,
    roles,
    scanned,
    search,
    sessions,
    settings,
    standing,
    tags,
    uploads,
    visibility,
)
from .door import MEANINGS, Refusal

GROUPS: dict[str, Endpoints] = {
    "Sessions": sessions.endpoints,
    "Scanned sign-ins": scanned.endpoints,
    "Me": me.endpoints,
    "Settings": settings.endpoints,
    "Passwords": passwords.endpoints,
    "Devices": devices.endpoints,
    "Invitations": invitations.endpoints,
    "Joining": joining.endpoints,
    "Members' standing": standing.endpoints,
    "Roles": roles.endpoints,
    "Audit": audit.endpoints,
    "Actors": actors.endpoints,
    "Directory": directory.endpoints,
    "Members": members.endpoints,
    "Members' pictures": portraits.endpoints,
    "Departments": departments.endpoints,
    "Tags and attributes": tags.endpoints,
    "Visibility": visibility.endpoints,
    "Conversations": conversations.endpoints,
    "Messages": messages.endpoints,
    "Preferences and drafts": preferences.endpoints,
    "Search": search.endpoints,
    "Uploads": uploads.endpoints,
    "Files in messages": message_files.endpoints,
    "Push": push.endpoints,
    "Changes": changes.endpoints,
    "Check-ins": checkins.endpoints,
    "Apps": apps.endpoints,
    "Signing in to apps": app_sign_in.endpoints,
    "Apps' pages": app_page_signatures.endpoints,
    "Pictures for apps' pages": app_page_pictures.endpoints,
    "Robots": robots.endpoints,
    "Attendance: rules": attendance.rules.endpoints,
    "Attendance: plans": attendance.schedules.endpoints,
    "Attendance: board": attendance.board.endpoints,
    "Attendance: reports": attendance.reports.endpoints,
    "Attendance: decisions": attendance.decisions.endpoints,
    "Attendance: facts": attendance.facts.endpoints,
    "Attendance: holidays": attendance.holidays.endpoints,
    "Attendance: exports": attendance.exports.endpoints,
    "Attendance: planning": attendance.planning.endpoints,
    "Attendance: machines": attendance.machines.endpoints,
    "Health: your reports": health.reports.endpoints,
    "Health: reports": health.jobs.endpoints,
    "Health: answers": health.answers.endpoints,
    "Health: exports": health.exports.endpoints,
    "Health: templates": health.templates.endpoints,
    "Health: own codes": health.own_codes.endpoints,
    "Health: policies": health.policies.endpoints,
    "Health: codes": health.codes.endpoints,
    "Health: gates": health.gates.endpoints,
    "Health: at the gate": health.gate.endpoints,
    "Console: people": console.people.endpoints,
    "Console: apps": console.apps.endpoints,
    "Console: imports": console.imports.endpoints,
    "Console: exports": console.exports.endpoints,
    "Console: proofs": console.proofs.endpoints,
    "Console: LDAP": console.ldap.endpoints,
    "Console: overview": console.overview.endpoints,
    "Console: jobs": console.jobs.endpoints,
    "Console: settings": console.settings.endpoints,
}

SECURITY = {
    "bearer": {"type": "http", "scheme": "bearer"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": COOKIE},
}


def openapi(groups: Mapping[str, Iterable[Endpoint]] = GROUPS) -> dict[str, Any]:
    """The OpenAPI document of the native API."""
    # What streams say, by kind: clients generate their types from here too.
    told = {kind: event for kind, event in KINDS.items() if event.__module__.startswith("wecom.")}
    return document(
        "wecom",
        version("wecom"),
        groups,
        refusal=Refusal,
        statuses=MEANINGS,
        security=SECURITY,
        description="The API of our own clients. Sign in at POST /api/session; live changes come over the socket "
        "at /api/socket. WeCom's own API, for apps, is under /cgi-bin/, with a document of its own.",
        events={**told, "message.sent": MessageSent},
    )


def provided(services: Services) -> dict[type, Any]:
    """What handlers may ask for by type."""
    return {
        Services: services,
        Settings: services.settings,
        type(services.company): services.company,
        type(services.hasher): services.hasher,
        type(services.limiter): services.limiter,
        type(services.mailroom): services.mailroom,
        type(services.doorbell): services.doorbell,
    }
