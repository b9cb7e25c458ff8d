"""The table of members that administrators keep: searched, narrowed, sorted and paged here, not in a browser."""

from dataclasses import dataclass

from wecom.foundation.db import Db

from . import queries
from .model import Member, Sight
from .queries import Order, Standing
from .refusals import InvalidSearch
from .rules import UNKEEPABLE
from .searching import LONGEST_SEARCH, folded


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of members, and how many there are in all."""

    members: list[Member]
    total: int


async def listed(
    db: Db,
    *,
    seen_by: Sight,
    text: str = "",
    standing: Standing = "working",
    department_id: int | None = None,
    order: Order = "id",
    down: bool = False,
    skip: int = 0,
    limit: int = 50,
) -> Listed:
    """Members who match every word of `text`, of one department's tree, when given."""
    if len(text) > LONGEST_SEARCH or UNKEEPABLE.search(text):
        raise InvalidSearch
    terms = folded(text).split()
    total, ids = await queries.page_listed(
        db, standing, terms, department_id, order, down, skip, limit, seen_by=seen_by
    )
    found = {each.id: each for each in await queries.members_by_ids(db, ids, seen_by=seen_by, with_leavers=True)}
    return Listed([found[id] for id in ids if id in found], total)
