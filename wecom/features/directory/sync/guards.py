"""What must not happen without somebody looking: too little read, too many barred, let in or bereft at once. Pure."""

from wecom.foundation.errors import Conflict

from .config import Guards, InvalidLdapConfig, LdapConfig
from .model import Current, Plan, State

LET_IN_FREELY, LOST_FREELY = 2, 5
"""So few at once are nothing to ask about, whatever share of all they are."""

LOOK = "nothing was changed. Look at it (wecom ldap sync --dry-run); if it is right, allow it: --allow-disabling"


class SyncRefused(Conflict):
    """So much would go at once that nothing was changed: look at it first (wecom ldap sync --dry-run)."""


class PlanOutdated(SyncRefused):
    """What is to be done is no longer what this plan said, and nothing was changed: look at what it is now."""


def check_place(current: Current, config: LdapConfig) -> None:
    """Raise `InvalidLdapConfig` where there is no department that those of LDAP could lie under."""
    under = config.departments.under
    if under not in current.departments:
        wrong = "there is no such department: name one by its id"
    elif under in current.linked_departments.values():
        wrong = "this department is from LDAP itself: name one that is not"
    else:
        return
    raise InvalidLdapConfig(f"departments.under = {under}: {wrong}.", key="departments.under")


def check(plan: Plan, guards: Guards, last: State | None, *, allowed: int = 0, complete: bool = True) -> None:
    """Raise `SyncRefused` where a person must look first.

    `allowed`: how many may be disabled, let in or lose something, as somebody who looked said. `complete`:
    whether the plan is of everything that was read, and not of some people.
    """
    if complete:
        _check_reading(plan, guards, last, allowed)
    _check_barred(plan, guards, last, allowed, complete)
    _check_let_in(plan, guards, last, allowed, complete)
    _check_losses(plan, guards, allowed)


def _check_reading(plan: Plan, guards: Guards, last: State | None, allowed: int) -> None:
    if last and not allowed and plan.people_read * 100 < last.people * guards.fewest_percent:
        raise SyncRefused(
            f"LDAP gave {plan.people_read} people, and {last.people} the last time: {LOOK} {plan.going}.",
            **_facts(plan, "fewest_percent", max(1, plan.going), people_before=last.people),
        )
    if plan.dark and allowed < plan.going:
        raise SyncRefused(
            f"Nobody was found below {', '.join(plan.dark)}, where people were before: check what the account to read "
            f"with may see. An empty answer is never used, so {LOOK} {plan.going}.",
            **_facts(plan, "empty_base", plan.going, bases=", ".join(plan.dark)),
        )


def _check_barred(plan: Plan, guards: Guards, last: State | None, allowed: int, complete: bool) -> None:
    # What changes brought counts together with what is to come: otherwise everybody could go, a few at a time.
    since = last.disabled_since if last else 0
    going = plan.going + since
    linked = plan.linked + since if complete else max(plan.linked, last.people if last else 0)
    if plan.going and going > allowed and _is_too_much(going, linked, guards):
        raise SyncRefused(
            f"{going} of {linked} members would be disabled: {LOOK} {going}.",
            **_facts(plan, "disable_percent", going, count=going, of=linked),
        )
    gone = len(plan.departments_gone) + len(plan.tags_gone)
    if not allowed and _is_too_much(gone, plan.linked_groups, guards):
        raise SyncRefused(
            f"{gone} of {plan.linked_groups} departments and tags are gone: {LOOK} 1.",
            **_facts(plan, "groups", max(1, plan.going), count=gone, of=plan.linked_groups),
        )


def _check_let_in(plan: Plan, guards: Guards, last: State | None, allowed: int, complete: bool) -> None:
    """What bars people may have become unreadable: then it seems to bar nobody."""
    since = last.let_in_since if last else 0
    coming = len(plan.let_in) + since
    barred = since + (plan.barred_before if complete or not last else max(plan.barred_before, last.barred))
    if plan.let_in and coming > max(allowed, LET_IN_FREELY) and _is_too_much(coming, barred, guards):
        raise SyncRefused(
            f"{coming} of {barred} whom LDAP barred would be let in: check that the account to read with may still see "
            f"what bars them; {LOOK} {coming}.",
            **_facts(plan, "let_in", coming, count=coming, of=barred),
        )


def _check_losses(plan: Plan, guards: Guards, allowed: int) -> None:
    for each in plan.losses:
        left = each.having - each.losing
        if each.losing > max(allowed, LOST_FREELY) and left * 100 < each.having * guards.fewest_percent:
            raise SyncRefused(
                f"{each.losing} of {each.having} would lose their {each.what}: check that the account to read with may "
                f"still see it; {LOOK} {each.losing}.",
                **_facts(plan, f"lost_{each.what}", each.losing, count=each.losing, of=each.having, what=each.what),
            )


def _is_too_much(going: int, of: int, guards: Guards) -> bool:
    share = guards.disable_small_percent if going <= guards.disable_most else guards.disable_percent
    return of > 0 and going * 100 > of * share


def _facts(plan: Plan, guard: str, allow: int, **more: int | str) -> dict[str, object]:
    """For whoever says it in another language. `allow`: what lets this guard pass."""
    told = {"guard": guard, "would_disable": plan.going, "people_read": plan.people_read, "allow": allow}
    return told | more
