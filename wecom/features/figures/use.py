"""How much it is used."""

from datetime import timedelta

from wecom.foundation.db import Db

from . import queries
from .model import Busiest, Day


async def days(db: Db, count: int) -> list[Day]:
    """So many days, today the last; those on which there was nothing too."""
    today = await queries.today(db)
    since = today - timedelta(days=count - 1)
    closed = {each.day: each for each in await queries.closed_days(db, since)}
    found = []
    for number in range(count):
        day = since + timedelta(days=number)
        if day in closed:
            found.append(closed[day])
        elif (today - day).days <= 2:  # not closed yet, or just now
            found.append(await queries.day_as_counted(db, day))
        else:
            found.append(Day(day, 0, 0, 0, 0, 0))
    return found


async def busiest(db: Db, count: int, limit: int) -> list[Busiest]:
    """Of so many days."""
    return await queries.busiest(db, await queries.today(db) - timedelta(days=count - 1), limit)
