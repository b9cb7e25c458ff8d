"""What of the directory is maintained in LDAP, and so refused for changing anywhere else."""

from wecom.foundation.db import Db

from . import queries
from .model import Maintained, Member
from .refusals import MaintainedInLdap

UNMAINTAINED = Maintained()


def refuse(maintained: Maintained, before: Member | None, after: Member) -> None:
    """Raise where a change touches what LDAP says of a member. Barring somebody is always allowed."""
    if before is None or before.id not in maintained.members:
        return
    changed = [name for name in sorted(maintained.fields) if _of(before, name) != _of(after, name)]
    if before.id in maintained.barred and after.enabled and not before.enabled:
        changed.append("enabled")
    if changed:
        raise MaintainedInLdap(
            f"{', '.join(changed)} of {before.userid} is maintained in the company's LDAP directory: change it there.",
            fields=changed,
        )


async def refuse_change(db: Db, before: Member, after: Member) -> None:
    refuse(await queries.maintained(db, before.id), before, after)


async def refuse_leaving(db: Db, member_id: int) -> None:
    """Whoever is still in LDAP would be back with the next reading."""
    if await queries.is_in_ldap(db, member_id):
        raise MaintainedInLdap("This member is still in the company's LDAP directory: take them out there first.")


async def refuse_department(db: Db, id: int) -> None:
    if id in (await queries.maintained(db)).departments:
        raise MaintainedInLdap("This department is maintained in the company's LDAP directory: change it there.")


async def refuse_tag(db: Db, id: int) -> None:
    if await queries.is_ldap_group(db, id):
        raise MaintainedInLdap("This tag is maintained in the company's LDAP directory: change the group there.")


async def refuse_password(db: Db, member_id: int) -> None:
    """Where people sign in with their LDAP password, one set here would be of no use, or a way around it."""
    maintained = await queries.maintained(db, member_id)
    if member_id in maintained.members and "password" in maintained.fields:
        raise MaintainedInLdap("This member signs in with the password of the company's LDAP directory.")


def _of(member: Member, field: str) -> object:
    if field == "departments":  # their order, and who leads one, is said here
        return set(member.department_ids)
    if field.startswith("attributes."):
        name = field.removeprefix("attributes.")
        return [each.value for each in member.attributes if each.name == name]
    return getattr(member, field, None)
