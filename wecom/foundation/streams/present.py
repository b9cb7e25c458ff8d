"""Who is connected, as gateways say in Redis every few seconds: kept for a minute, and nowhere else."""

import time

from redis import asyncio as aioredis
from redis.exceptions import RedisError


def members_key(deployment: str) -> str:
    """Members by the gateway that they are connected to, as `id:gateway`, until when."""
    return f"wecom:{deployment}:here"


def gateways_key(deployment: str) -> str:
    return f"wecom:{deployment}:gateways"


async def count_present(redis: "aioredis.Redis", deployment: str) -> tuple[int, int] | None:
    """Members who are connected, and web processes; None while Redis does not answer."""
    now = time.time()
    try:
        gateways = {bytes(each) for each in await redis.zrangebyscore(gateways_key(deployment), now, "+inf")}  # type: ignore[arg-type]
        here = await redis.zrangebyscore(members_key(deployment), now, "+inf")
    except (RedisError, OSError, TimeoutError):
        return None
    known = (bytes(each).partition(b":") for each in here)  # type: ignore[arg-type]
    return len({id for id, _, gateway in known if gateway in gateways}), len(gateways)
