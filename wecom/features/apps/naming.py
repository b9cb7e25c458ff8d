"""What actors are called: members, apps and robots alike, as far as somebody may know it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from wecom.features import directory, messaging
from wecom.features.directory import EVERYTHING, Sight
from wecom.foundation.db import Db

from . import queries
from .change import apps_shown_to

SYSTEM = 2


@dataclass(frozen=True, slots=True)
class Named:
    """An actor, as one may draw it beside what it said."""

    id: int
    kind: Literal["member", "app", "robot", "system"]
    name: str
    picture: str = ""


async def actors_named(
    db: Db, member_id: int, ids: Sequence[int], *, seen_by: Sight, everybody: bool = False
) -> list[Named]:
    """Those of these actors that the member may know by name; of others it is not said whether they are there.

    That is whom the member sees in the directory, who is or was in a conversation with them (by name alone, where
    a rule hides them), and the apps that are shown to them or wrote to them. `everybody`: for who reads what was done.
    """
    met = set(ids) if everybody else await messaging.met(db, member_id, ids)
    sight = EVERYTHING if everybody else seen_by
    seen = await directory.members_by_ids(db, ids, seen_by=sight, with_leavers=True)
    hidden = met - {each.id for each in seen}
    others = await directory.members_by_ids(db, sorted(hidden), seen_by=EVERYTHING, with_leavers=True)
    found = [Named(each.id, "member", each.name, each.avatar) for each in seen]
    found += [Named(each.id, "member", each.name) for each in others]
    found += [Named(id, "robot", name) for id, name in (await queries.robot_names(db, list(met))).items()]
    found += await _apps(db, member_id, ids, met)
    found += [Named(SYSTEM, "system", "")] if SYSTEM in ids else []
    return sorted(found, key=lambda each: each.id)


async def _apps(db: Db, member_id: int, ids: Sequence[int], met: set[int]) -> list[Named]:
    apps = await queries.app_names(db, ids)
    unknown = apps.keys() - met
    if unknown:
        met = met | {each.id for each in await apps_shown_to(db, member_id)}
    if unknown - met:
        met = met | {each.app_id for each in await messaging.conversations_of(db, member_id) if each.app_id}
    return [Named(id, "app", name, logo) for id, (name, logo) in apps.items() if id in met]
