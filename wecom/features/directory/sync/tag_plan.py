"""Which groups are which tags, what these are called, and who has them. Pure."""

from collections.abc import Collection, Mapping

from .config import LdapConfig
from .model import Current, Group, KnownTag, Plan, Staging, TagChange

Tags = dict[str, KnownTag]
"""By the ids of groups."""


def plan_tags(plan: Plan, current: Current, staging: Staging, config: LdapConfig) -> None:
    if not config.tags.bases:
        return
    people = {current.people[id].key: id for id in staging.refused if id in current.people}
    people |= {each.key: each.id for each in staging.people.values()}
    people |= {each.userid.lower(): each.id for each in staging.people.values()}
    coming = {each.person.id for each in plan.people if each.known is None}
    groups = {each.id: each for each in sorted(staging.groups.values(), key=lambda each: each.key)}
    gone = {id: tag for id, tag in current.tags.items() if id not in groups}
    tags = _tags_of(groups, gone, current, config)
    names = _names(staging, groups, tags, current)
    for id, name in names.items():
        group, before = groups[id], tags.get(id)
        ids = _expanded(staging, group, people, config.tags.nested)
        had = before.member_ids if before else frozenset()
        members = {current.numbers[each]: each for each in ids if each in current.numbers}
        on = [id for number, id in members.items() if number not in had] + [id for id in ids if id in coming]
        off = sorted(had - members.keys())
        links = id not in current.tags
        if links or before is None or before.name != name or on or off:
            plan.tags.append(TagChange(group, name, before, links, tuple(sorted(on)), tuple(off)))
    passed_on = {tags[id].tag_id for id in names if id in tags}
    plan.tags_gone = [(id, tag.tag_id) for id, tag in gone.items() if tag.tag_id not in passed_on]


def _tags_of(groups: Mapping[str, Group], gone: Tags, current: Current, config: LdapConfig) -> Tags:
    """The tags that groups are, or become: a group that was made anew gets the tag of the one before."""
    free = {tag.name: tag for tag in current.other_tags.values() if _may_adopt(tag, config)}
    free |= {tag.name: tag for tag in gone.values()}
    tags: Tags = {}
    for id, group in groups.items():
        if tag := current.tags.get(id) or free.pop(group.name, None):
            tags[id] = tag
    return tags


def _may_adopt(tag: KnownTag, config: LdapConfig) -> bool:
    return not tag.of_app and (config.tags.adopt == "all" or not (tag.member_ids or tag.department_ids))


def _names(staging: Staging, groups: Mapping[str, Group], tags: Tags, current: Current) -> dict[str, str]:
    """What each group's tag is to be called. Where another tag has the name, one keeps its own, and no new one comes.

    Who keeps a name may be in the way of the next, so it is gone through again until nobody else has to.
    """
    used = {tag.tag_id for tag in tags.values()}
    others = {tag.name for tag in (*current.tags.values(), *current.other_tags.values()) if tag.tag_id not in used}
    order = sorted(groups, key=lambda id: (id not in tags, id in tags and tags[id].name != groups[id].name))
    keep: set[str] = set()
    while True:
        taken = others | {tags[id].name for id in keep}
        names = {id: tags[id].name for id in keep}
        refused = []
        for id in order:
            if id not in keep:
                if groups[id].name in taken:
                    refused.append(id)
                else:
                    names[id] = groups[id].name
                    taken.add(groups[id].name)
        if not any(id in tags for id in refused):
            break
        keep.update(id for id in refused if id in tags)
    _note_names(staging, groups, tags, current, keep, refused)
    return names


def _note_names(
    staging: Staging,
    groups: Mapping[str, Group],
    tags: Tags,
    current: Current,
    keep: Collection[str],
    refused: Collection[str],
) -> None:
    for id in sorted(keep, key=lambda id: groups[id].name):
        name = groups[id].name
        staging.note("tag", name, f"there is another tag of this name: this group's is still called {tags[id].name!r}")
    for id in refused:
        name = groups[id].name
        there = current.other_tags.get(name)
        if there and there.of_app:
            why = "an app has a tag of this name"
        elif there:
            why = "there is a tag of this name already, and it is on somebody (see tags.adopt)"
        else:
            why = "there is another tag of this name"
        staging.note("tag", name, f"{why}: this group is not used")


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
