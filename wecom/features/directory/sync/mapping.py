"""From an entry to what it says of a person, a department or a tag."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from wecom.foundation.errors import WecomError

from .. import rules
from ..ldap import dn_key, is_dn
from ..ldap_model import Entry
from ..members import CHECKS
from ..model import Attribute
from .config import LdapConfig
from .identity import identity, identity_filter
from .model import Group, Person, Problem, ProblemKind, Unit

LONGEST = {"name": 64, "alias": 64, "english_name": 64, "position": 128, "address": 128}
WINDOWS_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
RULE = re.compile(r"([A-Za-z][A-Za-z0-9-]*)(=|&|<)(.+)")
NUMBER = re.compile(r"-?[0-9]{1,40}", re.ASCII)
UNIQUE_IDENTIFIER = re.compile(r"#'[01]*'B$")
"""What a uniqueMember may have after the name (RFC 4517)."""
VERSIONS = ("entrycsn", "usnchanged", "modifytimestamp")


class Unusable(Exception):
    """The entry cannot be used, for the reason that is said."""


@dataclass(frozen=True, slots=True)
class Disabled:
    """One way in which an entry says that somebody is barred."""

    attribute: str
    sign: str
    operand: str

    @classmethod
    def of(cls, rule: str) -> "Disabled":
        found = RULE.fullmatch(rule.strip())
        if not found or (found[2] == "&" and not found[3].isdecimal()) or (found[2] == "<" and found[3] != "now"):
            raise ValueError(f"{rule!r} is not understood: write attribute=value, attribute&bits or attribute<now")
        return cls(found[1].lower(), found[2], _comparable(found[3]))

    def holds(self, entry: Entry) -> bool:
        """Raises `Unusable` where it cannot be told."""
        values = [_comparable(value.decode(errors="replace")) for value in entry.values.get(self.attribute, ())]
        if self.sign == "&":
            if not values:  # everybody has it: who seems not to may have been barred, and it was hidden
                raise Unusable(f"it has no {self.attribute}: whether that bars them is not known")
            return any((number := _number(value)) is not None and number & int(self.operand) for value in values)
        if self.sign == "<":
            now = datetime.now(UTC)
            return any((at := _instant(value)) is not None and at < now for value in values)
        return bool(values) if self.operand == "*" else self.operand in values

    def ends(self, entry: Entry) -> datetime | None:
        """When it will hold by the clock alone."""
        if self.sign != "<":
            return None
        now = datetime.now(UTC)
        given = [_instant(value.decode(errors="replace").strip()) for value in entry.values.get(self.attribute, ())]
        return min([at for at in given if at and at >= now], default=None)


class Mapper:
    """Reads entries as a configuration says; collects what of them cannot be used."""

    def __init__(self, config: LdapConfig) -> None:
        self.config = config
        self.problems: list[Problem] = []
        self.disabled = [Disabled.of(rule) for rule in config.people.disabled]
        people = config.people
        named = [people.id, *people.fields.values(), *people.attributes.values(), people.leader]
        named += [each.attribute for each in self.disabled]
        named += [config.departments.attribute] if config.departments.source == "attribute" else []
        self.person_attributes = _distinct([*named, *VERSIONS])
        departments, tags = config.departments, config.tags
        members = departments.member if departments.source == "groups" else []
        self.unit_attributes = _distinct([departments.id or people.id, departments.name, *members])
        self.group_attributes = _distinct([tags.id or people.id, tags.name, *tags.member])

    def person(self, entry: Entry) -> Person:
        """Raises `Unusable`."""
        people = self.config.people
        id = self.id_of(entry, people.id)
        fields: dict[str, Any] = {}
        for field, attribute in people.fields.items():
            if field not in ("userid", "name"):
                fields[field] = self._field(entry, field, attribute)
        userid = _text(entry, people.fields["userid"])
        name = self._field(entry, "name", people.fields["name"])
        try:
            rules.userid(userid)
        except WecomError as problem:
            raise Unusable(f"{people.fields['userid']}: {problem}" if userid else "it has no userid") from None
        if not name:
            raise Unusable(f"it has no {people.fields['name']}")
        fields["name"] = name
        leader = _text(entry, people.leader) if people.leader else ""
        return Person(
            id=id,
            dn=entry.dn,
            key=dn_key(entry.dn),
            userid=userid,
            enabled=not any(rule.holds(entry) for rule in self.disabled),
            fields=fields,
            attributes=self._attributes(entry),
            leader=dn_key(leader) if leader else "",
            department=self._department(entry),
            version=next((_text(entry, name) for name in VERSIONS if name in entry.values), ""),
            ends_at=min([at for rule in self.disabled if (at := rule.ends(entry))], default=None),
        )

    def unit(self, entry: Entry) -> Unit:
        """An entry as a department; raises `Unusable`."""
        departments = self.config.departments
        id = self.id_of(entry, departments.id or self.config.people.id)
        name = self.department_name(entry.dn, _text(entry, departments.name))
        members = _members(entry, departments.member) if departments.source == "groups" else ()
        return Unit(id, dn_key(entry.dn), name, "", members)

    def group(self, entry: Entry) -> Group:
        """An entry as a tag; raises `Unusable`."""
        tags = self.config.tags
        id = self.id_of(entry, tags.id or self.config.people.id)
        name = " ".join(_text(entry, tags.name).split())
        if not name or rules.UNKEEPABLE.search(name):
            raise Unusable(f"it has no {tags.name}")
        if len(name) > 32:
            self.note("tag", entry.dn, f"{tags.name} is longer than a tag's name may be: it is shortened to 32")
        return Group(id, dn_key(entry.dn), name[:32].strip(), _members(entry, tags.member))

    def id_of(self, entry: Entry, attribute: str) -> str:
        values = entry.values.get(attribute.lower(), ())
        if len(values) != 1 or not values[0]:
            raise Unusable(f"it has {'no' if not values else 'several'} {attribute}: its identity is not known")
        return identity(attribute, values[0])

    def id_filter(self, id: str) -> str:
        """A filter for the person of this id."""
        return identity_filter(self.config.people.id, id)

    def department_name(self, dn: str, given: str) -> str:
        """As departments may be called."""
        kept = rules.ILLEGAL_IN_DEPARTMENT.sub(" ", rules.UNKEEPABLE.sub(" ", given))
        name = " ".join(kept.split())[:64].strip()
        if not name:
            raise Unusable("it has no name")
        if name != given:
            self.note("department", dn, f"a department cannot be called {given!r}: here it is called {name!r}")
        return name

    def note(self, kind: ProblemKind, what: str, message: str) -> None:
        self.problems.append(Problem(kind, what, message))

    def _field(self, entry: Entry, field: str, attribute: str) -> Any:
        """What the field may hold of an attribute's value; what it may not is noted, and the field left empty."""
        check: Callable[[Any], Any] = CHECKS[field]  # type: ignore[assignment]
        value = " ".join(_text(entry, attribute).replace("$", ", " if field == "address" else "$").split())
        if len(value) > (most := LONGEST.get(field, len(value))):
            value = value[:most].rstrip()
            self.note("person", entry.dn, f"{attribute} is too long for the {field}: it is shortened to {most}")
        if field == "name" and not value:
            return ""
        try:
            return check(value)
        except WecomError as problem:
            self.note("person", entry.dn, f"{attribute} is left out: {problem}")
            return "" if field == "name" else check("")

    def _attributes(self, entry: Entry) -> tuple[Attribute, ...]:
        found: list[Attribute] = []
        for name, attribute in self.config.people.attributes.items():
            if value := _text(entry, attribute):
                try:
                    found += rules.attributes([Attribute(name, "text", value)])
                except WecomError as problem:
                    self.note("person", entry.dn, f"{attribute} is left out: {problem}")
        return tuple(found)

    def _department(self, entry: Entry) -> tuple[str, ...]:
        departments = self.config.departments
        if departments.source != "attribute":
            return ()
        given = _text(entry, departments.attribute)
        parts = given.split(departments.separator) if departments.separator else [given]
        names = []
        for part in parts:
            if part.strip():
                try:
                    names.append(self.department_name(entry.dn, part.strip()))
                except Unusable:
                    self.note("department", entry.dn, f"{part!r} cannot be a department's name")
        return tuple(names)


def _comparable(value: str) -> str:
    """Equal where LDAP takes two values for equal; names may be written in several ways."""
    value = value.strip()
    return dn_key(value) if "," in value and is_dn(value) else value.lower()


def _members(entry: Entry, attributes: Sequence[str]) -> tuple[str, ...]:
    values = [value.decode(errors="replace") for name in attributes for value in entry.values.get(name.lower(), ())]
    names = [UNIQUE_IDENTIFIER.sub("", value) for value in values]
    return tuple(dn_key(name) if "=" in name and is_dn(name) else name.lower() for name in names)


def _text(entry: Entry, attribute: str) -> str:
    """The one value, or of several the first in the alphabet: servers give them in any order."""
    values = sorted(entry.values.get(attribute.lower(), ()))
    return values[0].decode(errors="replace").strip() if values else ""


def _instant(value: str) -> datetime | None:
    """Of an AD file time, where 0 and what no calendar reaches are never; or of a generalized time."""
    try:
        if len(value) > 14 and value.lstrip("-").isdecimal():
            ticks = _number(value) or 0
            return WINDOWS_EPOCH + timedelta(microseconds=ticks // 10) if ticks > 0 else None
        return datetime.strptime(value[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _number(value: str) -> int | None:
    return int(value) if NUMBER.fullmatch(value) else None


def _distinct(names: list[str]) -> list[str]:
    return list({name.lower(): name for name in names if name}.values())
