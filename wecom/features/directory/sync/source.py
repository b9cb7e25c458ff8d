"""The directory that a deployment is configured for."""

from dataclasses import dataclass, field
from pathlib import Path

from .. import ldap
from ..ldap_model import Server
from ..ldap_refusals import LdapIncomplete
from .asking import Asking
from .config import InvalidLdapConfig, LdapConfig, read_config
from .mapping import Mapper, Unusable


@dataclass(frozen=True, slots=True)
class LdapSource:
    """How it is reached, and how what it says is read."""

    config: LdapConfig
    server: Server
    asking: Asking = field(default_factory=Asking, compare=False, repr=False)
    """For whoever must not block."""


def open_source(path: Path, password: str) -> LdapSource:
    """From the file that the settings name; nothing is connected to. Raises `InvalidLdapConfig`."""
    config = read_config(path)
    try:
        Mapper(config)
    except ValueError as problem:
        raise InvalidLdapConfig(f"{path}: people.disabled: {problem}.", key="people.disabled") from None
    if config.bind_dn and not password:
        raise InvalidLdapConfig(f"{path}: bind_dn needs a password: set WECOM_LDAP_BIND_PASSWORD, or its _FILE.")
    return LdapSource(config, config.server(password))


def find_entry(source: LdapSource, id: str) -> tuple[str, bool] | None:
    """The DN of the person of this id, and whether they may come in; None where there is none now.

    Raises `LdapIncomplete` where that cannot be told.
    """
    mapper, people = Mapper(source.config), source.config.people
    wanted = [people.id, *(each.attribute for each in mapper.disabled)]
    found = []
    with ldap.Connection(source.server) as connection:
        for base in people.bases:
            for page in connection.search(base, f"(&{people.filter}{mapper.id_filter(id)})", wanted):
                found += page
    if len({each.dn for each in found}) != 1:
        return None
    try:
        return found[0].dn, not any(rule.holds(found[0]) for rule in mapper.disabled)
    except Unusable as problem:
        raise LdapIncomplete(f"{found[0].dn!r}: {problem}.") from None
