"""Adding apps, and giving them new secrets. A secret is told once and kept as a hash."""

import ipaddress
import secrets
from collections.abc import Sequence

from wecom.foundation import audit
from wecom.foundation.db import Tx

from . import queries
from .model import InvalidAddressRange, InvalidAppName, NoSuchApp, StoredApp
from .tokens import secret_hash


async def create_app(
    tx: Tx,
    actor_id: int,
    name: str,
    *,
    description: str = "",
    visible_members: Sequence[int] = (),
    visible_departments: Sequence[int] = (),
    visible_tags: Sequence[int] = (),
    trusted_addresses: Sequence[str] = (),
    secret: str | None = None,
    from_address: str = "",
) -> tuple[StoredApp, str]:
    """An app and its secret, a new one unless it is given. What it is to see of the directory is its visible range."""
    name = name.strip()
    if not 1 <= len(name) <= 32 or "\0" in name + description:
        raise InvalidAppName
    secret = secret or secrets.token_urlsafe(32)
    app = await queries.insert_app(
        tx,
        "app",
        name,
        description,
        secret_hash(secret),
        visible_members,
        visible_departments,
        visible_tags,
        _networks(trusted_addresses),
    )
    await audit.record(
        tx,
        actor_id,
        "app.create",
        f"app:{app.id}",
        address=from_address,
        name=name,
        agentid=app.agentid,
        visible_members=list(visible_members),
        visible_departments=list(visible_departments),
        visible_tags=list(visible_tags),
    )
    return app, secret


async def create_contacts_app(
    tx: Tx,
    actor_id: int,
    *,
    trusted_addresses: Sequence[str] = (),
    secret: str | None = None,
    from_address: str = "",
) -> tuple[StoredApp, str]:
    """The 通讯录 secret; when there is one already, another secret for it."""
    if existing := await queries.contacts_app(tx):
        return existing, await rotate_secret(tx, actor_id, existing.id, from_address=from_address)
    secret = secret or secrets.token_urlsafe(32)
    app = await queries.insert_app(
        tx, "contacts", "通讯录同步", "", secret_hash(secret), (), (), (), _networks(trusted_addresses)
    )
    await audit.record(tx, actor_id, "app.create", f"app:{app.id}", address=from_address, kind="contacts")
    return app, secret


async def rotate_secret(tx: Tx, actor_id: int, app_id: int, *, from_address: str = "") -> str:
    """Another secret; the old one and every access token made with it are refused from now on."""
    secret = secrets.token_urlsafe(32)
    if not await queries.replace_secret(tx, app_id, secret_hash(secret)):
        raise NoSuchApp
    await audit.record(tx, actor_id, "app.rotate_secret", f"app:{app_id}", address=from_address)
    return secret


def _networks(addresses: Sequence[str]) -> list[str]:
    try:
        return [str(ipaddress.ip_network(each.strip(), strict=False)) for each in addresses]
    except ValueError:
        raise InvalidAddressRange from None
