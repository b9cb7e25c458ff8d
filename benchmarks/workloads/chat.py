"""W1: ten rooms of twenty connected members each, who talk."""

import asyncio
import time
from typing import Any

from ..options import Options
from ..peers.peer import Peer, Room, Session, at_most, connect_all
from ..peers.wecom import Wecom
from ..report import Report
from ..tally import Tally, words
from ..usage import Facts, Usage, latencies

ROOMS = 10
MEMBERS = 20
SENDERS = 16
MOST_UNANSWERED = 200

now = time.perf_counter


async def measure(peer: Peer, options: Options, report: Report) -> None:
    scene = await Scene.set(peer)
    await scene.closed(min(3, options.seconds))  # What is warmed up: caches, plans, the interpreter.
    for _ in range(options.reps):
        report.add(f"closed, {SENDERS} senders", await scene.closed(options.seconds))
    for rate in options.rates:
        for _ in range(options.reps):
            report.add(f"open, {rate}/s", await scene.open(rate, options.seconds))
    if isinstance(peer, Wecom):
        report.add("closed, over HTTP", await scene.closed_over_http(peer, options.seconds))


class Scene:
    """The rooms, and who sits in them."""

    def __init__(self, peer: Peer, members: list[list[Any]], rooms: list[Room]) -> None:
        self.peer = peer
        self.members = members
        self.rooms = rooms
        self.sessions: list[list[Session]] = []
        self.tally = Tally()

    @classmethod
    async def set(cls, peer: Peer) -> "Scene":
        members = await peer.create_members(ROOMS * MEMBERS)
        groups = [members[n * MEMBERS : (n + 1) * MEMBERS] for n in range(ROOMS)]
        scene = cls(peer, groups, await at_most(4, [peer.create_room(group[0], group) for group in groups]))
        for room, group in zip(scene.rooms, groups, strict=True):
            sessions = await connect_all(peer, group, scene.tally.hear)
            await at_most(16, [session.enter(room) for session in sessions])
            scene.sessions.append(sessions)
        await peer.analyze()
        await asyncio.sleep(2)
        return scene

    async def closed(self, seconds: float) -> Facts:
        """Each sender waits for the acknowledgement and speaks again at once."""

        async def talk(number: int, end: float) -> None:
            session, room = self._place(number)
            while now() < end:
                await self.tally.send(session, room)

        self.tally.reset()
        usage, started = Usage(self.peer.groups), now()
        await asyncio.gather(*(talk(number, started + seconds) for number in range(SENDERS)))
        took, used = now() - started, usage.stop()
        return await self._summed_up(took, used)

    async def closed_over_http(self, peer: Wecom, seconds: float) -> Facts:
        """The same, but messages are POSTed; they are heard on the sockets as before."""
        tally = self.tally

        async def talk(number: int, end: float) -> None:
            session, room = self._place(number)
            http = peer.http(self.members[number % ROOMS][number // ROOMS])
            while now() < end:
                n, tally.number = tally.number, tally.number + 1
                tally.sent_at[n], tally.senders[n] = now(), session
                body = {"client_id": f"b{n:08d}", "body": {"msgtype": "text", "content": words(n)}}
                await http.call("POST", f"/api/conversations/{room}/messages", body)
                tally.acknowledged.append(now() - tally.sent_at[n])
            await http.close()

        tally.reset()
        usage, started = Usage(peer.groups), now()
        await asyncio.gather(*(talk(number, started + seconds) for number in range(SENDERS)))
        took, used = now() - started, usage.stop()
        return await self._summed_up(took, used)

    async def open(self, rate: int, seconds: float) -> Facts:
        """Messages come at a fixed rate, whether the earlier ones are answered or not."""
        tally, wanted = self.tally, int(rate * seconds)
        tally.reset()
        usage, started = Usage(self.peer.groups), now()
        sent: list[asyncio.Task[None]] = []
        for number in range(wanted):
            due = started + number / rate
            if due > now():
                await asyncio.sleep(due - now())
            if len(sent) - len(tally.acknowledged) > MOST_UNANSWERED:
                break
            session, room = self._place(number)
            sent.append(asyncio.create_task(tally.send(session, room, due)))
        await asyncio.sleep(max(0.25, started + seconds - now()))
        used, heard = usage.stop(), len(tally.heard)
        await asyncio.wait(sent, timeout=90)
        all_of_them = len(sent) * (MEMBERS - 1)
        await tally.all_heard(all_of_them, 90)
        facts: Facts = {"sustained": len(sent) == wanted and heard >= 0.95 * all_of_them}
        facts |= latencies("acknowledge", tally.acknowledged) | latencies("deliver", tally.heard)
        return facts | {"lost": all_of_them - len(tally.heard)} | used

    async def _summed_up(self, took: float, used: Facts) -> Facts:
        tally = self.tally
        sent, heard = len(tally.acknowledged), len(tally.heard)
        await tally.all_heard(sent * (MEMBERS - 1), 60)
        facts: Facts = {"messages_per_s": round(sent / took, 1), "deliveries_per_s": round(heard / took)}
        facts |= latencies("acknowledge", tally.acknowledged) | latencies("deliver", tally.heard)
        return facts | {"lost": sent * (MEMBERS - 1) - len(tally.heard)} | used

    def _place(self, number: int) -> tuple[Session, Room]:
        room = number % ROOMS
        return self.sessions[room][(number // ROOMS) % MEMBERS], self.rooms[room]
