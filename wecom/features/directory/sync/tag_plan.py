"""Which groups are which tags, and who has them. Pure."""

from collections.abc import Mapping

from .config import LdapConfig
from .model import Current, Group, Plan, Staging, TagChange


def plan_tags(plan: Plan, current: Current, staging: Staging, config: LdapConfig) -> None:
    if not config.tags.bases:
        return
    people = {each.key: each.id for each in staging.people.values()}
    people |= {each.userid.lower(): each.id for each in staging.people.values()}
    coming = {each.person.id for each in plan.people if each.known is None}
    names: set[str] = set()
    for group in sorted(staging.groups.values(), key=lambda each: (each.id not in current.tags, each.key)):
        known = current.tags.get(group.id)
        there = current.tag_names.get(group.name)
        linked = {each.tag_id for each in current.tags.values()}
        if group.name in names or (there in linked and there != (known.tag_id if known else None)):
            staging.note("tag", group.name, "there is another tag of this name: this group is not used")
            continue
        names.add(group.name)
        ids = _expanded(staging, group, people, config.tags.nested)
        had = known.member_ids if known else frozenset()
        members = {current.people[id].member.id: id for id in ids if id in current.people}
        on = [id for id in ids if id in coming or (id in current.people and current.people[id].member.id not in had)]
        off = sorted(had - members.keys())
        if known is None or known.name != group.name or on or off:
            adopted = there if known is None else None
            plan.tags.append(TagChange(group, known, adopted, tuple(sorted(on)), tuple(off)))
    wanted = {each.id for each in staging.groups.values()}
    plan.tags_gone = [(id, known.tag_id) for id, known in current.tags.items() if id not in wanted]


def _expanded(staging: Staging, group: Group, people: Mapping[str, str], nested: bool) -> set[str]:
    """Ids of all people in a group, and in groups in it; a group within itself is counted once."""
    found: set[str] = set()
    seen, waiting = {group.key}, [group]
    while waiting:
        for member in waiting.pop().members:
            if id := people.get(member):
                found.add(id)
            elif nested and (below := staging.groups.get(member)):
                if below.key == group.key:
                    staging.note("tag", group.name, "the group is a member of itself: its members count once")
                elif below.key not in seen:
                    seen.add(below.key)
                    waiting.append(below)
    return found
