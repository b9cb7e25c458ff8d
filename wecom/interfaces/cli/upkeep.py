"""Work that belongs to no feature: deleting files that nobody holds. And who follows the streams."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from pydantic import BaseModel

from wecom.features import figures
from wecom.features.messaging import searching
from wecom.foundation.blobs import collect, collect_strays
from wecom.foundation.http import metrics
from wecom.foundation.jobs import every, job
from wecom.foundation.streams import lag_of
from wecom.services import Services


async def search(services: Services) -> bool:
    """Make what was said findable."""
    more = await searching.index_next(services.pool)
    metrics.follower_lag.labels(searching.FOLLOWER).set(await lag_of(services.pool, searching.FOLLOWER))
    return more


async def count(services: Services) -> bool:
    """Count what was said, by days. What is said meanwhile gathers: nobody needs to know these at once."""
    await figures.count_next(services.pool)
    return False


FOLLOWERS: tuple[Callable[[Services], Awaitable[bool]], ...] = (search, count)
"""Each takes its next changes from the streams; whether more wait. They let these gather, since each time that they
look is a transaction that those who talk wait beside."""


@every(timedelta(hours=1))
class CollectBlobs(BaseModel):
    """Delete files that nobody holds any more."""


@job(CollectBlobs)
async def collect_blobs(services: Services, _: CollectBlobs) -> None:
    while await collect(services.pool, services.blobs):
        pass


@every(timedelta(days=1))
class CollectStrayBlobs(BaseModel):
    """Delete files that a process wrote and died before anybody held them."""


@job(CollectStrayBlobs, lease=timedelta(hours=2))
async def collect_stray_blobs(services: Services, _: CollectStrayBlobs) -> None:
    await collect_strays(services.pool, services.blobs)
