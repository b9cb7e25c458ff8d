"""Frames as bytes, and what clients may say."""

from typing import Annotated, Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from wecom.features.messaging import NewBody, Posted
from wecom.foundation.errors import WecomError
from wecom.foundation.instants import written
from wecom.foundation.streams import DIRECTORY

from .websocket import TEXT, frame

Seq = Annotated[int, Field(ge=0, lt=2**62)]
Id = Annotated[int, Field(ge=1, lt=2**62)]


class _Frame(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Hello(_Frame):
    type: Literal["hello"]
    cursors: dict[str, Seq] = Field(default_factory=dict, max_length=20_000)


class Ack(_Frame):
    type: Literal["ack"]
    cursors: dict[str, Seq] = Field(max_length=2_000)


class Send(_Frame):
    type: Literal["send"]
    conversation_id: Id
    client_id: str = Field(min_length=1, max_length=64, pattern=r"^[\x21-\x7e]+$")
    body: NewBody
    reply_to: Id | None = None


class Typing(_Frame):
    type: Literal["typing"]
    conversation_id: Id


class Watch(_Frame):
    type: Literal["watch"]
    member_ids: tuple[Id, ...] = Field(max_length=500)


class Ping(_Frame):
    type: Literal["ping"]


Asked = Hello | Ack | Typing | Watch | Ping
Said = Asked | Send
CLIENT_FRAME: TypeAdapter[Said] = TypeAdapter(Annotated[Said, Field(discriminator="type")])


def said(value: dict[str, Any]) -> bytes:
    """A frame of the server's own, encoded."""
    return frame(TEXT, orjson.dumps(value))


def changes_frame(name: bytes, epoch: bytes, since: int, to: int, entries: bytes) -> bytes:
    """A frame of changes; `entries` are encoded and joined by commas."""
    return frame(
        TEXT, b'{"stream":"%s","epoch":"%s","from":%d,"to":%d,"entries":[%s]}' % (name, epoch, since, to, entries)
    )


def sent(given: Send, posted: Posted) -> bytes:
    """The answer to a message that is durable."""
    return frame(
        TEXT,
        b'{"type":"sent","client_id":%s,"conversation_id":%d,"seq":%d,"sent_at":"%s","repeated":%s}'
        % (
            orjson.dumps(given.client_id),
            given.conversation_id,
            posted.seq,
            written(posted.sent_at).encode(),
            b"true" if posted.repeated else b"false",
        ),
    )


def refusal(client_id: str, problem: WecomError) -> bytes:
    """The answer to what may not be."""
    return refused(client_id, type(problem).__name__, str(problem), getattr(problem, "retry_after", None))


def refused(client_id: str, error: str, message: str, retry_after: float | None = None) -> bytes:
    answer = {"type": "refused", "client_id": client_id, "error": error, "message": message}
    return said(answer | ({"retry_after": retry_after} if retry_after is not None else {}))


def misunderstood(text: bytes, problem: ValidationError) -> bytes:
    """The answer to what is no frame of a client's, with its `client_id` where one can be made out."""
    first = problem.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    return refused(_client_id(text), "Invalid", f"{where}: {first['msg']}" if where else first["msg"])


def _client_id(text: bytes) -> str:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return ""
    given = value.get("client_id", "") if isinstance(value, dict) else ""
    return given[:64] if isinstance(given, str) else ""


BINARY_REFUSED = refused("", "Invalid", "Frames are JSON text.")


def stream_name(stream_id: int, member_id: int) -> str:
    """A stream's name for one member: ids are shared by all kinds of streams."""
    if stream_id == DIRECTORY:
        return "directory"
    return f"member:{stream_id}" if stream_id == member_id else f"conversation:{stream_id}"


def stream_id(name: str, member_id: int) -> int | None:
    """The stream of a name that a member may use; None for any other."""
    if name == "directory":
        return DIRECTORY
    kind, _, digits = name.partition(":")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 19):
        return None
    id = int(digits)
    if kind == "conversation" and id != DIRECTORY:
        return id
    return id if kind == "member" and id == member_id else None
