"""Catching up: what a member missed of the streams they may hear."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...foundation.db import Db
from ...foundation.streams import DIRECTORY
from .queries import gateway as queries

TOO_FAR = 20_000
"""Entries behind from which loading the snapshot is cheaper than catching up."""


@dataclass(frozen=True, slots=True)
class Caught:
    """A stretch `(since, to]` of a stream. `gone`: the member does not hear it; `reset`: too far behind."""

    stream_id: int
    since: int
    to: int
    head: int
    entries: Sequence[str]
    gone: bool = False
    reset: bool = False


async def catch_up(
    db: Db, member_id: int, ordinal: int, cursors: Mapping[int, int], *, limit: int = 1000
) -> list[Caught]:
    """For each stream, what follows the cursor, at most `limit` entries; ask again while `to < head`.

    What lies before the member came into a conversation is not theirs: the stretch then begins where
    they came in.
    """
    found = await queries.subscriptions(db, [member_id])
    heard = {each.stream_id: each for each in found[member_id]}
    starts, caught = {}, {}
    for id, cursor in cursors.items():
        if (each := heard.get(id)) is None:
            caught[id] = Caught(id, cursor, cursor, cursor, (), gone=True)
            continue
        start = max(cursor, each.from_seq)
        if each.head - start > TOO_FAR:
            caught[id] = Caught(id, cursor, each.head, each.head, (), reset=True)
        elif start >= each.head:
            caught[id] = Caught(id, min(cursor, each.head), each.head, each.head, ())
        else:
            starts[id] = start
    if starts:
        tos = [heard[id].head for id in starts]
        entries = await queries.entries_of_many(db, list(starts), list(starts.values()), tos, limit, ordinal)
        for id, listed in entries.items():
            head = heard[id].head
            to = listed[-1][0] if len(listed) == limit else head
            caught[id] = Caught(id, cursors[id], to, head, [entry for _, entry in listed])
    return [caught[id] for id in cursors]


def redacted(caught: Caught) -> Caught:
    """A stretch of the directory's stream for whoever does not see everything."""
    if caught.stream_id != DIRECTORY or not caught.entries:
        return caught
    bare = f'{{"seq":{caught.to},"kind":"directory.changed","body":{{}}}}'
    return Caught(DIRECTORY, caught.since, caught.to, caught.head, [bare])
