"""W3: sockets that say nothing; what each costs, and how fast very many come back."""

import asyncio
import time
from collections.abc import Sequence

from ..options import Options
from ..peers.peer import Member, Peer, Session, connect_all
from ..peers.wecom import Wecom, WecomSession
from ..report import Report
from ..usage import Facts, Usage, memory

SETTLING = 5.0
CONVERSATIONS = 30
IN_CONVERSATION = 50


async def measure(peer: Peer, options: Options, report: Report) -> None:
    members = await peer.create_members(max(options.idle))
    await peer.analyze()
    for count in options.idle:
        report.add(f"{count} sockets", await _held(peer, members[:count], options))
    if isinstance(peer, Wecom):
        some = members[: options.idle[0]]
        await _converse(peer, some)
        report.add(f"{len(some)} with {CONVERSATIONS} conversations", await _held(peer, some, options))
        report.add(f"connect {len(members)} and catch up", await _return(peer, members))


async def _held(peer: Peer, members: Sequence[Member], options: Options) -> Facts:
    """What sockets cost that are there and idle, from a fresh start."""
    await peer.stop()
    peer.launch()
    await peer.ready()
    await _close(await connect_all(peer, members[:50], _nothing, at_once=8))
    await asyncio.sleep(SETTLING)
    groups = peer.groups()
    before = memory(groups["server"])
    usage, started = Usage(peer.groups), time.perf_counter()
    sessions = await connect_all(peer, members, _nothing)
    took, used = time.perf_counter() - started, usage.stop()
    await asyncio.sleep(SETTLING)
    after, usage = memory(groups["server"]), Usage(peer.groups)
    await asyncio.sleep(options.seconds)
    idle = usage.stop()
    await _close(sessions)
    await asyncio.sleep(1)
    facts: Facts = {"kib_per_socket": (after - before) / len(members), "connects_per_s": len(members) / took}
    return facts | {"idle_cores_server": idle["cores_server"], "idle_cores_postgres": idle.get("cores_postgres")} | used


async def _converse(peer: Wecom, members: Sequence[Member]) -> None:
    """Everybody in thirty conversations, all different."""
    size, count = IN_CONVERSATION, len(members)
    for round in range(CONVERSATIONS):
        step = round + 1
        order = [members[n * step % count] for n in range(count)] if count % step else list(members)
        order = (
            list(dict.fromkeys(order)) if len(set(order)) == count else list(members[round:]) + list(members[:round])
        )
        for start in range(0, count, size):
            group = order[start : start + size]
            await peer.create_room(group[0], group)
    await peer.analyze()


async def _return(peer: Wecom, members: Sequence[Member]) -> Facts:
    """All at once, as after a restart: each connects, and asks for what it missed."""
    marks = {}
    for session, member in zip(await connect_all(peer, members, _nothing), members, strict=True):
        assert isinstance(session, WecomSession)
        marks[member.userid] = dict(session.heads)
        await session.close()
    rooms = [await peer.create_room(members[n], members[n : n + 50]) for n in range(0, len(members), 50)]
    usage, started = Usage(peer.groups), time.perf_counter()
    turns = asyncio.Semaphore(200)

    async def come_back(member: Member) -> None:
        async with turns:
            await peer.catch_up(member, marks[member.userid], rooms)

    await asyncio.gather(*(come_back(member) for member in members))
    return {"seconds": time.perf_counter() - started} | usage.stop()


async def _close(sessions: Sequence[Session]) -> None:
    await asyncio.gather(*(session.close() for session in sessions), return_exceptions=True)


def _nothing(session: object, number: int) -> None:
    """Nobody speaks."""
