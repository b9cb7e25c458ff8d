"""Importing a company, with what it means for those whom the tables disable or enable."""

from collections.abc import Sequence

from ...foundation.db import Tx
from ...foundation.errors import WecomError
from .. import accounts, directory
from ..accounts.model import LastAdministrator
from ..directory import EVERYTHING, DepartmentRow, ImportReport, MemberRow, Progress, TagRow
from ..directory.refusals import MaintainedInLdap
from .leave import leave_many
from .standing import let_in, shut_out


async def import_company(
    tx: Tx,
    actor_id: int,
    *,
    departments: Sequence[DepartmentRow] = (),
    members: Sequence[MemberRow] = (),
    tags: Sequence[TagRow] = (),
    dry_run: bool = False,
    from_address: str = "",
    assign_unknown: bool = False,
    top: str = "",
    told: Progress | None = None,
) -> ImportReport:
    """Bring departments, members and tags to what the rows say.

    Whom a row disables is signed out everywhere, as by `disable`; the row that would disable the last
    administrator is left out and reported. Departments that no table of all departments has any more go
    when this has moved the last one out of them.
    """
    report = await directory.import_company(
        tx,
        actor_id,
        departments=departments,
        members=members,
        tags=tags,
        dry_run=dry_run,
        from_address=from_address,
        keep=last_administrator,
        assign_unknown=assign_unknown,
        top=top,
        told=told,
    )
    if not dry_run:
        for id in report.disabled:
            await shut_out(tx, actor_id, id, address=from_address)
        for id in report.enabled:
            await let_in(tx, actor_id, id, address=from_address)
        if left := directory.left_by(report):
            report.deleted = (await directory.delete_emptied(tx, actor_id, left=left, from_address=from_address)).gone
    else:
        report.deleted = await directory.would_be_emptied(tx, report)
    return report


async def replace_members(
    tx: Tx,
    actor_id: int,
    members: Sequence[MemberRow],
    unread: Sequence[str] = (),
    *,
    from_address: str = "",
    told: Progress | None = None,
) -> ImportReport:
    """Bring members to what the rows say; whom they leave out, leaves, as by `leave`.

    `unread`: userids of rows that could not be read, and so are not left out. The last administrator stays,
    and whoever LDAP has: they are reported.
    """
    directory.check_members(members, unread, whole=True)
    missing, in_ldap = await directory.missing(tx, [*(row.userid for row in members), *unread])
    last = await accounts.last_administrator_of(tx, list(missing))
    stays: list[tuple[str, WecomError]] = [(userid, MaintainedInLdap()) for userid in in_ldap.values()]
    if last is not None:
        stays.append((missing.pop(last), LastAdministrator()))
    leavers = await directory.members_by_ids(tx, list(missing), seen_by=EVERYTHING)
    await leave_many(tx, actor_id, list(missing), address=from_address, told=told)
    report = await import_company(
        tx, actor_id, members=members, from_address=from_address, assign_unknown=True, told=told
    )
    report.left = missing
    places = {id for each in leavers for id in each.department_ids}
    report.deleted |= (await directory.delete_emptied(tx, actor_id, left=places, from_address=from_address)).gone
    for userid, error in stays:
        report.refuse("members", 0, userid, error)
    return report


async def last_administrator(tx: Tx, disabled: Sequence[int]) -> tuple[int, WecomError] | None:
    """Of those who would be disabled, one who must stay."""
    last = await accounts.last_administrator_of(tx, disabled)
    return None if last is None else (last, LastAdministrator())
