"""What goes over the wire: HTTP calls, and the socket."""

import contextlib
import json
import random
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import aiohttp

from wecom.foundation.errors import Unauthenticated, WecomError

Json = Any

TIMEOUT = aiohttp.ClientTimeout(total=40, connect=10)
LARGE = aiohttp.ClientTimeout(total=None, connect=10, sock_read=90)
"""For files: as long as it takes, while something comes."""
HEARTBEAT = 20.0
"""Seconds between pings; a network that is silent for half as long again is given up."""

STREAMS_AT_ONCE = 100
"""How many streams one call asks for, so that its address stays of a length that every proxy takes."""


class Unreachable(WecomError):
    """The server cannot be reached."""


class SignedOut(Unauthenticated):
    """The session has ended: sign in again."""


class Refused(WecomError):
    """The server said no, and why."""

    def __init__(self, status: int, error: str, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.error = error
        self.retry_after = retry_after

    @property
    def is_for_now(self) -> bool:
        """Whether the same may be answered otherwise in a while."""
        return self.retry_after is not None or self.status >= 500


class Wire:
    """One account on one server."""

    def __init__(self, url: str, token: str = "") -> None:
        self.url = url.rstrip("/")
        self.token = token
        self._http: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self._http:
            await self._http.close()

    async def sign_in(self, account: str, password: str, device: str) -> Json:
        """Begin a session; the server's answer, with who it is for."""
        body = {"account": account, "password": password, "kind": "bearer", "device": device}
        try:
            answer = await self.post("/api/session", body)
        except SignedOut as refused:
            raise Refused(401, "WrongPassword", str(refused)) from None
        self.token = answer["token"]
        return answer

    async def get(self, path: str, **query: str | int | Sequence[str | int]) -> Json:
        pairs = [(name, str(each)) for name, value in query.items() for each in _each(value)]
        return await self._call("GET", path, params=pairs)

    async def post(self, path: str, body: Json = None) -> Json:
        return await self._call("POST", path, json=body or {})

    async def send(self, method: str, path: str, body: Json = None) -> Json:
        return await self._call(method, path, **({"json": body} if body is not None else {}))

    @contextlib.asynccontextmanager
    async def asking(self, method: str, path: str, **about: Any) -> AsyncIterator[aiohttp.ClientResponse]:
        """An answer that is more, or less, than JSON, while its bytes come; raises as the others do."""
        headers = self._headers() | about.pop("headers", {})
        try:
            async with self._session().request(
                method, self.url + path, headers=headers, timeout=LARGE, **about
            ) as response:
                if response.status >= 300:
                    raise _refused(response, await response.read())
                yield response
        except (aiohttp.ClientError, ConnectionError, TimeoutError) as problem:
            raise Unreachable(str(problem) or type(problem).__name__) from None

    async def changes(self, cursors: Mapping[str, int]) -> list[Json]:
        """What follows each cursor, with the epoch in each."""
        found = []
        listed = [f"{stream}@{seq}" for stream, seq in cursors.items()]
        for start in range(0, len(listed), STREAMS_AT_ONCE):
            answer = await self.get("/api/changes", since=listed[start : start + STREAMS_AT_ONCE])
            found += [stretch | {"epoch": answer["epoch"]} for stretch in answer["streams"]]
        return found

    @contextlib.asynccontextmanager
    async def socket(self) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        """The socket, open; raises `SignedOut` and `Unreachable`."""
        try:
            ws = await self._session().ws_connect(
                f"{self.url}/api/socket", heartbeat=HEARTBEAT, max_msg_size=0, headers=self._headers()
            )
        except aiohttp.WSServerHandshakeError as problem:
            if problem.status in (401, 403):
                raise SignedOut from None
            raise Unreachable(f"The server answers {problem.status}.") from None
        except (aiohttp.ClientError, OSError, TimeoutError) as problem:
            raise Unreachable(str(problem)) from None
        try:
            yield ws
        finally:
            await ws.close()

    async def _call(self, method: str, path: str, **about: Any) -> Json:
        try:
            async with self._session().request(method, self.url + path, headers=self._headers(), **about) as response:
                body = await response.read()
        except (aiohttp.ClientError, OSError, TimeoutError) as problem:
            raise Unreachable(str(problem) or type(problem).__name__) from None
        if response.status != 200:
            raise _refused(response, body)
        try:
            return json.loads(body)
        except ValueError:
            raise _refused(response, body) from None

    def _session(self) -> aiohttp.ClientSession:
        if self._http is None:
            self._http = aiohttp.ClientSession(timeout=TIMEOUT)
        return self._http

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}


class BackOff:
    """How long to wait before trying again: any time up to a bound that doubles, so that a thousand
    clients that lost one server do not come back at one moment."""

    def __init__(self, first: float = 0.5, longest: float = 30.0) -> None:
        self.first, self.longest = first, longest
        self.failures = 0

    def succeeded(self) -> None:
        self.failures = 0

    def pause(self) -> float:
        self.failures += 1
        return random.uniform(0, min(self.longest, self.first * 2.0**self.failures))


def _refused(response: aiohttp.ClientResponse, body: bytes) -> WecomError:
    """What an answer that is none means."""
    try:
        answer = json.loads(body) if body else {}
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        sentence = f"{response.url.origin()} is not a server that this client knows."
        return Refused(response.status, "NotOurs", sentence)
    said, waits = str(answer.get("message", "")), response.headers.get("Retry-After", "")
    if response.status == 401:
        return SignedOut(said)
    retry_after = float(waits) if waits.isdigit() else None
    return Refused(response.status, str(answer.get("error", "")), said or f"{response.status}", retry_after)


def _each(value: str | int | Sequence[str | int]) -> Sequence[str | int]:
    return [value] if isinstance(value, str | int) else value
