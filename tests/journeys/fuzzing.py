"""Calls drawn from the OpenAPI document: good ones, bad ones, and ones that build on earlier answers."""

import random
import re
import warnings
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import aiohttp
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import seed as hypothesis_seed
from hypothesis import settings as hypothesis_settings
from hypothesis.errors import HypothesisException
from schemathesis import GenerationMode

SignIn = Callable[[], Awaitable[str]]
"""A fresh bearer token, whatever became of the last one."""


@dataclass
class Tally:
    """What was answered."""

    statuses: Counter[int] = field(default_factory=Counter)
    by_operation: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    broken: list[str] = field(default_factory=list)
    called_well: set[str] = field(default_factory=set)
    """Operations that were called with good input, whatever was answered."""

    @property
    def answered_2xx(self) -> float:
        good = sum(count for status, count in self.statuses.items() if 200 <= status < 300)
        return good / max(1, self.statuses.total())


class Fuzz:
    """One role's calls to one server. `known`: ids by what parameters call them, grown from answers."""

    def __init__(self, document: dict[str, Any], url: str, sign_in: SignIn, known: dict[str, list[Any]], seed: int):
        self.document = schemathesis.openapi.from_dict(document)
        self.url = url
        self.sign_in = sign_in
        self.known = known
        self.seed = seed
        self.random = random.Random(seed)
        self.tally = Tally()

    @property
    def operations(self) -> set[str]:
        """All that there are to be called."""
        found = (result.ok() for result in self.document.get_all_operations())
        return {f"{each.method.upper()} {each.path}" for each in found}

    async def run(self, good: int, bad: int) -> Tally:
        """`good` and `bad` calls of every operation."""
        operations = [result.ok() for result in self.document.get_all_operations()]
        token = await self.sign_in()
        async with aiohttp.ClientSession(self.url) as http:
            for operation in operations:
                for mode, count in ((GenerationMode.POSITIVE, good), (GenerationMode.NEGATIVE, bad)):
                    for case in self._drawn(operation, mode, count):
                        token = await self._call(http, operation, case, mode is GenerationMode.POSITIVE, token)
                token = await self.sign_in()
        return self.tally

    def _drawn(self, operation: Any, mode: GenerationMode, count: int) -> list[Any]:
        drawn: list[Any] = []

        @hypothesis_seed(self.seed)
        @hypothesis_settings(
            max_examples=count,
            phases=[Phase.generate],
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def draw(case: Any) -> None:
            drawn.append(case)

        with warnings.catch_warnings(), suppress(HypothesisException, schemathesis.errors.SchemathesisError):
            warnings.simplefilter("ignore")
            draw()  # refuses to where there is nothing to get wrong: an operation without parameters
        return drawn[:count]

    async def _call(self, http: aiohttp.ClientSession, operation: Any, case: Any, good: bool, token: str) -> str:
        path, query, body = dict(case.path_parameters or {}), dict(case.query or {}), case.body
        if good:
            path = {name: self._better(name, value) for name, value in path.items()}
            query = {name: self._better(name, value) for name, value in query.items()}
            body = self._better_body(body)
        where = re.sub(r"\{(\w+)\}", lambda m: quote(str(path.get(m[1], "")), safe=""), operation.path)
        more: dict[str, Any] = {}
        if isinstance(body, bytes):
            more["data"] = body
        elif type(body).__name__ != "NotSet":
            more["json"] = body
        headers = {"Authorization": f"Bearer {token}"}
        params = [
            (name, str(each))
            for name, value in query.items()
            for each in (value if isinstance(value, list) else [value])
        ]
        async with http.request(operation.method, where or "/", params=params, headers=headers, **more) as answer:
            text = await answer.text()
            label = f"{operation.method.upper()} {operation.path}"
            self.tally.statuses[answer.status] += 1
            self.tally.by_operation[label][answer.status] += 1
            if good:
                self.tally.called_well.add(label)
            if answer.status >= 500:
                self.tally.broken.append(f"{label} {answer.status} {path} {query} {body!r:.500} -> {text[:300]}")
            if 200 <= answer.status < 300:
                self._learn(operation.path, await answer.json())
            return await self.sign_in() if answer.status == 401 or "session" in operation.path else token

    def _better(self, name: str, value: Any) -> Any:
        """Something that is there, mostly; what was drawn otherwise."""
        if (there := self.known.get(name)) and self.random.random() < 0.85:
            return [self.random.choice(there)] if isinstance(value, list) else self.random.choice(there)
        return value

    def _better_body(self, body: Any) -> Any:
        if isinstance(body, dict):
            return {name: self._better_body(self._better(name, value)) for name, value in body.items()}
        return body

    def _learn(self, path: str, answer: Any) -> None:
        """Ids from answers, under the names that parameters of the same resource have."""
        if not isinstance(answer, dict):
            return
        match = re.search(r"/api/([\w-]+?)s?(?:/|$)", path)
        named = [(match[1], [answer])] if match else []
        named += [(name.removesuffix("s"), value) for name, value in answer.items() if isinstance(value, list)]
        for name, things in named:
            parameter = {"device": "session_id", "visibility-rule": "rule_id"}.get(name, f"{name}_id")
            there = self.known[parameter]
            for thing in things:
                found = thing.get("id") if isinstance(thing, dict) else None
                if isinstance(found, int) and found not in there and len(there) < 30:
                    there.append(found)
