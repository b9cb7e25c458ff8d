"""Knowing somebody by a password, without telling strangers who works here."""

import asyncio
import hashlib
from dataclasses import dataclass

from ...foundation import audit
from ...foundation.db import Db, Tx
from ..directory import rules
from ..directory.ldap_model import Accepted
from ..directory.refusals import InvalidMobile
from . import queries
from .guessing import WINDOW, Attempts, guess, guesses_at
from .hasher import Hasher
from .ldap_passwords import AWAY_FOR, LdapAway, LdapPasswords
from .limiter import Limiter
from .model import AccountDisabled, TooManyAttempts, WrongPassword

WRONG = ""
"""Stands for a hash where the password fits none."""

Refused = WrongPassword | AccountDisabled | TooManyAttempts
_REASONS: dict[type, str] = {
    WrongPassword: "wrong_password",
    AccountDisabled: "disabled",
    TooManyAttempts: "too_many_attempts",
}


@dataclass(frozen=True, slots=True)
class Recognised:
    """A member who gave the right password."""

    member_id: int
    userid: str
    hash: str | None
    """What it was compared with; None: it is LDAP's."""
    rehashed: str | None
    """The same password under today's parameters, where the kept hash has older ones."""
    must_change: bool
    grace: int | None = None
    """How often the password, which has expired where it is kept, is accepted nevertheless."""


async def recognise(
    db: Db,
    hasher: Hasher,
    limiter: Limiter,
    attempts: Attempts,
    called: str,
    password: str,
    *,
    key: bytes,
    address: str,
    device: str = "",
    ldap: LdapPasswords | None = None,
) -> Recognised:
    """The member of this userid, mobile or e-mail address, if this is the password.

    `device`: the token by which a device that has signed in before is known, see `guessing`.

    Takes as long and says the same whether there is no such account, it has no password or the
    password is wrong. Slow: never inside a transaction.
    """
    account = await queries.account_named(db, called.strip(), _as_mobile(called))
    member_id = account.member_id if account else None
    guesses = await guesses_at(
        db, key, attempts, _counted_as(account, called), member_id, address=address, device=device
    )
    try:
        async with guess(limiter, guesses):
            hash = await _compared_with(account, password, hasher, ldap)
            if account is None or hash is WRONG:
                raise WrongPassword(member_id)
    except WrongPassword:
        if ldap is not None and ldap.is_away:  # as for those who are in LDAP: strangers must not learn who is
            raise LdapAway(retry_after=AWAY_FOR) from None
        raise
    if not account.enabled:
        raise AccountDisabled(member_id=account.member_id)
    if isinstance(hash, Accepted):
        return Recognised(account.member_id, account.userid, None, None, False, hash.grace)
    rehashed = await hasher.hash(password) if hasher.is_outdated(hash) else None
    return Recognised(account.member_id, account.userid, hash, rehashed, account.must_change)


async def _compared_with(
    account: queries.Account | None, password: str, hasher: Hasher, ldap: LdapPasswords | None
) -> str | Accepted:
    """The hash that the password fits, or WRONG; or how LDAP accepts it.

    LDAP is asked while a hash is made, so that the time it takes tells nobody whose password is kept where.
    """
    kept = account.hash if account else None
    if account is None or account.entry_id is None or ldap is None:
        return kept if await hasher.verify(kept, password) and kept is not None else WRONG
    asked, fits = await asyncio.gather(
        ldap.verify(account.entry_id, password), hasher.verify(kept, password), return_exceptions=True
    )
    if isinstance(asked, Accepted):
        return asked
    if ldap.allows_local and fits is True and kept is not None:
        return kept
    for answer in (asked, fits):
        if isinstance(answer, AccountDisabled):
            raise AccountDisabled(member_id=account.member_id)
        if isinstance(answer, BaseException):
            raise answer
    return WRONG


async def is_news(limiter: Limiter, refused: Refused) -> bool:
    """Whether a refusal belongs in the log: wrong passwords do, which are borne only so often; others once a window."""
    if isinstance(refused, TooManyAttempts):
        return await limiter.allow(f"noted:{refused.counted}", 1, WINDOW) is None
    if isinstance(refused, AccountDisabled):
        return await limiter.allow(f"noted:disabled:{refused.member_id}", 1, WINDOW) is None
    return True


async def note_refusal(tx: Tx, refused: Refused, address: str) -> None:
    """Leave a trace of a refused sign-in; of unknown accounts too, or the time it takes would tell them apart."""
    if isinstance(refused, TooManyAttempts):
        kind, _, id = refused.account.partition(":")
        whose = id if kind == "member" else "unknown"
    else:
        whose = str(refused.member_id or "unknown")
    because = _REASONS[type(refused)]
    await audit.record(tx, None, "session.refused", f"member:{whose}", address=address, because=because)


def _counted_as(account: queries.Account | None, called: str) -> str:
    """One count for an account however it is called; what is unknown counts too, under a hash."""
    if account is not None:
        return f"member:{account.member_id}"
    return "unknown:" + hashlib.sha256(called.strip().lower().encode(errors="replace")).hexdigest()[:32]


def _as_mobile(called: str) -> str | None:
    """As the directory keeps a mobile number, if it may be one."""
    try:
        return rules.mobile(called)
    except InvalidMobile:
        return None
