"""What is to be done so that what is here is as LDAP says. Pure: current and wanted in, changes out."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

from ..ldap import parent_key
from ..model import Attribute, Member
from .config import LdapConfig
from .model import Current, DepartmentChange, Known, Person, PersonChange, Plan, Problem, Staging, Switch
from .tag_plan import plan_tags
from .tree import Tree, named_unit, unit_above, wanted_tree
from .weighing import dark_bases, weigh

UNIQUE = ("userid", "mobile", "email", "biz_mail")
"""What no two members may have."""


def plan_all(current: Current, staging: Staging, config: LdapConfig) -> Plan:
    """From everything that was read."""
    current = replace(current, claims=dict(current.claims))
    plan = Plan(people_read=len(staging.people) + len(staging.refused))
    plan.linked_groups = len(current.linked_departments) + len(current.tags)
    under = current.departments.get(config.departments.under)
    depth = len(under.path) if under else 1
    coming = {id: each for id, each in staging.people.items() if _comes(each, current)}
    tree = wanted_tree(replace(staging, people=coming), config, linked=current.linked_departments, depth=depth)
    current.linked_departments = departments_planned(plan, current, tree, config)
    _plan_people(plan, current, staging, tree, config)
    _plan_gone(plan, current, staging, current.people)
    plan_tags(plan, current, staging, config)
    plan.dark = dark_bases(plan, staging)
    weigh(plan, current, staging, config)
    plan.problems[:0] = staging.problems
    return plan


def plan_some(current: Current, staging: Staging, ids: Collection[str], config: LdapConfig) -> Plan:
    """From the entries of these people alone; whoever of them was not found is gone."""
    current = replace(current, claims=dict(current.claims))
    plan = Plan(people_read=len(staging.people))
    tree = Tree()
    for person in staging.people.values():
        if config.departments.source == "tree":
            above = unit_above(person.key, {*current.unit_ids, *staging.bases})
            # A unit that nobody was in until now is no department yet.
            plan.needs_groups |= above != (parent_key(person.key),)
            tree.places[person.id] = tuple(current.unit_ids[key] for key in above if key in current.unit_ids)
        elif config.departments.source == "attribute":
            unit = named_unit(person.department)
            if unit and unit not in current.linked_departments:
                plan.needs_all = True
            else:
                tree.places[person.id] = (unit,) if unit else ()
    _plan_people(plan, current, staging, tree, config)
    _plan_gone(plan, current, staging, [id for id in ids if id in current.people])
    if config.tags.bases or config.departments.source == "groups":
        plan.needs_groups |= bool(
            plan.moved or plan.gone or any(each.known is None or "userid" in each.fields for each in plan.people)
        )
    weigh(plan, current, staging, config)
    plan.problems[:0] = staging.problems
    return plan


def _comes(person: Person, current: Current) -> bool:
    """Whoever is barred before they were ever here does not, and no department is made for them."""
    return person.enabled or person.id in current.people or person.userid.lower() in current.strangers


def departments_planned(plan: Plan, current: Current, tree: Tree, config: LdapConfig) -> dict[str, int]:
    """Departments by units, of those that are there already."""
    under = config.departments.under
    wanted = {unit.id for unit in tree.units}
    gone = {id: unit for unit, id in current.linked_departments.items() if unit not in wanted}
    ids = {unit: id for unit, id in current.linked_departments.items() if unit in wanted}
    stays = set(ids.values())
    # A unit that was made anew, under the same name, is the department that it was.
    there = {(each.parent_id, each.name): id for id, each in current.departments.items() if id not in stays}
    for unit in tree.units:
        parent = ids.get(unit.parent) if unit.parent else under
        id = ids.get(unit.id)
        if id is None and parent is not None and (adopted := there.get((parent, unit.name))):
            ids[unit.id] = adopted
            if adopted in gone:
                plan.departments_passed_on.append(gone.pop(adopted))
            plan.departments.append(DepartmentChange(unit, adopted, current.departments[adopted]))
            continue
        before = current.departments.get(id) if id is not None else None
        if before is None or (before.name, before.parent_id) != (unit.name, parent):
            plan.departments.append(DepartmentChange(unit, before.id if before else None, before))
        elif current.unit_ids.get(unit.key) != unit.id:
            plan.moved_units.append((unit.id, before.id, unit.key))
    if config.departments.source != "none":
        plan.departments_gone = [(unit, id) for id, unit in gone.items()]
    return ids


def _plan_people(plan: Plan, current: Current, staging: Staging, tree: Tree, config: LdapConfig) -> None:
    userids = {each.key: each.member.userid for each in current.people.values()}
    # Whoever is barred before they were ever here does not come, and leads nobody.
    userids |= {each.key: each.userid for each in staging.people.values() if each.enabled or each.id in current.people}
    _release(current, staging.people.values())
    # Who has something already keeps it: the others come after.
    ordered = sorted(staging.people.values(), key=lambda each: (each.id not in current.people, each.key))
    for person in ordered:
        known = current.people.get(person.id)
        if known is None:
            _plan_newcomer(plan, current, person, tree, userids, config)
            continue
        plan.linked += known.member.enabled
        if known.gone or known.key != person.key:
            plan.moved.append((person.id, known.member.id, person.key))
        change = _changed(plan, current, person, known, tree, userids, config)
        if change:
            plan.people.append(change)
        if switch := _switched(person, known):
            (plan.enable if switch.because == "enabled" else plan.disable).append(switch)
        plan.unchanged += not (change or switch)


def _plan_newcomer(
    plan: Plan, current: Current, person: Person, tree: Tree, userids: dict[str, str], config: LdapConfig
) -> None:
    stranger = current.strangers.get(person.userid.lower())
    holder = current.claims.get(("userid", person.userid.lower()))
    if stranger is None and not person.enabled:
        plan.unchanged += 1  # barred before they were ever here
        return
    if stranger is None and holder is not None:
        message = f"its userid {person.userid!r} is another member's, whose entry has gone or is another one"
        _note(plan, person, f"{message}; if they are the same: wecom ldap relink {person.userid}")
        return
    if stranger is not None and not _may_adopt(stranger.holds_role, config.people.adopt):
        _note(plan, person, f"{person.userid!r} is a member of here who is not maintained in LDAP: see people.adopt")
        return
    id = stranger.id if stranger else -1 - len(plan.people)
    fields = dict(person.fields) | {"attributes": person.attributes}
    fields["userid"] = person.userid
    if stranger:
        plan.linked += 1
        if not person.enabled:
            plan.adopted_barred += 1
            fields["enabled"] = False
    fields = _unclaimed(plan, current, person, id, fields)
    leader = _leader(plan, person, userids)
    places = tree.places.get(person.id)
    plan.people.append(PersonChange(person, None, stranger.id if stranger else None, fields, places, leader))


def _may_adopt(holds_role: bool, adopt: str) -> bool:
    return adopt == "everyone" or (adopt == "members" and not holds_role)


def _changed(
    plan: Plan,
    current: Current,
    person: Person,
    known: Known,
    tree: Tree,
    userids: dict[str, str],
    config: LdapConfig,
) -> PersonChange | None:
    member = known.member
    fields = {name: value for name, value in person.fields.items() if getattr(member, name) != value}
    if person.userid.lower() != member.userid.lower():
        fields["userid"] = person.userid
    if config.people.attributes and (mixed := _mixed(member, person, config)) is not None:
        fields["attributes"] = mixed
    fields = _unclaimed(plan, current, person, member.id, fields)
    fields = {name: value for name, value in fields.items() if getattr(member, name) != value}
    wanted = tree.places.get(person.id)
    places = None if wanted is None or stands(member.department_ids, wanted, current, config) else wanted
    leader = _leader(plan, person, userids) if config.people.leader else None
    if leader is not None and _leads(current, leader, member.leader_ids):
        leader = None
    if not fields and places is None and leader is None:
        return None
    return PersonChange(person, known, None, fields, places, leader)


def _mixed(member: Member, person: Person, config: LdapConfig) -> tuple[Attribute, ...] | None:
    """The extended attributes, with those of LDAP in place of what was; None: they are so already."""
    had = tuple(each for each in member.attributes if each.name in config.people.attributes)
    if set(had) == set(person.attributes):
        return None
    return (*(each for each in member.attributes if each not in had), *person.attributes)


def stands(had: Collection[int], wanted: tuple[str, ...], current: Current, config: LdapConfig) -> bool:
    """Whether these departments are those of the units."""
    ids = {current.linked_departments.get(unit) for unit in wanted} or {config.departments.under}
    return ids == set(had)


def _leader(plan: Plan, person: Person, userids: dict[str, str]) -> str:
    if not person.leader or person.leader == person.key:
        return ""
    if person.leader not in userids:
        _note(plan, person, f"its leader {person.leader!r} is not among the people")
    return userids.get(person.leader, "")


def _leads(current: Current, leader: str, ids: tuple[int, ...]) -> bool:
    """Whether this userid, empty for nobody, is whom they report to already."""
    if not leader or not ids:
        return not leader and not ids
    return (current.claims.get(("userid", leader.lower())),) == ids


def _switched(person: Person, known: Known) -> Switch | None:
    """What an administrator has barred here stays barred; what sync barred, sync lets in again."""
    if not person.enabled and known.member.enabled:
        return Switch(known, "disabled")
    if person.enabled and not known.member.enabled and known.disabled_by_sync:
        return Switch(known, "enabled")
    return None


def _plan_gone(plan: Plan, current: Current, staging: Staging, ids: Iterable[str]) -> None:
    for id in ids:
        known = current.people[id]
        if id not in staging.people and id not in staging.refused:
            if not known.gone:
                plan.gone.append(id)
            plan.linked += known.member.enabled
            if known.member.enabled:
                plan.disable.append(Switch(known, "gone"))


def _release(current: Current, people: Iterable[Person]) -> None:
    """What somebody will have no more may be had by others."""
    for person in people:
        if known := current.people.get(person.id):
            for name in UNIQUE:
                had = _claimed(getattr(known.member, name))
                wants = person.userid if name == "userid" else person.fields.get(name, had)
                if had and had != _claimed(wants) and current.claims.get((name, had)) == known.member.id:
                    del current.claims[name, had]


def _unclaimed(plan: Plan, current: Current, person: Person, id: int, fields: dict[str, Any]) -> dict[str, Any]:
    """Without what another has: it is left out and said, and the person comes nevertheless."""
    kept = dict(fields)
    for name in UNIQUE:
        if value := _claimed(fields.get(name)):
            holder = current.claims.setdefault((name, value), id)
            if holder != id:
                _note(plan, person, f"its {name} {value!r} is another member's: it is left out")
                del kept[name]
    return kept


def _claimed(value: str | None) -> str:
    return (value or "").lower()


def _note(plan: Plan, person: Person, message: str) -> None:
    plan.problems.append(Problem("person", person.dn, message))
