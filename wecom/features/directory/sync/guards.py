"""What must not happen without somebody looking: an answer that is too small, or too many barred at once. Pure."""

from dataclasses import dataclass

from wecom.foundation.errors import Conflict

from .config import Guards
from .model import Plan


class SyncRefused(Conflict):
    """So much would go at once that nothing was changed: look at it first (wecom ldap sync --dry-run)."""


@dataclass(frozen=True, slots=True)
class LastGood:
    """What the last complete reading brought, and how many were barred by changes since."""

    people: int
    disabled_since: int


def check(plan: Plan, guards: Guards, last: LastGood | None, *, allowed: int = 0, complete: bool = True) -> None:
    """Raise `SyncRefused` where a person must look first.

    `allowed`: how many may be disabled, as somebody who looked said. `complete`: whether the plan is
    of everything that was read, and not of some people.
    """
    if complete and last and not allowed and plan.people_read * 100 < last.people * guards.fewest_percent:
        raise SyncRefused(
            f"LDAP gave {plan.people_read} people, and {last.people} the last time: nothing was changed. Look at it "
            f"(wecom ldap sync --dry-run); if it is right, allow it: --allow-disabling {plan.going}.",
            **_facts(plan, "fewest_percent"),
        )
    # What changes brought counts together with what is to come: otherwise everybody could go, a few at a time.
    since = last.disabled_since if last else 0
    going = plan.going + since
    linked = plan.linked + since if complete else max(plan.linked, last.people if last else 0)
    if plan.going and going > allowed and _is_too_much(going, linked, guards):
        raise SyncRefused(
            f"{going} of {linked} members would be disabled: nothing was changed. Look at it (wecom ldap sync "
            f"--dry-run); if it is right, allow it: --allow-disabling {going}.",
            **_facts(plan, "disable_percent"),
        )
    gone = len(plan.departments_gone) + len(plan.tags_gone)
    if not allowed and _is_too_much(gone, plan.linked_groups, guards):
        raise SyncRefused(
            f"{gone} of {plan.linked_groups} departments and tags are gone: nothing was changed. Look at it (wecom "
            "ldap sync --dry-run); if it is right, allow it: --allow-disabling 1.",
            **_facts(plan, "groups"),
        )


def _is_too_much(going: int, of: int, guards: Guards) -> bool:
    share = guards.disable_small_percent if going <= guards.disable_most else guards.disable_percent
    return of > 0 and going * 100 > of * share


def _facts(plan: Plan, guard: str) -> dict[str, object]:
    return {"guard": guard, "would_disable": plan.going, "people_read": plan.people_read}
