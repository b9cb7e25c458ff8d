"""Describing apps, saying whom they see and who sees them, enabling, disabling and removing them."""

import ipaddress
import re
import secrets
from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any, TypedDict, Unpack

from wecom.features import directory
from wecom.foundation import audit
from wecom.foundation.db import Db, Tx
from wecom.foundation.streams import DIRECTORY, tell

from . import queries
from .model import (
    AppChanged,
    AppProfile,
    InvalidAddressRange,
    InvalidAppDescription,
    InvalidAppName,
    InvalidAppUrl,
    InvalidReport,
    InvalidVisibleRange,
    NoSuchApp,
    NotForContacts,
)
from .redirects import good_domains
from .tokens import secret_hash

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_URL = re.compile(r"https?://[^\x00-\x20\x7f]{1,2040}", re.IGNORECASE)


class AppFields(TypedDict, total=False):
    """What may be said of an app; what is not said stays as it is."""

    name: str
    description: str
    logo: str
    home_url: str
    redirect_domains: Sequence[str]
    report_location: int
    report_enter: int
    trusted_addresses: Sequence[str]


async def change_app(
    tx: Tx, actor_id: int, app_id: int, *, from_address: str = "", **said: Unpack[AppFields]
) -> AppProfile:
    """Describe an app anew."""
    app = await _locked(tx, app_id)
    changed = replace(app, **_good(said))
    differing = {
        field.name: getattr(changed, field.name)
        for field in fields(AppProfile)
        if getattr(changed, field.name) != getattr(app, field.name)
    }
    if not differing:
        return app
    await queries.update_app(tx, changed)
    await audit.record(tx, actor_id, "app.change", f"app:{app_id}", address=from_address, **differing)
    tell(tx, DIRECTORY, AppChanged(app_id=app_id))
    return changed


async def set_visible_range(
    tx: Tx,
    actor_id: int,
    app_id: int,
    *,
    members: Sequence[int] = (),
    departments: Sequence[int] = (),
    tags: Sequence[int] = (),
    from_address: str = "",
) -> AppProfile:
    """Whom the app sees, and who sees it: these, and all that lies under the departments."""
    app = await _locked(tx, app_id)
    if app.kind == "contacts":
        raise NotForContacts
    await known_range(tx, members, departments, tags)
    range = [tuple(sorted(set(each))) for each in (members, departments, tags)]
    await queries.update_range(tx, app_id, *range)
    await audit.record(
        tx,
        actor_id,
        "app.set_visible_range",
        f"app:{app_id}",
        address=from_address,
        visible_members=range[0],
        visible_departments=range[1],
        visible_tags=range[2],
    )
    tell(tx, DIRECTORY, AppChanged(app_id=app_id))
    return replace(app, visible_members=range[0], visible_departments=range[1], visible_tags=range[2])


async def set_app_enabled(tx: Tx, actor_id: int, app_id: int, enabled: bool, *, from_address: str = "") -> AppProfile:
    """A disabled app can call nothing, and nobody is shown it; what it said stays."""
    app = await _locked(tx, app_id)
    if app.enabled != enabled:
        await queries.update_enabled(tx, app_id, enabled)
        action: audit.Action = "app.enable" if enabled else "app.disable"
        await audit.record(tx, actor_id, action, f"app:{app_id}", address=from_address)
        tell(tx, DIRECTORY, AppChanged(app_id=app_id))
    return replace(app, enabled=enabled)


async def remove_app(tx: Tx, actor_id: int, app_id: int, *, from_address: str = "") -> None:
    """Take an app away for good. What it said stays with those it said it to."""
    app = await _locked(tx, app_id)
    await queries.mark_removed(tx, app_id, secret_hash(secrets.token_urlsafe(32)))
    await audit.record(tx, actor_id, "app.remove", f"app:{app_id}", address=from_address, name=app.name)
    tell(tx, DIRECTORY, AppChanged(app_id=app_id))


async def apps_shown_to(db: Db, member_id: int) -> list[AppProfile]:
    """The apps in whose visible range a member is, of those enabled."""
    paths = await directory.paths_of_member(db, member_id)
    shown = []
    for app in await queries.apps(db, enabled_only=True):
        if app.kind == "app" and (await sight_of(db, app)).shows(member_id, paths):
            shown.append(app)
    return shown


async def sight_of(db: Db, app: AppProfile) -> directory.Sight:
    return await directory.sight_of_range(db, app.visible_members, app.visible_departments, app.visible_tags)


def good_name(name: str) -> str:
    """An app's name as it is kept."""
    name = _CONTROL.sub("", name).strip()
    if not 1 <= len(name) <= 32:
        raise InvalidAppName
    return name


def good_description(text: str) -> str:
    text = _CONTROL.sub("", text).strip()
    if not 4 <= len(text) <= 120:
        raise InvalidAppDescription
    return text


def networks(addresses: Sequence[str]) -> list[str]:
    """Trusted addresses as they are kept."""
    try:
        return [str(ipaddress.ip_network(each.strip(), strict=False)) for each in addresses]
    except ValueError:
        raise InvalidAddressRange from None


async def known_range(db: Db, members: Sequence[int], departments: Sequence[int], tags: Sequence[int]) -> None:
    """Raises `InvalidVisibleRange` when something of it does not exist."""
    found = {each.id for each in await directory.departments_by_ids(db, departments)} if departments else set()
    tagged = {each.id for each in await directory.tags(db)} if tags else set()
    there = set(await directory.ordinals(db, members)) if members else set()
    for kind, unknown in (
        ("member", set(members) - there),
        ("department", set(departments) - found),
        ("tag", set(tags) - tagged),
    ):
        if unknown:
            raise InvalidVisibleRange(f"There is no {kind} {min(unknown)}.", **{kind: min(unknown)})


async def _locked(tx: Tx, app_id: int) -> AppProfile:
    app = await queries.lock_app(tx, app_id)
    if not app:
        raise NoSuchApp
    return app


def _good(said: AppFields) -> dict[str, Any]:
    good: dict[str, Any] = dict(said)
    if "name" in said:
        good["name"] = good_name(said["name"])
    if "description" in said:
        good["description"] = good_description(said["description"])
    if (url := said.get("home_url")) and not _URL.fullmatch(url):
        raise InvalidAppUrl
    if "redirect_domains" in said:
        good["redirect_domains"] = good_domains(said["redirect_domains"])
    if {said.get("report_location", 0), said.get("report_enter", 0)} - {0, 1}:
        raise InvalidReport
    if "trusted_addresses" in said:
        good["trusted_addresses"] = tuple(networks(said["trusted_addresses"]))
    return good
