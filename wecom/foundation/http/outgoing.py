"""Calling addresses that others gave us, without letting them reach what only we can.

Whoever names an address for us to call may name one inside our own network, by number or by a name that leads
there. So it is looked at where the name is resolved, for the very connection that is made: what is looked up
before may be answered differently the second time. No redirects, no proxies, and little is read of what comes back.
"""

import ipaddress
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from ..errors import Invalid

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

TIMEOUT = aiohttp.ClientTimeout(total=10, sock_connect=5)
MOST_READ = 4096
LONGEST = 2048
EMBEDDING = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
"""Where IPv6 addresses stand for IPv4 ones behind a translator."""


class AddressRefused(Invalid):
    """This address cannot be called from here: give one on the internet that begins with https://."""


class Unreachable(Exception):
    """Nothing answered, or not in time; nobody knows whether it was heard."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back. `retry_after`: the seconds to wait, where it says so."""

    status: int
    retry_after: float | None
    text: str


def origin_of(url: str, allowed: Sequence[Network] = ()) -> str:
    """The origin of an address that may be called; raises `AddressRefused`.

    Plain http only to this machine itself, and only where that is among the networks that are allowed.
    """
    if len(url) > LONGEST or not url.isascii() or not url.isprintable():
        raise AddressRefused
    try:
        parsed = URL(url)
        host, port = parsed.host, parsed.port
    except ValueError:
        raise AddressRefused from None
    if not host or not port or parsed.user or parsed.password or parsed.fragment:
        raise AddressRefused
    numeric = _address(host)
    if numeric and not _may_be_called(numeric, allowed):
        raise AddressRefused
    plain = parsed.scheme == "http" and numeric is not None and numeric.is_loopback
    if parsed.scheme != "https" and not plain:
        raise AddressRefused
    return str(parsed.origin())


class Outgoing:
    """Connections to such addresses. Opens when it is first used, on the loop that uses it."""

    def __init__(self, allowed: Sequence[Network] = ()) -> None:
        self.allowed = tuple(allowed)
        self._session: aiohttp.ClientSession | None = None

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answered:
        """Raises `AddressRefused` and `Unreachable`."""
        origin_of(url, self.allowed)
        if self._session is None:
            connector = aiohttp.TCPConnector(resolver=_Resolver(self.allowed), limit=0, limit_per_host=0)
            self._session = aiohttp.ClientSession(
                connector=connector, timeout=TIMEOUT, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False
            )
        try:
            async with self._session.post(
                URL(url, encoded=True), data=body, headers=headers, allow_redirects=False
            ) as answer:
                text = await answer.content.read(MOST_READ)
                waits = seconds_of(answer.headers.get("Retry-After", ""))
                return Answered(answer.status, waits, text.decode(errors="replace"))
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as problem:
            raise Unreachable(repr(problem)) from problem

    async def close(self) -> None:
        if self._session:
            await self._session.close()
            self._session = None


class _Resolver(AbstractResolver):
    """Leads to no address that may not be called."""

    def __init__(self, allowed: Sequence[Network]) -> None:
        self.allowed = allowed
        self.resolver = aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self.resolver.resolve(host, port, family)
        good = [each for each in found if (at := _address(each["host"])) and _may_be_called(at, self.allowed)]
        if not good:
            raise OSError(f"{host} leads to no address that may be called")
        return good

    async def close(self) -> None:
        await self.resolver.close()


def _address(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None


def _may_be_called(address: Address, allowed: Sequence[Network]) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if any(address in network for network in EMBEDDING):
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return _may_be_called(inner, allowed)
    if any(address in network for network in allowed):
        return True
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def seconds_of(retry_after: str) -> float | None:
    """What a Retry-After asks for: seconds, or a date."""
    if retry_after.isascii() and retry_after.isdigit() and len(retry_after) < 10:
        return float(retry_after)
    try:
        at = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    return max(0.0, ((at if at.tzinfo else at.replace(tzinfo=UTC)) - datetime.now(UTC)).total_seconds())
