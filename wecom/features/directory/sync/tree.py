"""Which departments LDAP means, and who is in which: from the tree of units, an attribute, or groups. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from ..ldap import parent_key
from ..rules import DEEPEST, MOST_DEPARTMENTS
from .config import LdapConfig
from .model import Person, Staging, Unit


@dataclass(slots=True)
class Tree:
    """The departments wanted, parents before children, and people's places in them."""

    units: list[Unit] = field(default_factory=list)
    """`parent` is the id of the unit above here; empty: none."""
    places: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Units' ids by people's; empty: directly in the company. Who is not named stays where they are."""


def wanted_tree(staging: Staging, config: LdapConfig, *, linked: Collection[str] = (), depth: int = 1) -> Tree:
    """`linked`: ids of units that are departments already; they stay, others come once somebody is in them.

    `depth`: how deep the department lies that all are under.
    """
    match config.departments.source:
        case "none":
            return Tree()
        case "tree":
            units = {key: unit for key, unit in staging.units.items() if key not in staging.bases}
            places = {each.id: unit_above(each.key, units) for each in staging.people.values()}
            parents = {key: unit_above(key, units) for key in units}
        case "attribute":
            units, places, parents = _named_units(staging.people.values())
        case "groups":
            units, places, parents = _group_units(staging)
    parents = {key: parent for key, parent in parents.items() if not _circular(key, parents)}
    for key in units.keys() - parents.keys():
        staging.note("department", units[key].name, "it lies under itself: it is put at the top")
        parents[key] = ()
    return _shaped(staging, units, places, parents, linked, DEEPEST - depth)


def unit_above(key: str, units: Collection[str]) -> tuple[str, ...]:
    """The key of the nearest unit that an entry lies in, if any."""
    above = parent_key(key)
    while above:
        if above in units:
            return (above,)
        above = parent_key(above)
    return ()


def named_unit(names: tuple[str, ...]) -> str:
    """The id, and key, of a department that is only a name; empty for none."""
    return "path:" + "\n".join(names) if names else ""


Places = dict[str, tuple[str, ...]]


def _named_units(people: Iterable[Person]) -> tuple[dict[str, Unit], Places, Places]:
    units: dict[str, Unit] = {}
    places: Places = {}
    parents: Places = {}
    for person in people:
        above: tuple[str, ...] = ()
        for number, name in enumerate(person.department, 1):
            key = named_unit(person.department[:number])
            units.setdefault(key, Unit(key, key, name))
            parents.setdefault(key, above)
            above = (key,)
        places[person.id] = above
    return units, places, parents


def _group_units(staging: Staging) -> tuple[dict[str, Unit], Places, Places]:
    units = dict(staging.units)
    by_key = {each.key: each.id for each in staging.people.values()}
    by_userid = {each.userid.lower(): each.id for each in staging.people.values()}
    found: dict[str, list[str]] = {id: [] for id in staging.people}
    parents: Places = {key: () for key in units}
    for key, unit in sorted(units.items()):
        for member in unit.members:
            if member in units:
                parents[member] = parents[member] or (key,)
            elif id := by_key.get(member) or by_userid.get(member):
                found[id].append(key)
    return units, {id: tuple(keys[:MOST_DEPARTMENTS]) for id, keys in found.items()}, parents


def _circular(key: str, parents: Mapping[str, tuple[str, ...]]) -> bool:
    seen = {key}
    at = parents[key]
    while at:
        if at[0] == key:
            return True
        if at[0] in seen:
            return False  # it hangs below a circle; whoever is in the circle is put right
        seen.add(at[0])
        at = parents.get(at[0], ())
    return False


def _shaped(
    staging: Staging,
    units: Mapping[str, Unit],
    places: Places,
    parents: Places,
    linked: Collection[str],
    deepest: int,
) -> Tree:
    """What is used, no deeper than departments may be, siblings with different names."""
    chains = {key: _chain(key, parents) for key in units}
    used = {above for keys in places.values() for key in keys for above in chains[key]}
    used |= {above for key, unit in units.items() if unit.id in linked for above in chains[key]}
    for key in used:
        if len(chains[key]) > deepest:
            staging.note("department", units[key].name, f"it lies deeper than {DEEPEST}: it is part of the one above")
    tree, names = Tree(), set[tuple[str, str]]()
    kept = [key for key in used if len(chains[key]) <= deepest]
    for key in sorted(kept, key=lambda key: (len(chains[key]), units[key].id)):
        parent = units[parents[key][0]].id if parents[key] else ""
        name, number = units[key].name, 1
        while (parent, name) in names:
            number += 1
            name = f"{units[key].name[:58]} ({number})"
        if number > 1:
            staging.note("department", units[key].name, f"there are several of this name: here it is called {name!r}")
        names.add((parent, name))
        tree.units.append(replace(units[key], parent=parent, name=name, members=()))
    for id, keys in places.items():
        shallow = (chains[key][:deepest][-1] for key in keys)
        tree.places[id] = tuple(dict.fromkeys(units[key].id for key in shallow))
    return tree


def _chain(key: str, parents: Places) -> tuple[str, ...]:
    """From the top to this unit."""
    chain = [key]
    while above := parents.get(chain[-1], ()):
        chain.append(above[0])
    return tuple(reversed(chain))
