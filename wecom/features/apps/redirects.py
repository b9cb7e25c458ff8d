"""Where a browser may be sent with a code: only to domains that the app trusts, each exactly, port and all.

An address is taken apart by one strict pattern and put together again from its parts, so that what is compared with
the app's domains is what a browser will go to, whatever it makes of `\\`, `@`, tabs or letters of other scripts.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from .model import InvalidRedirect, InvalidRedirectDomain, InvalidState, TooManyDomains

LONGEST = 2048
LONGEST_STATE = 128
MOST_DOMAINS = 20

_HOST = r"(?=.{1,253}(?:[:/?#]|$))(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"({_HOST})(?::(\d{{1,5}}))?", re.ASCII)
_URL = re.compile(rf"(https?)://({_HOST})(?::(\d{{1,5}}))?((?:[/?#].*)?)", re.ASCII | re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x20\x7f-\x9f\ud800-\udfff]")
_KEPT = "%/?#:@!$&'()*+,;=[]~"
"""What stays as it is behind the host: all that has a meaning there."""

HTTP = "http://"
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Redirect:
    """An address of an app's, taken apart."""

    scheme: str
    host: str
    port: int | None
    """None: the scheme's own."""
    path: str
    query: str
    fragment: str

    @property
    def domain(self) -> str:
        return self.host if self.port is None else f"{self.host}:{self.port}"

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.domain}"

    def __str__(self) -> str:
        return self._with(self.query)

    def with_code(self, code: str | None, state: str) -> str:
        """Where the member goes: with a code, or without one when they refused. What stands behind # stays there."""
        said = urlencode(({"code": code} if code else {}) | {"state": state})
        return self._with(f"{self.query}&{said}" if self.query else said)

    def _with(self, query: str) -> str:
        fragment = f"#{self.fragment}" if self.fragment else ""
        return f"{self.origin}{self.path or '/'}{f'?{query}' if query else ''}{fragment}"


def redirect(address: str) -> Redirect:
    """An address taken apart; raises `InvalidRedirect`."""
    found = None if len(address) > LONGEST or _CONTROL.search(address) else _URL.fullmatch(address)
    if not found:
        raise InvalidRedirect
    scheme, host = found[1].lower(), found[2].lower()
    rest, _, fragment = quote(found[4], safe=_KEPT).partition("#")
    path, _, query = rest.partition("?")
    return Redirect(scheme, host, _port(scheme, found[3]), path, query, fragment)


def trusts(domains: Sequence[str], to: Redirect, *, plain: bool) -> bool:
    """Whether one of the domains is this address's own.

    `plain`: whether http is as good as https, as it is with WeCom. Where it is not, http:// must stand before the
    domain: over it a code may be read on its way, and be used by whoever reads it.
    """
    for domain in domains:
        written, host, port = _taken_apart(domain)
        safe = to.scheme == "https" or plain or written
        if safe and host == to.host and _port(to.scheme, port) == to.port:
            return True
    return False


def framing(domains: Sequence[str]) -> str:
    """Who may show a page of ours in a frame, as Content-Security-Policy says it."""
    return " ".join(f"{scheme}://{domain.removeprefix(HTTP)}" for domain in domains for scheme in ("https", "http"))


def good_domains(domains: Sequence[str]) -> tuple[str, ...]:
    """Trusted domains as they are kept, in their order."""
    good = [domain.strip().lower() for domain in domains]
    if len(good) > MOST_DOMAINS:
        raise TooManyDomains
    for domain in good:
        found = _DOMAIN.fullmatch(domain.removeprefix(HTTP))
        if not found or not 0 < int(found[2] or 80) < 1 << 16:
            raise InvalidRedirectDomain
    return tuple(dict.fromkeys(good))


def good_state(state: str) -> str:
    """What comes back to the app as it was."""
    if len(state.encode(errors="replace")) > LONGEST_STATE or re.search(r"[\x00-\x1f\x7f\ud800-\udfff]", state):
        raise InvalidState
    return state


def _taken_apart(domain: str) -> tuple[bool, str, str]:
    """Whether http is written out, the host, and the port where there is one."""
    host, _, port = domain.removeprefix(HTTP).partition(":")
    return domain.startswith(HTTP), host, port


def _port(scheme: str, given: str | None) -> int | None:
    if not given:
        return None
    port = int(given)
    if not 0 < port < 1 << 16:
        raise InvalidRedirect
    return None if port == _PORTS[scheme] else port
