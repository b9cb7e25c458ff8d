"""What a password may be; setting and changing one."""

from importlib.resources import files

from ...foundation import audit
from ...foundation.db import Db, Tx
from ..directory import refuse_password
from ..directory.refusals import NoSuchMember
from . import queries
from .guessing import Attempts, guess, guesses_of_session
from .hasher import Hasher
from .limiter import Limiter
from .model import Me, PasswordChanged, WeakPassword, WrongOldPassword
from .sessions import end_sessions

SHORTEST, LONGEST = 8, 128

COMMON = frozenset((files(__package__) / "common_passwords.txt").read_text().split())
"""What is tried first, after published lists of leaked passwords."""


def check_password(password: str, userid: str) -> None:
    """Refuse what would be guessed first. Length counts, not a mixture of characters (NIST SP 800-63B)."""
    plain = password.casefold()
    if len(password) < SHORTEST:
        raise WeakPassword(f"A password has at least {SHORTEST} characters: choose a longer one.")
    if len(password) > LONGEST:
        raise WeakPassword(f"A password has at most {LONGEST} characters: choose a shorter one.")
    if userid.casefold() in plain:
        raise WeakPassword("A password must not contain the userid: choose another.")
    if plain in COMMON or len(set(plain)) < 3:
        raise WeakPassword("This password is among the first that are tried: choose another.")


async def set_password(tx: Tx, member_id: int, hash: str, *, must_change: bool = False) -> None:
    """Give a member a password, whatever it was before; their sessions end."""
    await refuse_password(tx, member_id)
    await queries.set_password(tx, member_id, hash, must_change)
    await queries.void_invitations(tx, member_id)
    await end_sessions(tx, member_id, "password_changed")


async def given_together(db: Db) -> list[int]:
    """Members who still have a password that was given to several at once, as a demo's is."""
    return await queries.given_together(db)


async def confirm_old(db: Db, hasher: Hasher, limiter: Limiter, attempts: Attempts, me: Me, old: str) -> str:
    """One's own old password, as the hash that is kept; wrong ones count as at signing in."""
    await refuse_password(db, me.id)
    account = await queries.account_of(db, me.id)
    if account is None or account.hash is None:
        raise NoSuchMember
    async with guess(limiter, guesses_of_session(attempts, me.id, me.session_id)):
        if not await hasher.verify(account.hash, old):
            raise WrongOldPassword
    return account.hash


async def change_password(tx: Tx, me: Me, old_hash: str, new_hash: str, *, address: str = "") -> int:
    """Replace one's own password; every other device is signed out. How many were."""
    if not await queries.replace_password(tx, me.id, old_hash, new_hash):
        raise PasswordChanged
    await queries.void_invitations(tx, me.id)
    ended = await end_sessions(tx, me.id, "password_changed", except_session=me.session_id)
    await audit.record(tx, me.id, "password.changed", f"member:{me.id}", address=address, sessions_ended=ended)
    return len(ended)
