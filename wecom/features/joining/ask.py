"""Asking to be let in. Nothing here depends on who works at the company, so nothing can be found out by asking."""

from dataclasses import dataclass

from wecom.foundation import audit
from wecom.foundation.db import Tx

from ..accounts import Hasher, Limiter, check_password
from ..accounts.guessing import network_of
from ..directory import rules
from . import queries
from .model import MobileMissing, TooManyJoinRequests, WordsTooLong
from .telling import tell_who_decides

HOUR, DAY = 3600.0, 86400.0
LONGEST_WORDS = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody says of themselves, as it is kept."""

    name: str
    mobile: str
    userid: str
    words: str
    password_hash: str


@dataclass(frozen=True, slots=True)
class Pace:
    """How often it may be asked."""

    per_network: int
    """In an hour."""
    per_network_in_a_day: int
    in_all: int
    """In a day."""


async def checked(
    hasher: Hasher,
    limiter: Limiter,
    pace: Pace,
    *,
    name: str,
    mobile: str,
    userid: str,
    words: str,
    password: str,
    address: str,
) -> Asked:
    """What somebody says, as it may be kept. Slow, so before the transaction; counted only where it may be kept, so
    that correcting what was typed costs nothing."""
    number = rules.mobile(mobile)
    if not number:
        raise MobileMissing
    words = words.strip()
    if len(words) > LONGEST_WORDS:
        raise WordsTooLong
    name, userid, words = rules.name(name), rules.userid(userid), rules.keepable(words)
    check_password(password, userid)
    await _keep_within(limiter, pace, address)
    return Asked(name, number, userid, words, await hasher.hash(password))


async def ask(tx: Tx, code_of: int, asked: Asked, *, address: str = "") -> None:
    """Put it before HR."""
    id = await queries.insert_request(
        tx, code_of, asked.name, asked.mobile, asked.userid, asked.words, asked.password_hash, address
    )
    await audit.record(tx, None, "join_request.ask", f"join_request:{id}", address=address, code_of=code_of)
    await tell_who_decides(tx)


async def _keep_within(limiter: Limiter, pace: Pace, address: str) -> None:
    """Count a request; to the company's day only what its network may still ask, or one could use up everybody's."""
    network = f"join:{network_of(address)}"
    mine = (network, pace.per_network, HOUR), (f"{network}:day", pace.per_network_in_a_day, DAY)
    wait = await limiter.allow_all(*mine)
    if wait is None:
        wait = await limiter.allow("join", pace.in_all, DAY)
    if wait is not None:
        raise TooManyJoinRequests(retry_after=wait)
