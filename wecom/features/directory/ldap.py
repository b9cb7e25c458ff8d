"""Speaking LDAP: the only file that knows python-ldap.

Plain blocking calls, made in threads by whoever uses them. An answer is either whole or an error: a size
limit, a time limit, a lost connection or a missing base is never taken for "nobody is there".
"""

import contextlib
import re
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import ldap
import ldap.controls
import ldap.dn
import ldap.filter
import ldap.ldapobject
import ldap.syncrepl
from ldap.controls.ppolicy import PasswordPolicyControl

from .ldap_model import Accepted, Entry, Heard, Server
from .ldap_refusals import (
    LdapAccountClosed,
    LdapBeginAnew,
    LdapBindRefused,
    LdapIncomplete,
    LdapNotThere,
    LdapNotTrusted,
    LdapPasswordExpired,
    LdapUnreachable,
)

SYNC_CONTROL = "1.3.6.1.4.1.4203.1.9.1.1"
ACTIVE_DIRECTORY = "1.2.840.113556.1.4.800"
SHOW_DELETED = "1.2.840.113556.1.4.417"
REFRESH_REQUIRED = 4096
RANGE = re.compile(r"([^;]+);range=\d+-(\d+|\*)", re.IGNORECASE)
PLAIN_DN = re.compile(r'(?!.*(?:  | ,|, | =|= |#))[^\\"+]*')
EXPIRED = re.compile(r"\bdata (532|773)\b")
CLOSED = re.compile(r"\bdata (533|701)\b")
"""What Active Directory adds, and only where the password is right."""

ESCAPED = re.compile(r"(?:\\[0-9A-Fa-f]{2})+")
PASSWORD_EXPIRED, CHANGE_AFTER_RESET = 0, 2
"""What a password policy says (draft-behera-ldap-password-policy)."""

UNWELCOME = (
    ldap.INAPPROPRIATE_AUTH,
    ldap.UNWILLING_TO_PERFORM,
    ldap.STRONG_AUTH_REQUIRED,
    ldap.CONSTRAINT_VIOLATION,  # 389: wrong passwords too often
)

AT_ONCE = 500
"""Changes heard that are handed on together."""


class Connection:
    """An open connection to the first of the servers that answers, as the account to read with."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.url, self.handle = _opened(server, ldap.ldapobject.SimpleLDAPObject)
        self.referrals: set[str] = set()
        """Servers that answers referred to; they are not asked."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        with contextlib.suppress(ldap.LDAPError):
            self.handle.unbind_s()

    def search(
        self, base: str, filter: str, attributes: Sequence[str], *, show_deleted: bool = False
    ) -> Iterator[list[Entry]]:
        """All entries below a base, in pages. Raises, perhaps after some pages, unless the answer is whole."""
        if base:
            self.read(base, ["1.1"])
        page = ldap.controls.SimplePagedResultsControl(True, self.server.page, "")
        controls = [page, ldap.controls.RequestControl(SHOW_DELETED, False)] if show_deleted else [page]
        while True:
            with _explained(f"reading {base!r}"):
                sent = self.handle.search_ext(base, ldap.SCOPE_SUBTREE, filter, attributes, serverctrls=controls)
                _, rows, _, answers = self.handle.result3(sent, timeout=self.server.timeout)
            self.referrals.update(url for dn, urls in rows if dn is None for url in urls)
            yield [self._whole(_entry(dn, values)) for dn, values in rows if dn is not None]
            cookies = [each.cookie for each in answers if each.controlType == page.controlType]
            if not cookies:
                raise LdapIncomplete(f"The LDAP server does not say whether {base!r} has more pages: nothing is used.")
            if not cookies[0]:
                return
            page.cookie = cookies[0]

    def read(self, dn: str, attributes: Sequence[str]) -> Entry:
        """One entry."""
        with _explained(f"reading {dn!r}"):
            sent = self.handle.search_ext(dn, ldap.SCOPE_BASE, "(objectClass=*)", list(attributes))
            _, rows, _, _ = self.handle.result3(sent, timeout=self.server.timeout)
        for found, values in rows:
            if found is not None:
                return self._whole(_entry(found, values))
        raise LdapNotThere(f"{dn!r} is not there, or the account to read with may not see it.")

    def root(self) -> Entry:
        """What the server says of itself."""
        names = ("supportedControl", "supportedCapabilities", "namingContexts", "dsServiceName", "highestCommittedUSN")
        return self.read("", [*names, "vendorName", "defaultNamingContext"])

    def _whole(self, entry: Entry) -> Entry:
        """With all values of attributes that the server gives in parts (AD: 1,500 at a time)."""
        parts = [each for each in entry.values if ";range=" in each]
        if not parts:
            return entry
        values = {name: list(some) for name, some in entry.values.items() if ";range=" not in name}
        for part in parts:
            found = RANGE.fullmatch(part)
            if not found:
                raise LdapIncomplete(f"{entry.dn!r} has values in parts that are not understood: {part!r}.")
            values[found[1]] = self._parts(entry, found[1], found[2], list(entry.values[part]))
        return Entry(entry.dn, values)

    def _parts(self, entry: Entry, name: str, last: str, values: list[bytes]) -> list[bytes]:
        while last != "*":
            wanted = f"{name};range={int(last) + 1}-*"
            with _explained(f"reading {entry.dn!r}"):
                sent = self.handle.search_ext(entry.dn, ldap.SCOPE_BASE, "(objectClass=*)", [wanted])
                _, rows, _, _ = self.handle.result3(sent, timeout=self.server.timeout)
            more = [(key, some) for dn, all in rows if dn for key, some in all.items() if RANGE.fullmatch(key)]
            if len(more) != 1 or not more[0][1]:
                raise LdapIncomplete(f"{entry.dn!r} did not give all values of {name}: nothing is used.")
            found = RANGE.fullmatch(more[0][0])
            last = found[2] if found else "*"
            values += more[0][1]
        return values


class Listener:
    """Hears of changes below one base as they happen (RFC 4533, refreshAndPersist)."""

    def __init__(self, server: Server, base: str, filter: str, cookie: str | None) -> None:
        _, self.handle = _opened(server, _Consumer)
        self.handle.heard = Heard(cookie=cookie)
        with _listening():
            self.sent = self.handle.syncrepl_search(
                base, ldap.SCOPE_SUBTREE, mode="refreshAndPersist", cookie=cookie, filterstr=filter, attrlist=["1.1"]
            )

    def hear(self, patience: float) -> Heard:
        """What was said within `patience` seconds; more that follows at once is handed on with it."""
        with _listening():
            try:
                while len(self.handle.heard.entries) + len(self.handle.heard.deleted) < AT_ONCE:
                    if not self.handle.syncrepl_poll(msgid=self.sent, timeout=patience):
                        raise LdapUnreachable("The LDAP server ended what it was to say of changes.")
                    patience = 0.02
            except ldap.TIMEOUT:
                pass
        heard: Heard = self.handle.heard
        self.handle.heard = Heard(cookie=heard.cookie, current=heard.current)
        return heard

    def close(self) -> None:
        with contextlib.suppress(ldap.LDAPError):
            self.handle.unbind_s()


class _Consumer(ldap.ldapobject.SimpleLDAPObject, ldap.syncrepl.SyncreplConsumer):  # type: ignore[misc]
    heard: Heard

    def syncrepl_set_cookie(self, cookie: str) -> None:
        self.heard.cookie = cookie

    def syncrepl_entry(self, dn: str, _: Any, id: str) -> None:
        self.heard.entries[id] = dn

    def syncrepl_delete(self, ids: list[str]) -> None:
        self.heard.deleted += ids

    def syncrepl_present(self, ids: list[str] | None, refreshDeletes: bool | None = False) -> None:
        if ids is None and not refreshDeletes:
            self.heard.inferred = True

    def syncrepl_refreshdone(self) -> None:
        self.heard.current = True


def accepts(server: Server, dn: str, password: str) -> Accepted | None:
    """Bind with it: None where it is not the password; raises `LdapPasswordExpired` or `LdapAccountClosed` where it is
    and is of no use.

    An empty one is never tried: servers take it for nobody, and agree.
    """
    if not dn or not password:
        return None
    told: list[Any] = []

    def bind(handle: Any) -> None:
        told.extend(handle.simple_bind_s(dn, password, serverctrls=[PasswordPolicyControl()])[3])

    try:
        _, handle = _opened(replace(server, bind_dn=dn), ldap.ldapobject.SimpleLDAPObject, bind)
    except LdapBindRefused:
        return None
    with contextlib.suppress(ldap.LDAPError):
        handle.unbind_s()
    policies = [each for each in told if isinstance(each, PasswordPolicyControl)]
    if any(each.error == CHANGE_AFTER_RESET for each in policies):
        raise LdapPasswordExpired(f"{dn!r}: the password must be changed first.")
    return Accepted(next((each.graceAuthNsRemaining for each in policies), None))


def equals(attribute: str, value: str | bytes) -> str:
    """A filter: the attribute has this value, whatever characters it has (RFC 4515)."""
    if isinstance(value, bytes):
        return f"({attribute}={''.join(f'{chr(92)}{byte:02x}' for byte in value)})"
    return f"({attribute}={ldap.filter.escape_filter_chars(value)})"


def unescaped(value: str) -> str:
    """What a filter's value stands for."""
    return ESCAPED.sub(lambda found: bytes.fromhex(found[0].replace("\\", "")).decode(errors="replace"), value)


def any_of(filters: Sequence[str]) -> str:
    return filters[0] if len(filters) == 1 else f"(|{''.join(filters)})"


def dn_key(dn: str) -> str:
    """The same for two ways of writing one name: case, spaces and escapes do not count (RFC 4514)."""
    if PLAIN_DN.fullmatch(dn):
        return dn.lower()
    return ",".join(_rdn_keys(dn))


def parent_key(key: str) -> str:
    """The key of the name above; empty above the last."""
    if "\\" not in key and '"' not in key:
        return key.partition(",")[2]
    return ",".join(_rdn_keys(key)[1:])


@lru_cache(1 << 14)
def rdn_value(dn: str) -> str:
    """The value that a name begins with: people for ou=people,dc=example."""
    return str(ldap.dn.str2dn(dn)[0][0][1]) if is_dn(dn) else ""


def is_dn(text: str) -> bool:
    return bool(text) and bool(ldap.dn.is_dn(text))


def _rdn_keys(dn: str) -> list[str]:
    try:
        parts = ldap.dn.str2dn(dn)
    except ldap.LDAPError:  # what is no name equals only itself
        return [dn.strip().lower()]
    return ["+".join(sorted(_pair_key(name, value) for name, value, _ in part)) for part in parts]


def _pair_key(name: str, value: str) -> str:
    return f"{name.lower()}={ldap.dn.escape_dn_chars(' '.join(value.lower().split()))}"


def _entry(dn: str, values: Mapping[str, list[bytes]]) -> Entry:
    return Entry(dn, {name.lower(): some for name, some in values.items()})


def _opened(server: Server, kind: Any, bind: Callable[[Any], None] | None = None) -> tuple[str, Any]:
    """A connection to the first server that answers. One that answers and refuses is not asked elsewhere again."""
    problem: LdapUnreachable | LdapNotTrusted = LdapUnreachable("No LDAP server is named: set `urls`.")
    for url in server.urls:
        handle = kind(url)
        for option, value in _options(server, url):
            handle.set_option(option, value)
        try:
            if server.start_tls:
                handle.start_tls_s()
            bind(handle) if bind else handle.simple_bind_s(server.bind_dn, server.password)
            return url, handle
        except (ldap.SERVER_DOWN, ldap.CONNECT_ERROR, ldap.TIMEOUT, ldap.UNAVAILABLE, ldap.BUSY) as failed:
            problem = _why_not(server, url, failed)
        except ldap.LDAPError as failed:
            with _explained(f"{server.bind_dn!r} at {url}"):
                raise failed from None
        with contextlib.suppress(ldap.LDAPError):
            handle.unbind_s()
    raise problem


def _options(server: Server, url: str) -> Iterator[tuple[int, Any]]:
    yield ldap.OPT_PROTOCOL_VERSION, 3
    yield ldap.OPT_REFERRALS, 0  # another server may be anybody's, and would be sent our password
    yield ldap.OPT_NETWORK_TIMEOUT, min(server.timeout, 10.0)
    yield ldap.OPT_TIMEOUT, server.timeout
    yield ldap.OPT_X_KEEPALIVE_IDLE, 60
    yield ldap.OPT_X_KEEPALIVE_INTERVAL, 10
    yield ldap.OPT_X_KEEPALIVE_PROBES, 3
    if server.start_tls or urlsplit(url).scheme == "ldaps":
        yield ldap.OPT_X_TLS_REQUIRE_CERT, ldap.OPT_X_TLS_DEMAND
        if server.ca_file:
            yield ldap.OPT_X_TLS_CACERTFILE, server.ca_file
        yield ldap.OPT_X_TLS_NEWCTX, 0


def _why_not(server: Server, url: str, failed: Exception) -> LdapUnreachable | LdapNotTrusted:
    """libldap says the same of a server that is away and of a certificate that is wrong: look again."""
    parts = urlsplit(url)
    if parts.scheme == "ldapi":
        return LdapUnreachable(f"{url} does not answer: {_said(failed)}.")
    place = (parts.hostname or "localhost", parts.port or (636 if parts.scheme == "ldaps" else 389))
    try:
        with socket.create_connection(place, 5) as plain:
            if server.start_tls:
                return LdapNotTrusted(f"{url} and we do not agree on TLS: {_said(failed)}. Check `ca_file`.")
            if parts.scheme == "ldaps":
                with ssl.create_default_context(cafile=server.ca_file).wrap_socket(plain, server_hostname=place[0]):
                    pass
    except ssl.SSLError as problem:
        return LdapNotTrusted(f"{url} cannot be trusted: {getattr(problem, 'verify_message', '') or problem}.")
    except OSError as problem:
        return LdapUnreachable(f"{url} does not answer: {problem.strerror or problem}.")
    return LdapUnreachable(f"{url} does not answer LDAP: {_said(failed)}.")


@contextlib.contextmanager
def _explained(doing: str) -> Iterator[None]:
    """Say what libldap says, in sentences."""
    try:
        yield
    except ldap.INVALID_CREDENTIALS as problem:
        if EXPIRED.search(_said(problem)) or _is_expired(problem):
            raise LdapPasswordExpired(f"{doing}: the password has expired, or must be changed first.") from None
        if CLOSED.search(_said(problem)):
            raise LdapAccountClosed(f"{doing}: the account is disabled, or has come to its end.") from None
        raise LdapBindRefused(f"{doing}: the name or the password is not right.") from None
    except UNWELCOME as problem:
        raise LdapBindRefused(f"{doing} is refused: {_said(problem)}.") from None
    except ldap.NO_SUCH_OBJECT:
        raise LdapNotThere(f"{doing}: it is not there, or the account to read with may not see it.") from None
    except ldap.REFERRAL:
        raise LdapIncomplete(f"{doing}: it lies on another server, which is not asked.") from None
    except (ldap.SIZELIMIT_EXCEEDED, ldap.ADMINLIMIT_EXCEEDED) as problem:
        limit = f"the server's limit for this account is reached ({_said(problem)})"
        raise LdapIncomplete(f"{doing}: {limit}: raise it, or allow paged results.") from None
    except (ldap.TIMELIMIT_EXCEEDED, ldap.TIMEOUT) as problem:
        raise LdapIncomplete(f"{doing}: it took too long ({_said(problem)}): narrow the filter.") from None
    except (ldap.SERVER_DOWN, ldap.CONNECT_ERROR, ldap.UNAVAILABLE, ldap.BUSY) as problem:
        raise LdapUnreachable(f"{doing}: the connection was lost ({_said(problem)}).") from None
    except ldap.LDAPError as problem:
        raise LdapIncomplete(f"{doing}: {_said(problem)}.") from None


@contextlib.contextmanager
def _listening() -> Iterator[None]:
    with _explained("listening to changes"):
        try:
            yield
        except ldap.LDAPError as problem:
            if problem.args and isinstance(problem.args[0], dict) and problem.args[0].get("result") == REFRESH_REQUIRED:
                raise LdapBeginAnew from None
            raise


def _is_expired(problem: Exception) -> bool:
    """What a password policy adds, and only where the password is right."""
    facts = problem.args[0] if problem.args and isinstance(problem.args[0], dict) else {}
    answers = ldap.controls.DecodeControlTuples(facts.get("ctrls"))
    return any(isinstance(each, PasswordPolicyControl) and each.error == PASSWORD_EXPIRED for each in answers)


def _said(problem: Exception) -> str:
    facts = problem.args[0] if problem.args and isinstance(problem.args[0], dict) else {}
    words = [str(facts[name]) for name in ("desc", "info") if facts.get(name)]
    return ", ".join(dict.fromkeys(words)) or repr(problem)
