"""Disabling a member, and enabling them again."""

from ...foundation import audit
from ...foundation.db import Tx
from .. import accounts, directory
from ..directory import sync


async def disable(tx: Tx, actor_id: int, member_id: int, *, address: str = "") -> None:
    """Keep a member out: they are signed out everywhere and cannot sign in. They stay in their conversations."""
    await directory.keep_imports_away(tx)
    await accounts.keep_an_administrator(tx, without=member_id)
    await directory.set_enabled(tx, actor_id, member_id, False, from_address=address)
    await sync.queries.keep_barred(tx, member_id)
    await shut_out(tx, actor_id, member_id, address=address)


async def keep_out(tx: Tx, actor_id: int, member_id: int, *, address: str = "") -> None:
    """Say here too of somebody whom LDAP bars that they are: then they are not let in when it does so no more."""
    await directory.keep_imports_away(tx)
    if await sync.queries.keep_barred(tx, member_id):
        await audit.record(tx, actor_id, "member.keep_out", f"member:{member_id}", address=address)


async def enable(tx: Tx, actor_id: int, member_id: int, *, address: str = "") -> None:
    """Let a disabled member in again, with the password they had."""
    await directory.set_enabled(tx, actor_id, member_id, True, from_address=address)
    await let_in(tx, actor_id, member_id, address=address)


async def shut_out(tx: Tx, actor_id: int, member_id: int, *, address: str = "") -> None:
    """What being disabled means beyond the directory, which says so already."""
    await accounts.void_invitations(tx, member_id)
    ended = await accounts.end_sessions(tx, member_id, "disabled")
    await audit.record(
        tx, actor_id, "member.disable", f"member:{member_id}", address=address, sessions_ended=len(ended)
    )


async def let_in(tx: Tx, actor_id: int, member_id: int, *, address: str = "") -> None:
    """What being enabled means beyond the directory."""
    await audit.record(tx, actor_id, "member.enable", f"member:{member_id}", address=address)
