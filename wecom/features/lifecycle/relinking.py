"""Saying that a member is another entry of LDAP's from now on, or none."""

from collections.abc import Collection, Sequence

from ...foundation import audit
from ...foundation.db import Pool, Tx, transaction
from ..directory import EVERYTHING, member_by_userid, own_directory, sync
from ..directory.refusals import NoSuchMember
from ..directory.sync import LdapSource, Relink


async def relink(
    pool: Pool, source: LdapSource, actor_id: int, userids: Collection[str] | None, *, dry_run: bool = False
) -> Sequence[Relink]:
    """Take members whose entries have gone for the entries that have their userids: these, or all of them.

    Nothing else of them changes, which is for the next reading; with `dry_run` nothing at all.
    """
    staging = await source.asking.ask(sync.read_all, source.server, source.config)
    async with transaction(pool) as tx:
        found = sync.plan_relinks(await sync.load_current(tx), staging, userids)
        missed = {each.lower() for each in userids or ()} - {each.person.userid.lower() for each in found}
        if missed:
            raise sync.NothingToRelink(
                f"{', '.join(sorted(missed))}: for each there must be a member here whose entry has gone, and an entry "
                "of the same userid that is no member's."
            )
        if not dry_run:
            await sync.queries.relink(tx, [(each.known.id, each.person.id, each.person.key) for each in found])
            acts: list[audit.Act] = [
                (
                    "member.relink",
                    f"member:{each.known.member.id}",
                    {"userid": each.person.userid, "entry": each.person.id, "old_entry": each.known.id},
                )
                for each in found
            ]
            await audit.record_all(tx, actor_id, acts)
    return found


async def unlink(tx: Tx, actor_id: int, userid: str, *, is_read: bool = True) -> None:
    """Let a member be one of here again; who is barred stays barred until somebody enables them.

    `is_read`: whether LDAP is read at all; then only who is no longer there may be one of here.
    """
    member = await member_by_userid(tx, userid, seen_by=EVERYTHING)
    if member is None:
        raise NoSuchMember(f"{userid!r} is no member: check the userid.")
    if is_read and await sync.queries.is_there(tx, member.id):
        raise sync.StillThere(
            f"{member.userid} is in LDAP, as last read, and would be maintained there again with the next reading: "
            "take them out of it first."
        )
    if not await sync.queries.unlink(tx, userid):
        raise NoSuchMember(f"{userid!r} is no member who is maintained in LDAP: check the userid.")
    await audit.record(tx, actor_id, "member.unlink", f"member:{member.id}", userid=userid)


async def leave_ldap(tx: Tx, actor_id: int) -> dict[str, int]:
    """Let everybody and everything be of here again, where LDAP is read no more: how many members, departments, tags.

    Who is barred stays barred until somebody enables them, and who has no password here is to be invited.
    """
    await own_directory(tx)
    left = await sync.queries.forget_ldap(tx)
    if any(left.values()):
        await audit.record(tx, actor_id, "directory.leave_ldap", "directory:1", left=left)
    return left
