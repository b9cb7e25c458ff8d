"""Saying things in conversations."""

from collections.abc import Iterator, Sequence

import orjson

from ...foundation.db import Tx
from ...foundation.streams import Change, lock_streams
from ...foundation.streams.queries import bump_head
from . import carrying
from .bodies import EVERYONE, FileUpload, ImageUpload, Said, Spoken, ToSay
from .carrying import Ready
from .model import Draft, NoSuchConversation, NoSuchMessage, Posted
from .queries import posting

Refusal = NoSuchConversation | NoSuchMessage | carrying.Refusal
Outcome = Posted | Refusal
Key = tuple[int, int, str]

MOST_LISTED = 500
"""An app's message to no more members than this has a row for each of them, which their lists find it by. A
message to more has none: it stays one row, and lists look at its bits."""

MOST_TURNS = 8


async def post_batch(tx: Tx, drafts: Sequence[Draft]) -> list[Outcome]:
    """Say all that may be said; for each draft, in order, its number or why it was refused.

    One round trip whatever the number of drafts: a function of the database's locks the conversations, then
    judges, numbers and writes (and a second one notes mentions, where there are any).
    """
    first: dict[Key, int] = {}
    for n, draft in enumerate(drafts):
        first.setdefault(_key(draft), n)
    outcomes: dict[Key, Outcome] = {}
    for turn in _turns([drafts[n] for n in first.values()]):
        await _post(tx, turn, outcomes)
    return [
        _again(outcomes[key]) if first[key] != n else outcomes[key]
        for n, key in enumerate(_key(draft) for draft in drafts)
    ]


def _turns(drafts: list[Draft]) -> Iterator[list[Draft]]:
    """All at once, but for those with an upload that one before them has: whether that one uses it up, its refusal or
    its number will say. In the last turn, whoever comes first has it."""
    turns = 1
    while drafts:
        carried: set[str] = set()
        turn: list[Draft] = []
        later: list[Draft] = []
        for draft in drafts:
            upload = carrying.upload_in(draft)
            (later if upload in carried and turns < MOST_TURNS else turn).append(draft)
            if upload is not None:
                carried.add(upload)
        yield turn
        drafts, turns = later, turns + 1


async def _post(tx: Tx, drafts: list[Draft], outcomes: dict[Key, Outcome]) -> None:
    ready = await _readied(tx, drafts, outcomes)
    bodies = [each.body.model_dump_json(exclude_defaults=True) for each in ready]
    judged = await posting.insert_messages(
        tx,
        [each.draft.conversation_id for each in ready],
        [each.draft.sender_id for each in ready],
        [each.draft.client_id for each in ready],
        bodies,
        [each.draft.reply_to for each in ready],
    )
    said = []
    for one, each, body in zip(ready, judged, bodies, strict=True):
        outcomes[_key(one.draft)] = _outcome(each)
        if each.seq is not None:
            said.append((one.draft, each, body))
    numbered = [(draft, each.seq) for draft, each, _ in said if each.seq is not None]
    await _note_mentions(tx, numbered)
    if files := [(draft, seq) for draft, seq in numbered if carrying.carries(draft.body)]:
        await carrying.hand_over(tx, files)
    tx.changes.extend(_changes(said))


async def _readied(tx: Tx, drafts: Sequence[Draft], outcomes: dict[Key, Outcome]) -> list[Ready]:
    """The drafts with what they say, but for those whose upload cannot be sent: what became of these is noted."""
    with_files = [draft for draft in drafts if carrying.carries(draft.body)]
    unpacked = {}
    if with_files:
        for draft, outcome in zip(with_files, await carrying.unpacked(tx, with_files), strict=True):
            unpacked[_key(draft)] = outcome
    ready = []
    for draft in drafts:
        match unpacked.get(_key(draft)):
            case Ready() as each:
                ready.append(each)
            case None:
                assert not isinstance(draft.body, ImageUpload | FileUpload)
                ready.append(Ready(draft, draft.body))
            case refused_or_repeated:
                outcomes[_key(draft)] = refused_or_repeated
    return ready


def _key(draft: Draft) -> Key:
    return draft.conversation_id, draft.sender_id, draft.client_id


def in_one_statement(drafts: Sequence[Draft]) -> bool:
    """Whether saying these takes one statement only: nobody is mentioned, and there is no file."""
    return not any(
        carrying.carries(d.body) or (isinstance(d.body, Spoken) and (d.body.mentions or d.body.everyone))
        for d in drafts
    )


async def post_to_audience(
    tx: Tx, conversation_id: int, sender_id: int, client_id: str, body: ToSay, audience: bytes | None
) -> Posted:
    """Say something in an app's conversation to the members whose ordinals' bits are set; None: to all.

    One message, whatever the size of the audience; the audience is frozen as given.
    """
    said: Said
    if isinstance(body, ImageUpload | FileUpload):
        said = await carrying.unpack(tx, sender_id, conversation_id, body)
    else:
        said = body
    await lock_streams(tx, [conversation_id])
    if before := await posting.message_by_client_id(tx, conversation_id, sender_id, client_id):
        return Posted(*before, repeated=True)
    seq = await bump_head(tx, conversation_id)
    if seq is None:
        raise NoSuchConversation
    text = said.model_dump_json(exclude_defaults=True)
    audience = audience or b"\x00" if audience is not None else None  # no bits at all would be heard as "all"
    few = _few(audience)
    at, at_json = await posting.insert_to_audience(tx, conversation_id, seq, sender_id, client_id, text, audience, few)
    if carrying.carries(body):
        await carrying.hand_over(tx, [(Draft(conversation_id, sender_id, client_id, body), seq)])
    entry = _entry(seq, sender_id, client_id, at_json, None, text)
    tx.changes.append(Change(conversation_id, seq - 1, seq, entry, "", audience or b""))
    return Posted(seq, at, repeated=False)


def _few(audience: bytes | None) -> list[int] | None:
    """The ordinals of an audience that is small."""
    if audience is None or int.from_bytes(audience, "little").bit_count() > MOST_LISTED:
        return None
    return [at * 8 + n for at, byte in enumerate(audience) if byte for n in range(8) if byte >> n & 1]


def _outcome(each: posting.Judged) -> Outcome:
    if not each.allowed:
        return NoSuchConversation()
    if each.repeat_seq is not None and each.repeat_at is not None:
        return Posted(each.repeat_seq, each.repeat_at, repeated=True)
    if not each.reply_found:
        return NoSuchMessage("The message that this one answers is not there.")
    assert each.seq is not None and each.sent_at is not None
    return Posted(each.seq, each.sent_at, repeated=False)


def _again(outcome: Outcome) -> Outcome:
    return Posted(outcome.seq, outcome.sent_at, repeated=True) if isinstance(outcome, Posted) else outcome


async def _note_mentions(tx: Tx, said: list[tuple[Draft, int]]) -> None:
    noted = [
        (draft.conversation_id, seq, member_id)
        for draft, seq in said
        if isinstance(draft.body, Spoken)
        for member_id in (*draft.body.mentions, *([EVERYONE] if draft.body.everyone else []))
    ]
    if noted:
        await posting.insert_mentions(tx, *(list(column) for column in zip(*noted, strict=True)))


def _changes(said: list[tuple[Draft, posting.Judged, str]]) -> list[Change]:
    """One change per conversation, its entries in order."""
    grouped: dict[int, list[tuple[int, bytes]]] = {}
    for draft, each, body in said:
        assert each.seq is not None and each.sent_at_json is not None
        entry = _entry(each.seq, draft.sender_id, draft.client_id, each.sent_at_json, draft.reply_to, body)
        grouped.setdefault(draft.conversation_id, []).append((each.seq, entry))
    changes = []
    for conversation_id, entries in grouped.items():
        entries.sort()
        encoded = b",".join(entry for _, entry in entries)
        changes.append(Change(conversation_id, entries[0][0] - 1, entries[-1][0], encoded))
    return changes


def _entry(seq: int, sender_id: int, client_id: str, at: str, reply_to: int | None, body: str) -> bytes:
    """A message as its stream entry, as the view `changes` shows it too."""
    return (
        b'{"seq":%d,"kind":"message.sent","body":{"sender_id":%d,"client_id":%s,"sent_at":%s,"reply_to":%s,'
        b'"recalled":false,"content":%s}}'
    ) % (
        seq,
        sender_id,
        orjson.dumps(client_id),
        at.encode(),
        b"null" if reply_to is None else b"%d" % reply_to,
        body.encode(),
    )
