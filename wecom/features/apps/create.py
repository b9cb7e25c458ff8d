"""Adding apps, and giving them new secrets. A secret is told once and kept as a hash."""

import secrets
from collections.abc import Sequence

from wecom.features import messaging
from wecom.foundation import audit
from wecom.foundation.db import Tx
from wecom.foundation.streams import DIRECTORY, tell

from . import queries
from .change import good_description, good_name, known_range, networks
from .model import AppChanged, NoSuchApp, StoredApp
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
    name, description = good_name(name), good_description(description) if description else ""
    await known_range(tx, visible_members, visible_departments, visible_tags)
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
        networks(trusted_addresses),
    )
    await messaging.open_app_conversation(tx, app.id)
    tell(tx, DIRECTORY, AppChanged(app_id=app.id))
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
        return existing, await rotate_secret(tx, actor_id, existing.id, secret=secret, from_address=from_address)
    secret = secret or secrets.token_urlsafe(32)
    app = await queries.insert_app(
        tx, "contacts", "通讯录同步", "", secret_hash(secret), (), (), (), networks(trusted_addresses)
    )
    await audit.record(tx, actor_id, "app.create", f"app:{app.id}", address=from_address, kind="contacts")
    return app, secret


async def rotate_secret(
    tx: Tx, actor_id: int, app_id: int, *, secret: str | None = None, from_address: str = ""
) -> str:
    """Another secret; the old one and every access token made with it are refused from now on."""
    secret = secret or secrets.token_urlsafe(32)
    if not await queries.replace_secret(tx, app_id, secret_hash(secret)):
        raise NoSuchApp
    await audit.record(tx, actor_id, "app.rotate_secret", f"app:{app_id}", address=from_address)
    return secret
