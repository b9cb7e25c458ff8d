"""One declaration per endpoint: its signature is its contract.

    @endpoints.post("/conversations/{conversation_id}/name")
    async def rename(tx: Tx, me: Member, path: InConversation, body: NewName) -> ConversationView:
        \"\"\"Rename a group.\"\"\"

A handler is an ordinary function. Parameters are filled by what they are: `path`, `query`, `headers` and
`body` are validated from the request; a `Tx` is a transaction that commits when the handler returns; a
`Db` reads; a `Pool` is for handlers that do something slow before or after a transaction of their own;
a `Caller` says where the request came from; an `Upload` is the file that it carries, an `Incoming`
its body as it comes; a type that the door
admits is whoever is calling; any other type is looked up among what the process provides. Routes,
validation and the OpenAPI document all come from `Endpoint`: there is nowhere else to say any of it.
"""

import inspect
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self, TypeVar, cast, get_type_hints

from pydantic import BaseModel, PrivateAttr

Handler = Callable[..., Awaitable[BaseModel | None]]
NONE: Mapping[str, str] = {}
H = TypeVar("H", bound=Callable[..., Any])
PARTS = ("path", "query", "headers", "body")


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie to set; an empty value takes it away. HttpOnly unless a page must read it."""

    name: str
    value: str
    max_age: int = 0
    http_only: bool = True


class Reply(BaseModel):
    """An answer that also sets cookies."""

    _cookies: list[Cookie] = PrivateAttr(default_factory=list)

    def with_cookies(self, *cookies: Cookie) -> Self:
        self._cookies.extend(cookies)
        return self

    @property
    def cookies(self) -> list[Cookie]:
        return self._cookies


class Encoded(BaseModel):
    """An answer whose JSON is made already, for what is large and hot; the fields are for the document."""

    _json: bytes = PrivateAttr(default=b"")

    @classmethod
    def of(cls, json: bytes) -> Self:
        answer = cast(Self, cls.model_construct())
        answer._json = json
        return answer

    @property
    def json_bytes(self) -> bytes:
        return self._json


class Headed(BaseModel):
    """An answer that is headers alone."""

    _headers: dict[str, str] = PrivateAttr(default_factory=dict)

    @classmethod
    def of(cls, **headers: object) -> Self:
        """Of `upload_offset` the header `Upload-Offset`."""
        answer = cls()
        answer._headers = {name.replace("_", "-").title(): str(value) for name, value in headers.items()}
        return answer

    @property
    def headers(self) -> dict[str, str]:
        return self._headers


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A way in: method, path, and what its handler's signature says."""

    method: str
    path: str
    handler: Handler
    parts: dict[str, type[BaseModel]]
    wants: dict[str, Any]
    response: type[BaseModel] | None
    public: bool
    docs: tuple[int, ...]
    max_body: int
    status: int
    """Of an answer that is headers alone."""
    headers: Mapping[str, str]
    """Of every answer, refusals too."""

    @property
    def name(self) -> str:
        return self.handler.__name__

    @property
    def description(self) -> str:
        return inspect.getdoc(self.handler) or ""

    @classmethod
    def of(
        cls,
        method: str,
        path: str,
        handler: Handler,
        *,
        public: bool = False,
        docs: tuple[int, ...] = (),
        max_body: int = 1 << 20,
        status: int = 200,
        headers: Mapping[str, str] = NONE,
    ) -> "Endpoint":
        hints = get_type_hints(handler)
        response = hints.pop("return", None)
        if not inspect.getdoc(handler):
            raise TypeError(f"{handler.__qualname__} is not an endpoint: it has no docstring")
        parts = {name: hints.pop(name) for name in PARTS if name in hints}
        answer = None if response is type(None) else response
        return cls(method, path, handler, parts, hints, answer, public, docs, max_body, status, headers)


@dataclass
class Endpoints:
    """The endpoints of one module, in the order they are written."""

    prefix: str = ""
    tag: str = ""
    listed: list[Endpoint] = field(default_factory=list)
    headers: Mapping[str, str] = field(default_factory=dict)
    """Of every answer, refusals too."""

    def get(self, path: str, **about: Any) -> Callable[[H], H]:
        return self._add("GET", path, **about)

    def post(self, path: str, **about: Any) -> Callable[[H], H]:
        return self._add("POST", path, **about)

    def put(self, path: str, **about: Any) -> Callable[[H], H]:
        return self._add("PUT", path, **about)

    def patch(self, path: str, **about: Any) -> Callable[[H], H]:
        return self._add("PATCH", path, **about)

    def delete(self, path: str, **about: Any) -> Callable[[H], H]:
        return self._add("DELETE", path, **about)

    def head(self, path: str, **about: Any) -> Callable[[H], H]:
        return self._add("HEAD", path, **about)

    def options(self, path: str, **about: Any) -> Callable[[H], H]:
        return self._add("OPTIONS", path, **about)

    def _add(self, method: str, path: str, **about: Any) -> Callable[[H], H]:
        def add(handler: H) -> H:
            self.listed.append(Endpoint.of(method, self.prefix + path, handler, headers=self.headers, **about))
            return handler

        return add

    def __iter__(self) -> Iterator[Endpoint]:
        return iter(self.listed)
