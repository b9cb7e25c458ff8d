"""Catching up over HTTP: many streams in one call."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from wecom.features.accounts import Me
from wecom.features.directory import Company
from wecom.features.messaging.changes import Caught, catch_up, redacted
from wecom.foundation.db import Db
from wecom.foundation.errors import Invalid
from wecom.foundation.http import Encoded, Endpoints
from wecom.foundation.streams import DIRECTORY

from .viewing import sight_of

endpoints = Endpoints("/api")

MOST_STREAMS = 500


class UnknownStream(Invalid):
    """A stream is written as conversation:7@41, member:12@5 or directory@80: its name, @ and your cursor."""


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class Since(BaseModel):
    model_config = ConfigDict(extra="forbid")
    since: Annotated[
        list[Annotated[str, Field(max_length=64, pattern=r"^(conversation:|member:|directory)[0-9]*@[0-9]{1,18}$")]],
        BeforeValidator(_listed),
    ] = Field(min_length=1, max_length=MOST_STREAMS, description="A stream and the cursor, as conversation:7@41.")
    limit: int = Field(1000, ge=1, le=2000, description="Entries of each stream at most.")


class Stretch(BaseModel):
    """What follows the cursor of one stream, in `(from, to]`; ask again while `to` is below `head`."""

    stream: str
    since: int = Field(serialization_alias="from")
    to: int
    head: int
    entries: list[dict[str, Any]] = Field(description="{seq, kind, body} each, oldest first.")
    reset: bool = Field(False, description="Too far behind: load the snapshot instead.")
    gone: bool = Field(False, description="You do not hear this stream: drop what you hold of it.")


class Changes(Encoded):
    """The stretches, in the order asked for."""

    epoch: str
    streams: list[Stretch]


@endpoints.get("/changes")
async def read_changes(db: Db, me: Me, query: Since, company: Company) -> Changes:
    """What was missed of streams, each from its cursor.

    The protocol is described in `wecom/interfaces/realtime/__init__.py`. Errors: 400 for a stream that
    is not written as it should be.
    """
    cursors, names = {}, {}
    for written in query.since:
        name, _, cursor = written.rpartition("@")
        id = _stream_id(name, me.id)
        cursors[id], names[id] = int(cursor), name
    caught = await catch_up(db, me.id, me.ordinal, cursors, limit=query.limit)
    if DIRECTORY in cursors and not (await sight_of(db, me)).everything:
        caught = [redacted(each) for each in caught]
    streams = ",".join(_encoded(names[each.stream_id], each) for each in caught)
    return Changes.of(f'{{"epoch":"{company.epoch}","streams":[{streams}]}}'.encode())


def _stream_id(name: str, member_id: int) -> int:
    kind, _, digits = name.partition(":")
    if name == "directory":
        return DIRECTORY
    if not digits or len(digits) > 18 or (kind == "member" and int(digits) != member_id) or int(digits) == DIRECTORY:
        raise UnknownStream
    return int(digits)


def _encoded(name: str, each: Caught) -> str:
    flags = (',"reset":true' if each.reset else "") + (',"gone":true' if each.gone else "")
    entries = ",".join(each.entries)
    return f'{{"stream":"{name}","from":{each.since},"to":{each.to},"head":{each.head},"entries":[{entries}]{flags}}}'
