"""Under which rule members are over some dates, read for many at once."""

from collections.abc import Sequence
from datetime import date, timedelta

from wecom.foundation.db import Db

from .queries import assigning, calendar
from .rulebook import Rulebook, Standing

MARGIN = timedelta(days=3)
"""Before and after: a day's plan needs its neighbours, and an instant may be of a neighbour's day."""


async def standings(db: Db, book: Rulebook, member_ids: Sequence[int], first: date, last: date) -> dict[int, Standing]:
    """Of each of these members."""
    found = {id: Standing(book) for id in member_ids}
    for each in await assigning.assignments(db, member_ids, first - MARGIN, last + MARGIN):
        found[each.member_id].add_assignment(each.from_date, each.rule_id)
    for planned in await calendar.scheduled(db, member_ids, first - MARGIN, last + MARGIN):
        found[planned.member_id].add_shift(planned.date, planned.rule_id, planned.shift_id)
    return found
