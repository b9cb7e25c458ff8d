"""Who may do what beyond talking: roles, granted with a scope."""

from collections.abc import Sequence

from ...foundation import audit
from ...foundation.db import Db, Tx
from ...foundation.streams import tell
from ..directory.refusals import NoSuchDepartment, NoSuchMember
from . import queries
from .model import (
    AlreadyGranted,
    Grant,
    GrantRefused,
    LastAdministrator,
    Me,
    NoSuchGrant,
    OutsideScope,
    Role,
    RolesChanged,
)


async def grant(
    tx: Tx, actor_id: int, member_id: int, role: Role, department_id: int | None = None, *, address: str = ""
) -> Grant:
    """Give a member a role."""
    if (role == "department_administrator") != (department_id is not None):
        raise GrantRefused
    if await queries.account_of(tx, member_id) is None:
        raise NoSuchMember
    if department_id is not None and not await queries.lock_department(tx, department_id):
        raise NoSuchDepartment
    id = await queries.insert_grant(tx, member_id, role, department_id, actor_id)
    if id is None:
        raise AlreadyGranted
    await audit.record(
        tx, actor_id, "role.granted", f"member:{member_id}", address=address, role=role, department=department_id
    )
    await _tell_roles(tx, member_id)
    return next(each for each in await queries.grants(tx, member_id) if each.id == id)


async def revoke(tx: Tx, actor_id: int, grant_id: int, *, address: str = "") -> None:
    """Take a role back; it is refused from the next request on."""
    await queries.lock_administrators(tx)
    found = await queries.lock_grant(tx, grant_id)
    if found is None:
        raise NoSuchGrant
    if found.role == "administrator":
        await keep_an_administrator(tx, without=found.member_id)
    await queries.delete_grants(tx, [grant_id])
    await audit.record(
        tx,
        actor_id,
        "role.revoked",
        f"member:{found.member_id}",
        address=address,
        role=found.role,
        department=found.department_id,
    )
    await _tell_roles(tx, found.member_id)


async def revoke_all(tx: Tx, actor_id: int, member_id: int, *, address: str = "") -> None:
    """Take every role back from somebody who leaves."""
    await keep_an_administrator(tx, without=member_id)
    held = await queries.grants(tx, member_id)
    await queries.delete_grants(tx, [each.id for each in held])
    for each in held:
        await audit.record(
            tx,
            actor_id,
            "role.revoked",
            f"member:{member_id}",
            address=address,
            role=each.role,
            department=each.department_id,
        )


async def keep_an_administrator(tx: Tx, *, without: int) -> None:
    """Refuse what would leave the company without somebody to administer it."""
    if await last_administrator_of(tx, [without]) is not None:
        raise LastAdministrator


async def last_administrator_of(tx: Tx, member_ids: Sequence[int]) -> int | None:
    """Whoever of these, taken away one after the other, would be the last who can administer the company.

    The lock comes first and the look in a statement of its own, so that two administrators who
    disable each other at once cannot both succeed.
    """
    await queries.lock_administrators(tx)
    left = await queries.administrators(tx)
    for id in member_ids:
        if left == {id}:
            return id
        left.discard(id)
    return None


async def require_scope(db: Db, actor: Me, member_id: int) -> None:
    """Raise unless `actor` administers this member.

    Whoever administers departments only has no power over those who hold roles: they could
    otherwise reset an administrator's password and sign in as them.
    """
    if "administrator" in actor.roles:
        return
    if not await queries.is_under(db, member_id, actor.scopes):
        raise OutsideScope
    if member_id != actor.id and await queries.holds_a_role(db, member_id):
        raise OutsideScope


async def grants(db: Db, member_id: int | None = None) -> list[Grant]:
    """Every role held, or one member's."""
    return await queries.grants(db, member_id)


async def _tell_roles(tx: Tx, member_id: int) -> None:
    held = await queries.grants(tx, member_id)
    tell(tx, member_id, RolesChanged(roles=sorted({each.role for each in held})))
