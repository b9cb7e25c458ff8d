"""A plan in lines that a person reads: what a dry run prints, and what is kept with every run."""

from .model import PersonChange, Plan, Switch

SWITCHED = {"gone": "disabled, not in LDAP any more", "disabled": "disabled in LDAP", "enabled": "enabled again"}


def described(plan: Plan) -> list[str]:
    """What comes begins with +, what goes with -, what changes with ~. Whoever goes is named first."""
    lines = [_switch("-", each) for each in plan.disable] + [_switch("+", each) for each in plan.enable]
    lines += [f"- department {unit}" for unit, _ in plan.departments_gone]
    lines += [f"- tag of group {group}" for group, _ in plan.tags_gone]
    for each in plan.departments:
        lines.append(f"{'+' if each.before is None else '~'} department {each.unit.name}")
    lines += [_person(each) for each in plan.people]
    lines += [f"{'~' if each.before else '+'} tag {each.name}: +{len(each.on)} -{len(each.off)}" for each in plan.tags]
    return lines


def _switch(sign: str, switch: Switch) -> str:
    member = switch.known.member
    return f"{sign} {member.userid} {member.name}: {SWITCHED[switch.because]}"


def _person(change: PersonChange) -> str:
    named = [*change.fields, *["departments"] * (change.places is not None), *["leader"] * (change.leader is not None)]
    sign = "+" if change.known is None and change.adopted is None else "~"
    return f"{sign} {change.person.userid} {change.person.fields['name']}: {', '.join(named)}"
