"""How often a password may be guessed, and by whom: so that strangers neither guess one nor keep its owner out.

Wrong passwords are counted by account and by where they come from. A device that has signed in to the account
before shows a token that only it holds, and has a count of its own; so has a network that one of the account's
sessions was used from. All others are strangers: each of their networks has a count, and all of them together have
another. When strangers have used theirs up, the owner's devices still sign in. (The idea is OWASP's device cookies.)
"""

import hashlib
import hmac
import ipaddress
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from ...foundation.db import Db
from ...foundation.http import metrics
from . import queries
from .limiter import Limiter
from .model import TooManyAttempts, WrongOldPassword, WrongPassword

WINDOW = 300.0
"""Seconds over which wrong passwords are counted."""

LONGEST_TOKEN = 128


@dataclass(frozen=True, slots=True)
class Attempts:
    """How many wrong passwords are borne in a window."""

    per_account: int
    """For one account, from one device or network."""
    by_strangers: int
    """For one account, from all that it never signed in from."""
    per_address: int
    """From one network, for all accounts."""


@dataclass(frozen=True, slots=True)
class Guesses:
    """What a guess counts to. Guesses of one turn wait for each other."""

    account: str
    turn: str
    limits: tuple[tuple[str, int], ...]


async def guesses_at(
    db: Db, key: bytes, attempts: Attempts, account: str, member_id: int | None, *, address: str, device: str = ""
) -> Guesses:
    """What a guess at an account counts to; `device`: the token that the client shows, if any."""
    network, mine = network_of(address), f"sign-in:{account}"
    if number := device_number(key, device, member_id):
        return Guesses(account, f"{mine}:device:{number}", ((f"{mine}:device:{number}", attempts.per_account),))
    here = (f"{mine}:from:{network}", attempts.per_account)
    anybody = (f"sign-in:from:{network}", attempts.per_address)
    # Asked of unknown accounts too, or the time it takes would tell them apart.
    if network in map(network_of, await queries.addresses_of(db, member_id or 0)):
        return Guesses(account, here[0], (here, anybody))
    strangers = (f"{mine}:strangers", attempts.by_strangers)
    return Guesses(account, strangers[0], (here, strangers, anybody))


def guesses_of_session(attempts: Attempts, member_id: int, session_id: int) -> Guesses:
    """The same for somebody who is signed in and says their old password."""
    account = f"member:{member_id}"
    key = f"sign-in:{account}:session:{session_id}"
    return Guesses(account, key, ((key, attempts.per_account),))


@asynccontextmanager
async def guess(limiter: Limiter, guesses: Guesses) -> AsyncIterator[None]:
    """Let one password be tried; raises `TooManyAttempts` where there were too many wrong ones.

    Right ones are never counted, so nobody is locked out by signing in often. As a guess counts
    only once it is known to be wrong, guesses at one account wait for each other: a thousand sent
    at once would otherwise all be tried before the first is counted.
    """
    async with limiter.turn(guesses.turn):
        for key, limit in guesses.limits:
            if (left := await limiter.wait_for(key, limit)) is not None:
                metrics.refusals.labels("too_many").inc()
                raise TooManyAttempts(guesses.account, key, retry_after=left)
        try:
            yield
        except (WrongPassword, WrongOldPassword):
            metrics.refusals.labels("wrong_password").inc()
            for key, _ in guesses.limits:
                await limiter.count(key, WINDOW)
            raise


def device_token(key: bytes, member_id: int, shown: str = "") -> str:
    """What a device keeps to be known again for this member's; the one that it showed, if that is good."""
    if device_number(key, shown, member_id):
        return shown
    number = secrets.token_urlsafe(12)
    return f"{number}.{_mac(key, number, member_id)}"


def device_number(key: bytes, token: str, member_id: int | None) -> str | None:
    """Which of the member's devices shows this token; None for what was not given to one of theirs."""
    number, _, mac = token.partition(".")
    if member_id is None or not number or len(token) > LONGEST_TOKEN:
        return None
    good = hmac.compare_digest(mac.encode(errors="replace"), _mac(key, number, member_id).encode())
    return number if good else None


def network_of(address: str) -> str:
    """An IPv4 address, or the /64 that an IPv6 address's holder has all of."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((ip, 64), strict=False)) if ip.version == 6 else address


def _mac(key: bytes, number: str, member_id: int) -> str:
    said = f"device\0{member_id}\0{number}".encode(errors="replace")
    return hmac.new(key, said, hashlib.sha256).hexdigest()[:43]
