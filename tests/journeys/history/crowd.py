"""People who talk, come and go while the server is being hurt; what they did becomes a history."""

import asyncio
import random
import time
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal

import aiohttp

from .device import Device, Refused, Unreachable
from .records import Act, Entry, History, Probe
from .server import PARTS, Server

SETTLED_WITHIN = 40.0


@dataclass
class Plan:
    """How large a run is, and how long."""

    seconds: float = 62.0
    messages: int = 20_000
    devices: int = 50
    members: int = 30
    conversations: int = 20
    size: int = 5
    kills: int = 5
    calm: float = 2.0
    """Seconds between two kills."""
    voices: int = 3
    """Messages that one device may have under way at once."""
    pause: float = 0.05
    """Seconds from an acknowledgement to the next message, on average."""
    longest: float = 200.0
    """Seconds after which the talking ends, however little was said."""


@dataclass
class Crowd:
    """The devices of a run and all that they do."""

    server: Server
    plan: Plan
    devices: list[Device]
    history: History = field(default_factory=History)
    keepers: dict[int, Device] = field(default_factory=dict)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    begun: float = 0.0
    said: int = 0
    cuts: int = 0
    comings: int = 0
    goings: int = 0

    async def run(self) -> History:
        living = [asyncio.create_task(device.live()) for device in self.devices]
        try:
            await self._until(lambda: all(device.socket for device in self.devices), 60)
            await self._gather()
            self.begun = time.monotonic()
            async with asyncio.TaskGroup() as group:
                for voice in range(self.plan.voices):
                    for device in self.devices:
                        group.create_task(self._talk(device, voice))
                for conversation, keeper in self.keepers.items():
                    group.create_task(self._keep(conversation, keeper))
                group.create_task(self._cut())
                group.create_task(self._hurt())
                group.create_task(self._watch())
            await self._settle()
            await self._read_logs()
            await self._probe()
        finally:
            for task in living:
                task.cancel()
            await asyncio.gather(*living, return_exceptions=True)
        self.history.views = [device.view for device in self.devices]
        return self.history

    async def _gather(self) -> None:
        """Start the conversations; who starts one keeps it, and is there to its end."""
        members = sorted({device.view.member for device in self.devices})
        for number in range(self.plan.conversations):
            keeper = self.devices[number % len(self.devices)]
            others = random.sample([each for each in members if each != keeper.view.member], self.plan.size - 1)
            started = time.monotonic()
            body = {"name": f"history {number}", "member_ids": others}
            conversation = (await keeper.call("POST", "/api/conversations", body))["id"]
            self.keepers[conversation] = keeper
            for member in (keeper.view.member, *others):
                self._note("add", conversation, keeper, str(member), started)

    def _note(
        self,
        kind: Literal["say", "add", "remove"],
        conversation: int,
        by: Device,
        mark: str,
        started: float,
        seq: int | None = None,
    ) -> None:
        act = Act(kind, conversation, by.view.member, mark, started, time.monotonic(), seq)
        self.history.acts.append(act)

    async def _talk(self, device: Device, voice: int) -> None:
        """Say one thing after the other, each until it is acknowledged."""
        number = 0
        while not self.over.is_set():
            # Well ahead of what is wanted, they leave the machine to the other tests.
            pause = self.plan.pause * (10 if self._share_said > self._share_past + 0.3 else 1)
            await asyncio.sleep(random.expovariate(1 / pause))
            if there := [each for each in device.conversations if each in self.keepers]:
                number += 1
                await self._insist(device, random.choice(there), f"{device.name}.{voice}.{number}")

    @property
    def _share_said(self) -> float:
        return self.said / self.plan.messages if self.plan.messages else 0.0

    @property
    def _share_past(self) -> float:
        return (time.monotonic() - self.begun) / self.plan.seconds

    async def _insist(self, device: Device, conversation: int, mark: str) -> None:
        started = time.monotonic()
        words = f"{mark} 午饭?"
        while time.monotonic() - started < SETTLED_WITHIN:
            try:
                seq = await device.say(conversation, mark, words, by_socket=random.random() < 0.8)
            except Unreachable:
                await asyncio.sleep(random.uniform(0.1, 0.5))
            except Refused as refusal:
                if refusal.status != 404:
                    device.view.complaints.append(f"saying {mark} in {conversation}: {refusal}")
                break
            else:
                self._note("say", conversation, device, mark, started, seq)
                self.said += 1
                return
        self.history.acts.append(Act("say", conversation, device.view.member, mark, started, None))

    async def _keep(self, conversation: int, keeper: Device) -> None:
        """Let members come and go, and make sure that who has gone is told nothing."""
        others = {device.view.member: device for device in self.devices}
        there = {int(act.mark) for act in self.history.acts if act.conversation == conversation}
        settled = set(others) - {keeper.view.member}
        while not self.over.is_set():
            await asyncio.sleep(random.uniform(0.5, 2.5))
            crowded = len(there) > self.plan.size + 2
            member = random.choice(sorted(there & settled if crowded else settled))
            kind: Literal["add", "remove"] = "remove" if member in there else "add"
            started = time.monotonic()
            try:
                await self._change(kind, conversation, keeper, member)
            except Unreachable:  # nobody knows whether it happened, so this member is left as they are
                settled.discard(member)
                self.history.acts.append(Act(kind, conversation, keeper.view.member, str(member), started, None))
                continue
            self._note(kind, conversation, keeper, str(member), started)
            if kind == "add":
                there.add(member)
                self.comings += 1
            else:
                there.discard(member)
                self.goings += 1
                with suppress(Unreachable):
                    await self._ask_in_vain(conversation, others[member])

    async def _change(self, kind: str, conversation: int, keeper: Device, member: int) -> None:
        path = f"/api/conversations/{conversation}/participants"
        if kind == "add":
            await keeper.call("POST", path, {"member_ids": [member]})
        else:
            with suppress(Refused):  # an earlier attempt, whose answer was lost, has done it
                await keeper.call("DELETE", f"{path}/{member}")

    async def _ask_in_vain(self, conversation: int, gone: Device) -> None:
        for way, seqs in (await gone.shown_now(conversation)).items():
            if seqs:
                gone.view.complaints.append(f"{way} gave {seqs[:5]} of {conversation} to somebody removed")

    async def _cut(self) -> None:
        """Devices lose the network all the time."""
        while not self.over.is_set():
            await asyncio.sleep(random.uniform(0.1, 0.5))
            random.choice(self.devices).cut()
            self.cuts += 1

    async def _hurt(self) -> None:
        """Kill the server's processes in turn, each kind often enough, and let it come back in between."""
        turn = 0
        while not self.over.is_set():
            await self._sleep(self.plan.calm)
            part = PARTS[turn % len(PARTS)]
            if self.over.is_set() or not await self.server.hurt(part, random.randrange(9)):
                continue
            turn += 1

    async def _watch(self) -> None:
        """End the talking when there was enough of everything."""
        while (past := time.monotonic() - self.begun) < self.plan.longest:
            enough = self.said >= self.plan.messages and min(self.server.killed.values()) >= self.plan.kills
            if past >= self.plan.seconds and enough:
                break
            await asyncio.sleep(0.2)
        self.over.set()

    async def _sleep(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self.over.wait(), seconds)

    async def _settle(self) -> None:
        """Until every device says that it has everything; the checker sees who was wrong."""
        await self.server.whole(webs=2)
        with suppress(TimeoutError, ExceptionGroup):
            async with asyncio.timeout(SETTLED_WITHIN), asyncio.TaskGroup() as group:
                for device in self.devices:
                    group.create_task(self._until_up_to_date(device))

    async def _until_up_to_date(self, device: Device) -> None:
        while not await self._is_up_to_date(device):
            await asyncio.sleep(0.5)

    async def _is_up_to_date(self, device: Device) -> bool:
        listed = (await device.call("GET", "/api/conversations"))["conversations"]
        heads = {each["id"]: each["head"] for each in listed if each["id"] in self.keepers}
        return device.socket is not None and heads == {
            each: device.cursors[f"conversation:{each}"] for each in device.conversations if each in self.keepers
        }

    async def _read_logs(self) -> None:
        for conversation, keeper in self.keepers.items():
            log: list[Entry] = []
            while True:
                since = f"conversation:{conversation}@{log[-1].seq if log else 0}"
                [stretch] = (await keeper.call("GET", f"/api/changes?since={since}"))["streams"]
                log += [_entry(entry) for entry in stretch["entries"]]
                if stretch["to"] >= stretch["head"]:
                    break
            self.history.logs[conversation] = log

    async def _probe(self) -> None:
        """Ask, as every member, every way of reading: for all conversations that are not theirs, and some that are."""
        async with asyncio.TaskGroup() as group:
            for device in {device.view.member: device for device in self.devices}.values():
                group.create_task(self._probe_as(device))

    async def _probe_as(self, device: Device) -> None:
        there = device.conversations
        for conversation in self.keepers:
            if conversation in there and random.random() < 0.7:
                continue
            for way, seqs in (await device.shown_now(conversation)).items():
                self.history.probes.append(
                    Probe(device.view.member, conversation, way, tuple(seq for seq in seqs if seq))
                )

    async def _until(self, claim: Any, within: float) -> None:
        async with asyncio.timeout(within):
            while not claim():
                await asyncio.sleep(0.05)


def _entry(entry: dict[str, Any]) -> Entry:
    body = entry["body"]
    actors = tuple(body.get("actor_ids", ()))
    return Entry(entry["seq"], entry["kind"], body.get("sender_id", 0), body.get("client_id", ""), actors)


async def make_history(server: Server, plan: Plan) -> tuple[Crowd, History]:
    """One run on a server that is up."""
    sessions = await server.sign_in(plan.devices, plan.members)
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as http:
        devices = [
            Device(http, server.url, f"d{number}", member, token) for number, (member, token) in enumerate(sessions)
        ]
        crowd = Crowd(server, plan, devices)
        return crowd, await crowd.run()


def with_uvloop(work: Coroutine[Any, Any, tuple[Crowd, History]]) -> tuple[Crowd, History]:
    """The crowd shares its cores with the server, so it must be cheap."""
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)
