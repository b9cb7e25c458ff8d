"""What is to be done when units or groups have changed, and people are as they were last read. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from .config import LdapConfig
from .model import Current, Person, PersonChange, Placed, Plan, Staging
from .plan import departments_planned, stands
from .tag_plan import plan_tags
from .tree import Tree, unit_above, wanted_tree
from .weighing import weigh


@dataclass(slots=True)
class Standing:
    """Where people stand now."""

    tree: Tree
    moved: list[Placed] = field(default_factory=list)
    """Those whose DN is another because a unit's is."""
    misplaced: list[Placed] = field(default_factory=list)
    """Those whose departments are to be others."""


def stand(current: Current, staging: Staging, config: LdapConfig) -> Standing:
    """Puts people into `staging` as they were last read, under the units' new names."""
    people = _renamed(current.placed, current, staging)
    staging.people = {each.id: _known_by(each) for each in people}
    standing = Standing(Tree(), [now for now, before in zip(people, current.placed, strict=True) if now != before])
    if config.departments.source in ("tree", "groups"):
        under = current.departments.get(config.departments.under)
        depth = len(under.path) if under else 1
        standing.tree = wanted_tree(staging, config, linked=current.linked_departments, depth=depth)
        places = standing.tree.places
        standing.misplaced = [
            each for each in people if not stands(each.department_ids, places[each.id], current, config)
        ]
    return standing


def plan_groups(current: Current, staging: Staging, standing: Standing, config: LdapConfig) -> Plan:
    """`current`: with all that is known of who is misplaced."""
    plan = Plan(linked_groups=len(current.linked_departments) + len(current.tags))
    if config.departments.source in ("tree", "groups"):
        current.linked_departments = departments_planned(plan, current, standing.tree, config)
    for each in standing.misplaced:
        known, places = current.people[each.id], standing.tree.places[each.id]
        person = replace(staging.people[each.id], fields={"name": known.member.name})
        plan.people.append(PersonChange(person, known, None, {}, places, None))
    plan.moved = [(each.id, each.member_id, each.key) for each in standing.moved]
    plan_tags(plan, current, staging, config)
    weigh(plan, current, staging, config)
    somewhere = sum(set(each.department_ids) != {config.departments.under} for each in current.placed)
    plan.losses = [replace(each, having=somewhere) if each.what == "departments" else each for each in plan.losses]
    plan.problems[:0] = staging.problems
    return plan


def _renamed(people: Sequence[Placed], current: Current, staging: Staging) -> list[Placed]:
    """Under the name that the nearest department above has now: who lies in it has not changed."""
    now = {unit.id: unit.key for unit in staging.units.values()}
    names = {key: now[id] for key, id in current.unit_ids.items() if now.get(id, key) != key}
    if not names:
        return list(people)
    renamed = []
    for each in people:
        [above] = unit_above(each.key, current.unit_ids) or ("",)
        name = names.get(above)
        renamed.append(replace(each, key=each.key.removesuffix(above) + name) if name else each)
    return renamed


def _known_by(placed: Placed) -> Person:
    """No more of a person than where they stand."""
    return Person(placed.id, "", placed.key, placed.userid, True, {})
