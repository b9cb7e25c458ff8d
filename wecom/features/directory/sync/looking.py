"""What was read from LDAP, for a person who looks whether it is what was meant; and how plans are told apart. Pure."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from .config import LdapConfig
from .describe import described
from .model import Plan, Staging
from .tree import wanted_tree

SHOWN = 5
MOST_BRANCHES = 500


@dataclass(frozen=True, slots=True)
class Branch:
    """A department that there would be, how deep it lies, and how many people are directly in it."""

    name: str
    depth: int
    people: int


def branches(staging: Staging, config: LdapConfig) -> list[Branch]:
    """From the top, each followed by those under it."""
    tree = wanted_tree(staging, config)
    sizes = Counter(unit for units in tree.places.values() for unit in units)
    names = {unit.id: unit.name for unit in tree.units}
    below: dict[str, list[str]] = {}
    for unit in tree.units:
        below.setdefault(unit.parent, []).append(unit.id)

    def walk(id: str, depth: int) -> Iterator[Branch]:
        for each in sorted(below.get(id, ()), key=lambda each: names[each]):
            yield Branch(names[each], depth, sizes[each])
            yield from walk(each, depth + 1)

    return list(walk("", 1))


def found(staging: Staging, config: LdapConfig) -> dict[str, Any]:
    """A few people as they were read, the departments and the tags."""
    people = sorted(staging.people.values(), key=lambda each: each.key)[:SHOWN]
    return {
        "url": staging.url,
        "people": [
            {
                "userid": each.userid,
                "enabled": each.enabled,
                "dn": each.dn,
                "id": each.id,
                "fields": {name: str(value or "") for name, value in each.fields.items()}
                | {attribute.name: attribute.value for attribute in each.attributes},
                "leader": each.leader,
            }
            for each in people
        ],
        "departments": [
            {"name": each.name, "depth": each.depth, "people": each.people}
            for each in branches(staging, config)[:MOST_BRANCHES]
        ],
        "tags": sorted(each.name for each in staging.groups.values())[:MOST_BRANCHES],
    }


def counts_of(staging: Staging) -> dict[str, int]:
    return {
        "people": len(staging.people),
        "people_disabled": len(staging.barred),
        "units": len(staging.units),
        "groups": len(staging.groups),
        "problems": len(staging.problems),
    }


def digest(plan: Plan) -> bytes:
    """The same for plans that would do the same, and for no others."""
    people = [
        (each.person.id, sorted((name, repr(value)) for name, value in each.fields.items()), each.places, each.leader)
        for each in plan.people
    ]
    departments = [
        (each.id, each.unit.id, each.unit.name, each.unit.parent, None if each.before is None else each.before.name)
        for each in plan.departments
    ]
    tags = [(each.group.id, each.name, each.links, sorted(each.on), sorted(each.off)) for each in plan.tags]
    switched = [sorted((each.known.id, each.because) for each in side) for side in (plan.disable, plan.enable)]
    gone = [
        sorted(plan.gone),
        sorted(plan.departments_passed_on),
        sorted(plan.departments_gone),
        sorted(plan.tags_gone),
    ]
    said = [described(plan), people, departments, tags, switched, gone, plan.adopted_barred]
    return hashlib.sha256(orjson.dumps(said, default=repr)).digest()
