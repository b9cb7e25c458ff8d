"""Who is whom after a directory was restored, or is told apart by another attribute: by their userids. Pure."""

from collections.abc import Collection
from dataclasses import dataclass

from .model import Current, Known, Person, Staging


@dataclass(frozen=True, slots=True)
class Relink:
    """A member whose entry is not there any more, and the entry that now has their userid."""

    known: Known
    person: Person


def plan_relinks(current: Current, staging: Staging, userids: Collection[str] | None) -> list[Relink]:
    """Of these userids, or of all; whose own entry is still there is not among them."""
    lost = {
        each.member.userid.lower(): each
        for id, each in current.people.items()
        if id not in staging.people and id not in staging.refused
    }
    wanted = None if userids is None else {each.lower() for each in userids}
    found = []
    for person in sorted(staging.people.values(), key=lambda each: each.key):
        userid = person.userid.lower()
        if person.id not in current.people and userid in lost and (wanted is None or userid in wanted):
            found.append(Relink(lost.pop(userid), person))
    return found
