"""Calls drawn from an OpenAPI document: good ones, bad ones, and ones that build on earlier answers."""

import random
import re
import time
import warnings
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import aiohttp
import orjson
import schemathesis
from hypothesis import HealthCheck, Phase, given, strategies
from hypothesis import seed as hypothesis_seed
from hypothesis import settings as hypothesis_settings
from hypothesis.errors import HypothesisException
from schemathesis import GenerationMode

GOOD, BAD = GenerationMode.POSITIVE, GenerationMode.NEGATIVE

Known = dict[str, list[Any]]
"""What is there, by what parameters call it, of one operation (`GET /api/tags/{tag_id} tag_id`) or of all."""

Ready = Callable[[], Awaitable[tuple[str, Known]]]
"""Makes whatever the next calls stand on, again: a token that holds, and what is there."""


@dataclass
class Tally:
    """What was answered."""

    answers: Counter[int] = field(default_factory=Counter)
    """By status, or by errcode."""
    done: int = 0
    by_operation: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    broken: list[str] = field(default_factory=list)
    called_well: set[str] = field(default_factory=set)
    """Operations that were called with good input, whatever was answered."""
    seconds: float = 0.0

    @property
    def total(self) -> int:
        return self.answers.total()

    def share(self, done: Callable[[int], bool], operations: set[str]) -> float:
        """Of the calls of these operations, how many were done."""
        answers = Counter[int]()
        for label in operations:
            answers += self.by_operation[label]
        return sum(count for answer, count in answers.items() if done(answer)) / max(1, answers.total())


class Draws:
    """Calls drawn from a document, each kind once however many make them: drawing is what takes the time."""

    def __init__(self, document: dict[str, Any], seed: int) -> None:
        self.seed = seed
        loaded = schemathesis.openapi.from_dict(document)
        self.operations = {label(each): each for each in (result.ok() for result in loaded.get_all_operations())}
        self._drawn: dict[tuple[str, GenerationMode, int], list[Any]] = {}

    def of(self, operation: str, mode: GenerationMode, count: int) -> list[Any]:
        key = (operation, mode, count)
        if key not in self._drawn:
            self._drawn[key] = self._draw(*key)
        return self._drawn[key]

    def _draw(self, operation: str, mode: GenerationMode, count: int) -> list[Any]:
        drawn: list[Any] = []

        @hypothesis_seed(self.seed)
        @hypothesis_settings(
            max_examples=count,
            phases=[Phase.generate],
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=self.operations[operation].as_strategy(generation_mode=mode))
        def draw(case: Any) -> None:
            drawn.append(case)

        with warnings.catch_warnings(), suppress(HypothesisException, schemathesis.errors.SchemathesisError):
            warnings.simplefilter("ignore")
            draw()  # refuses to where there is nothing to get wrong: an operation without parameters
        # Where there is little to choose, it stops early: the same is then called again.
        return (drawn * count)[:count]


class Fuzz:
    """One caller's calls to one server. An interface says how it is called and what counts as a fault."""

    every = 10
    """Calls after which what they spoilt is put right."""

    def __init__(self, draws: Draws, url: str, ready: Ready) -> None:
        self.draws = draws
        self.url = url
        self.ready = ready
        self.token = ""
        self.known: Known = {}
        self.random = random.Random(draws.seed)
        self.tally = Tally()
        self.spoilt = False

    def signed(self) -> tuple[dict[str, str], list[tuple[str, str]]]:
        """The headers and parameters that say who calls."""
        raise NotImplementedError

    def judged(self, status: int, answer: Any) -> tuple[int, bool]:
        """What to count an answer as, and whether it is a fault of ours."""
        raise NotImplementedError

    def is_done(self, counted: int) -> bool:
        raise NotImplementedError

    def learn(self, operation: str, answer: dict[str, Any]) -> None:
        """Take what an answer names into what is known."""

    async def run(self, calls: int, *, mine: Collection[str]) -> Tally:
        """So many good and so many bad calls of every operation, and as many good ones again of those that are open to
        the caller: what is refused for want of a right reaches no further than the door."""
        async with aiohttp.ClientSession(self.url) as http:
            for operation in self.draws.operations:
                wanted = (GOOD, calls * 2 if operation in mine else calls), (BAD, calls)
                drawn = [(mode, case) for mode, n in wanted for case in self.draws.of(operation, mode, n)]
                started = time.monotonic()
                for number, (mode, case) in enumerate(drawn):
                    if self.spoilt or number % self.every == 0:
                        self.spoilt = False
                        self.token, there = await self.ready()
                        self.known |= there
                    await self._call(http, operation, case, mode is GOOD)
                self.tally.seconds += time.monotonic() - started
        return self.tally

    async def _call(self, http: aiohttp.ClientSession, operation: str, case: Any, good: bool) -> None:
        path, query, body = dict(case.path_parameters or {}), dict(case.query or {}), case.body
        named = {name: str(value) for name, value in (case.headers or {}).items()}
        if good:
            named = {name: self._better(operation, name, value) for name, value in named.items()}
            path = {name: self._better(operation, name, value) for name, value in path.items()}
            query = {name: self._better(operation, name, value) for name, value in query.items()}
            body = self._better_body(operation, body)
        method, _, pattern = operation.partition(" ")
        where = re.sub(r"\{(\w+)\}", lambda m: quote(str(path.get(m[1], "")), safe=""), pattern)
        more: dict[str, Any] = {}
        if isinstance(body, bytes):
            more["data"] = body
            named["Content-Type"] = case.media_type
        elif type(body).__name__ != "NotSet":
            more["json"] = body
        headers, params = self.signed()
        headers = {name: value for name, value in named.items() if _can_be_sent(value)} | headers
        params = params + [
            (name, str(each))
            for name, value in query.items()
            for each in (value if isinstance(value, list) else [value])
        ]
        async with http.request(method, where or "/", params=params, headers=headers, **more) as answer:
            text = await answer.read()
            told = _read(text)
            counted, broken = self.judged(answer.status, told)
            self._count(operation, counted, good)
            if broken:
                self.tally.broken.append(f"{operation} {counted} {path} {query} {body!r:.600} -> {text[:300]!r}")
            if self.is_done(counted) and isinstance(told, dict):
                self.learn(operation, told)

    def _count(self, operation: str, counted: int, good: bool) -> None:
        self.tally.answers[counted] += 1
        self.tally.by_operation[operation][counted] += 1
        self.tally.done += self.is_done(counted)
        if good:
            self.tally.called_well.add(operation)

    def _better(self, operation: str, name: str, value: Any) -> Any:
        """Something that is there, mostly; what was drawn otherwise."""
        there = self.known.get(f"{operation} {name}") or self.known.get(name)
        if there and self.random.random() < 0.9:
            return [self.random.choice(there)] if isinstance(value, list) else self.random.choice(there)
        return value

    def _better_body(self, operation: str, body: Any) -> Any:
        if isinstance(body, dict):
            better = {name: self._better(operation, name, value) for name, value in body.items()}
            return {name: self._better_body(operation, value) for name, value in better.items()}
        return body


class NativeFuzz(Fuzz):
    """Our own clients' API, as one member with a bearer token."""

    def signed(self) -> tuple[dict[str, str], list[tuple[str, str]]]:
        return {"Authorization": f"Bearer {self.token}"}, []

    def judged(self, status: int, answer: Any) -> tuple[int, bool]:
        self.spoilt = self.spoilt or status == 401
        return status, status >= 500

    def is_done(self, counted: int) -> bool:
        return 200 <= counted < 300

    def learn(self, operation: str, answer: dict[str, Any]) -> None:
        """Ids from answers, under the names that parameters of the same resource have."""
        # What ends somebody's session, role or group ends what the next calls would stand on.
        self.spoilt = self.spoilt or not operation.startswith("GET ")
        match = re.search(r"/api/([\w-]+?)s?(?:/|$)", operation)
        named = [(match[1], [answer])] if match else []
        named += [(name.removesuffix("s"), value) for name, value in answer.items() if isinstance(value, list)]
        for name, things in named:
            parameter = {"device": "session_id", "visibility-rule": "rule_id"}.get(name, f"{name}_id")
            there = self.known.setdefault(parameter, [])
            for thing in things:
                found = thing.get("id") if isinstance(thing, dict) else None
                if isinstance(found, int) and found not in there and len(there) < 30:
                    there.append(found)


class WecomFuzz(Fuzz):
    """WeCom's API: HTTP 200 and an errcode whatever happens, and never the one that says that we are at a loss."""

    def signed(self) -> tuple[dict[str, str], list[tuple[str, str]]]:
        return {}, [("access_token", self.token)]

    def judged(self, status: int, answer: Any) -> tuple[int, bool]:
        right = status == 200 and isinstance(answer, dict) and isinstance(answer.get("errmsg"), str)
        code = answer.get("errcode") if isinstance(answer, dict) else None
        self.spoilt = self.spoilt or code in (40014, 42001)
        return code if isinstance(code, int) else status, not right or not isinstance(code, int) or code == -1

    def is_done(self, counted: int) -> bool:
        return counted == 0


schemathesis.openapi.media_type("application/offset+octet-stream", strategies.binary())


def _can_be_sent(value: str) -> bool:
    """Whether a header may have this value; others do not leave the client."""
    return value.isascii() and value.isprintable() and value == value.strip()


def label(operation: Any) -> str:
    return f"{operation.method.upper()} {operation.path}"


def _read(text: bytes) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
