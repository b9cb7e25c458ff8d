"""An app's message to @all of a large company, through WeCom's API, some of whose members are connected."""

import asyncio
import statistics
import time
from collections.abc import Sequence

from ..options import Options
from ..peers.peer import Peer
from ..peers.wecom import Wecom
from ..report import Report
from ..usage import Facts, Usage
from ..wire import Socket

CONNECTED = 200
MESSAGES = 5


class Listener(Socket):
    """A connected member, who notes when an app's message comes."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: float | None = None

    def on_text(self, data: bytes, start: int, end: int) -> None:
        if self.heard is None and b'"Number ' in data[start:end]:
            self.heard = time.perf_counter()


async def measure(peer: Peer, options: Options, report: Report) -> None:
    assert isinstance(peer, Wecom)
    employees = await peer.people.employees(CONNECTED)
    await peer.people.members(options.company - CONNECTED)
    await peer.analyze()
    agentid, secret = await peer.people.app()
    http = peer.http()
    answer = await http.call("GET", f"/cgi-bin/gettoken?corpid={peer.told['corpid']}&corpsecret={secret}")
    path = f"/cgi-bin/message/send?access_token={answer['access_token']}"
    listeners = [Listener() for _ in employees]
    for listener, employee in zip(listeners, employees, strict=True):
        headers = f"Authorization: Bearer {employee.token}\r\n"
        await listener.open(peer.host, peer.port, "/api/socket", headers)
    for _ in range(options.reps):
        usage, accepted, reached = Usage(peer.groups), [], []
        for number in range(MESSAGES):
            for listener in listeners:
                listener.heard = None
            started = time.perf_counter()
            body = {"touser": "@all", "msgtype": "text", "agentid": agentid, "text": {"content": f"Number {number}"}}
            answer = await http.call("POST", path, body)
            accepted.append((time.perf_counter() - started) * 1000)
            if answer["errcode"]:
                raise RuntimeError(answer["errmsg"])
            reached.append((await _all_heard(listeners, started + 10) - started) * 1000)
        facts: Facts = {"accepted_ms": statistics.median(accepted), "worst_ms": max(accepted)}
        facts |= {f"last_of_{CONNECTED}_connected_ms": statistics.median(reached)}
        report.add(f"{options.company} members", facts | usage.stop())


async def _all_heard(listeners: Sequence[Listener], end: float) -> float:
    """When the last heard it."""
    while any(listener.heard is None for listener in listeners):
        if time.perf_counter() > end:
            raise RuntimeError("not all connected members heard it")
        await asyncio.sleep(0.01)
    return max(listener.heard or 0 for listener in listeners)
