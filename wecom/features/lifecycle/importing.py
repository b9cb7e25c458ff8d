"""Importing a company, with what it means for those whom the tables disable or enable."""

from collections.abc import Sequence

from ...foundation.db import Tx
from ...foundation.errors import WecomError
from .. import accounts, directory
from ..accounts.model import LastAdministrator
from ..directory import DepartmentRow, ImportReport, MemberRow, TagRow
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
) -> ImportReport:
    """Bring departments, members and tags to what the rows say.

    Whom a row disables is signed out everywhere, as by `disable`; the row that would disable the last
    administrator is left out and reported.
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
    )
    if not dry_run:
        for id in report.disabled:
            await shut_out(tx, actor_id, id, address=from_address)
        for id in report.enabled:
            await let_in(tx, actor_id, id, address=from_address)
    return report


async def last_administrator(tx: Tx, disabled: Sequence[int]) -> tuple[int, WecomError] | None:
    """Of those who would be disabled, one who must stay."""
    last = await accounts.last_administrator_of(tx, disabled)
    return None if last is None else (last, LastAdministrator())
