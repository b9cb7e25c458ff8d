"""Web Push: messages to a crowd of which nobody is connected, brought to a push service on this machine.

It takes whatever comes, at once, and reads none of it: what the product's tests show of its contents is not shown
again. The seconds for which it is waited whether a device shows a message are part of what is printed.
"""

import asyncio
import base64
import os
import time
from dataclasses import dataclass, field

from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ..options import Options
from ..peers.peer import Peer
from ..peers.wecom import Wecom
from ..population import Employee
from ..report import Report
from ..tally import Tally
from ..usage import Facts, Usage, latencies

CROWD = 1_000
ALONE = 20
"""Messages between two, one after the other, none of which is under way together with another."""
PATIENCE = 120.0


@dataclass
class Service:
    """A push service: when each device was brought something."""

    origin: str = ""
    came: dict[str, float] = field(default_factory=dict)

    async def take(self, request: web.Request) -> web.Response:
        if request.headers.get("Content-Encoding") != "aes128gcm" or not await request.read():
            return web.Response(status=400)
        self.came[request.match_info["token"]] = time.perf_counter()
        return web.Response(status=201)

    async def until(self, count: int) -> None:
        """So many devices were brought something."""
        end = time.perf_counter() + PATIENCE
        while len(self.came) < count:
            if time.perf_counter() > end:
                raise RuntimeError(f"{len(self.came)} of {count} pushes came")
            await asyncio.sleep(0.005)


async def measure(peer: Peer, options: Options, report: Report) -> None:
    assert isinstance(peer, Wecom)
    service = Service()
    runner = await _serve(service)
    try:
        speaker, *crowd = await peer.create_members(1 + CROWD)
        for n, member in enumerate(crowd):
            await _subscribe(peer, service, member, n)
        everybody = await peer.create_room(speaker, [speaker, *crowd])
        two = await peer.create_room(speaker, [speaker, crowd[0]])
        await peer.analyze()
        tally = Tally()
        session = await peer.connect(speaker, tally.hear)
        for _ in range(options.reps):
            took = []
            for _ in range(ALONE):
                service.came.clear()
                started = time.perf_counter()
                await tally.send(session, two)
                await service.until(1)
                took.append(time.perf_counter() - started)
            report.add("one away", latencies("reached", took))
            service.came.clear()
            usage, started = Usage(peer.groups), time.perf_counter()
            await tally.send(session, everybody)
            await service.until(CROWD)
            first, last = min(service.came.values()), max(service.came.values())
            facts: Facts = {"first_s": first - started, "last_s": last - started}
            facts["pushes_per_s"] = CROWD / (last - first)
            report.add(f"{CROWD} away", facts | usage.stop())
        await session.close()
    finally:
        await runner.cleanup()


async def _serve(service: Service) -> web.AppRunner:
    app = web.Application()
    app.router.add_post("/push/{token}", service.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    service.origin = f"http://127.0.0.1:{runner.addresses[0][1]}"
    return runner


async def _subscribe(peer: Wecom, service: Service, member: Employee, n: int) -> None:
    point = ec.generate_private_key(ec.SECP256R1()).public_key()
    public = point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    keys = {"p256dh": _written(public), "auth": _written(os.urandom(16))}
    http = peer.http(member)
    try:
        body = {"endpoint": f"{service.origin}/push/{n:06d}", "keys": keys}
        await http.call("POST", "/api/push/subscriptions", body)
    finally:
        await http.close()


def _written(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
