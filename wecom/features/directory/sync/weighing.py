"""How much a plan takes away, or lets in, at once: what an attribute that can be read no more would do. Pure."""

from collections import Counter

from ..ldap import dn_key
from .config import LdapConfig
from .model import Current, Known, Loss, Person, PersonChange, Plan, Staging


def weigh(plan: Plan, current: Current, staging: Staging, config: LdapConfig) -> None:
    """Whom it lets in who were barred, and what those who were read would lose."""
    plan.barred_before = len(current.barred & staging.people.keys())
    back = {each.known.id for each in plan.enable} | {each.person.id for each in plan.people if each.known is None}
    plan.let_in = tuple(sorted(current.barred & back))
    having, losing = Counter[str](), Counter[str]()
    for change in plan.people:
        if change.known:
            losing.update(_had(change.known, config) & _lost(change.person, change.known, change))
    if losing:  # mostly nobody loses anything
        for id in staging.people:
            if known := current.people.get(id):
                having.update(_had(known, config))
    gone = {each.known.member.id for each in plan.disable}
    ended = {tag_id for _, tag_id in plan.tags_gone}
    tags = {each.tag_id: each for each in current.tags.values()}
    tags |= {each.before.tag_id: each.before for each in plan.tags if each.before}
    having["tags"] = sum(len(each.member_ids) for each in tags.values())
    losing["tags"] = sum(len(set(each.off) - gone) for each in plan.tags)
    losing["tags"] += sum(len(each.member_ids - gone) for each in current.tags.values() if each.tag_id in ended)
    plan.losses = [Loss(what, count, having[what]) for what, count in losing.items() if count]


def dark_bases(plan: Plan, staging: Staging) -> tuple[str, ...]:
    """Those from which everybody would go: an empty answer is never used, one of several no more than a single one."""
    going = [each.known.key for each in plan.disable if each.because == "gone"]
    return tuple(
        base
        for base, count in staging.below.items()
        if not count and any(key.endswith(f",{dn_key(base)}") for key in going)
    )


def _had(known: Known, config: LdapConfig) -> set[str]:
    member = known.member
    had = {name for name in config.people.fields if name not in ("userid", "name") and getattr(member, name)}
    had |= {each.name for each in member.attributes if each.name in config.people.attributes}
    had |= {"leader"} if member.leader_ids else set()
    return had | ({"departments"} if set(member.department_ids) != {config.departments.under} else set())


def _lost(person: Person, known: Known, change: PersonChange) -> set[str]:
    lost = {name for name, value in change.fields.items() if not value and name != "attributes"}
    if "attributes" in change.fields:
        left = {each.name for each in change.fields["attributes"]}
        lost |= {each.name for each in known.member.attributes if each.name not in left}
    lost |= {"leader"} if change.leader == "" and not person.leader else set()
    return lost | ({"departments"} if change.places == () else set())
