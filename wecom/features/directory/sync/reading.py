"""Reading a directory: all of it, or all that is asked for, or an error. Blocking: for a thread."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from ..ldap import Connection, any_of, dn_key
from ..ldap_model import Entry, Server
from ..ldap_refusals import LdapIncomplete
from .config import LdapConfig
from .mapping import Mapper, Unusable
from .model import Group, Person, ProblemKind, Staging, Unit

Used = TypeVar("Used", Person, Unit, Group)

IDS_AT_ONCE = 100
ASKED_FOR = 5
"""So many entries are asked for by their identities, to see that this can be done."""
Progress = Callable[[int], None]
"""Told how many people have been read."""


def read_all(server: Server, config: LdapConfig, progress: Progress = lambda _: None) -> Staging:
    """Every page of every base; raises if one of them is missing."""
    mapper, staging = Mapper(config), Staging()
    with Connection(server) as connection:
        staging.url = connection.url
        staging.bases = frozenset(dn_key(base) for base in config.department_bases)
        people = config.people
        wanted = mapper.person_attributes
        for entry in _entries(connection, people.bases, people.filter, wanted, progress, staging.below):
            _stage_person(staging, mapper, entry)
        _stage_groups(staging, mapper, connection)
        for url in sorted(connection.referrals):
            staging.note("server", url, "what lies on this other server is not read")
        _check_identity(connection, config, mapper, staging)
    if not staging.people and staging.refused:
        raise LdapIncomplete(
            f"{len(staging.refused)} people were found below {', '.join(people.bases)}, and none can be used. The "
            f"first: {staging.problems[0].what}: {staging.problems[0].message}."
        )
    if not staging.people:
        raise LdapIncomplete(
            f"No people were found below {', '.join(people.bases)} with {people.filter}: check the filter, and what "
            f"{config.bind_dn or 'an anonymous reader'} may see. An empty answer is never used."
        )
    staging.problems += mapper.problems
    return staging


def read_groups(server: Server, config: LdapConfig) -> Staging:
    """All units and groups, and nobody's own entry."""
    mapper, staging = Mapper(config), Staging()
    staging.bases = frozenset(dn_key(base) for base in config.department_bases)
    with Connection(server) as connection:
        staging.url = connection.url
        _stage_groups(staging, mapper, connection)
    staging.problems += mapper.problems
    return staging


def read_some(server: Server, config: LdapConfig, ids: Sequence[str]) -> Staging:
    """The people of these ids who are there now."""
    mapper, staging = Mapper(config), Staging()
    staging.bases = frozenset(dn_key(base) for base in config.department_bases)
    with Connection(server) as connection:
        staging.url = connection.url
        for start in range(0, len(ids), IDS_AT_ONCE):
            some = any_of([mapper.id_filter(id) for id in ids[start : start + IDS_AT_ONCE]])
            filter = f"(&{config.people.filter}{some})"
            for entry in _entries(connection, config.people.bases, filter, mapper.person_attributes):
                _stage_person(staging, mapper, entry)
    staging.problems += mapper.problems
    return staging


def _entries(
    connection: Connection,
    bases: Sequence[str],
    filter: str,
    attributes: Sequence[str],
    progress: Progress = lambda _: None,
    below: dict[str, int] | None = None,
) -> Iterator[Entry]:
    """`below`: is told how many entries each base gave, those that lie below several in each."""
    seen: set[str] = set()
    for base in bases:
        for page in connection.search(base, filter, attributes):
            if below is not None:
                below[base] = below.get(base, 0) + len(page)
            for entry in page:
                if entry.dn not in seen:  # bases may lie in one another
                    seen.add(entry.dn)
                    yield entry
            progress(len(seen))


def _check_identity(connection: Connection, config: LdapConfig, mapper: Mapper, staging: Staging) -> None:
    """Whoever changes is asked for by their identity: where nobody is found by one, they would be taken for gone."""
    some = sorted(staging.people, key=str.islower)[:ASKED_FOR]
    filter = f"(&{config.people.filter}{any_of([mapper.id_filter(id) for id in some])})"
    if some and not any(True for _ in _entries(connection, config.people.bases, filter, ["1.1"])):
        raise LdapIncomplete(
            f"People have {config.people.id}, but the server finds nobody by it: choose another attribute for "
            "people.id, or give this one an equality rule in the server's schema."
        )


def _stage_groups(staging: Staging, mapper: Mapper, connection: Connection) -> None:
    config = mapper.config
    if config.departments.source in ("tree", "groups"):
        filter = config.departments.filter
        for entry in _entries(connection, config.department_bases, filter, mapper.unit_attributes):
            if unit := _used(staging, "department", entry, mapper.unit):
                staging.units[unit.key] = unit
    if config.tags.bases:
        for entry in _entries(connection, config.tags.bases, config.tags.filter, mapper.group_attributes):
            if group := _used(staging, "tag", entry, mapper.group):
                staging.groups[group.key] = group


def _stage_person(staging: Staging, mapper: Mapper, entry: Entry) -> None:
    person = _used(staging, "person", entry, mapper.person)
    if person is None:
        try:
            staging.refused.add(mapper.id_of(entry, mapper.config.people.id))
        except Unusable:
            raise LdapIncomplete(
                f"{entry.dn!r} has no {mapper.config.people.id}: without it nobody can be told from somebody else. "
                "Check people.id, and what the account to read with may see."
            ) from None
    elif person.id in staging.people:
        staging.note(
            "person", entry.dn, f"{staging.people[person.id].dn!r} has the same identity: this one is not used"
        )
    else:
        staging.people[person.id] = person


def _used(staging: Staging, kind: ProblemKind, entry: Entry, read: Callable[[Entry], Used]) -> Used | None:
    try:
        return read(entry)
    except (Unusable, ValueError, ArithmeticError) as problem:
        staging.note(kind, entry.dn, f"it is not used: {problem}")
        return None
