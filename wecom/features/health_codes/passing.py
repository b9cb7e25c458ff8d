"""What gates saw: kept once, whenever it comes; and codes that two gates let in."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from wecom.foundation import audit
from wecom.foundation.db import Pool, Tx, transaction
from wecom.foundation.streams import tell

from .events import HealthReplayed
from .gates import knowledge_now
from .model import Gate, Passage, Seen
from .passes import Checked, verify
from .queries import certificates
from .queries import passages as queries
from .queries import policies as policy_queries
from .queries.passages import Wanted
from .refusals import NoSuchHealthPolicy
from .rules import LEVELS

MOST_AT_ONCE = 500
EXPORTED_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of a passage that a gate tells of."""

    client_id: str
    again: bool
    """It was kept before."""
    replayed_at: int | None
    """The gate that let the same in before."""


async def take_in(tx: Tx, gate: Gate, seen: Sequence[Seen], *, now: datetime) -> list[TakenIn]:
    """Keep what a gate saw, in any order and however often it is told. Of two that let the same in, whichever is told
    of second is a replay: the officers of the policy hear of it, and it is written down."""
    first: dict[str, Seen] = {}
    for each in seen:
        first.setdefault(each.client_id, each)
    before = await queries.kept_before(tx, gate.id, list(first))
    new = [each for id, each in first.items() if id not in before]
    issued = await certificates.issued(tx, sorted({each.serial for each in new if each.serial}))
    kept = await queries.insert_passages(tx, gate.id, new, issued, now)
    replayed = [each for each in new if each.client_id not in kept]
    at: dict[str, int | None] = {}
    if replayed:
        await queries.insert_passages(tx, gate.id, replayed, issued, now, replay=True)
        at = await _tell_officers(tx, gate, [each.client_id for each in replayed])
    told = []
    for number, each in enumerate(seen):
        again = each.client_id in before or any(other.client_id == each.client_id for other in seen[:number])
        told.append(TakenIn(each.client_id, again, before.get(each.client_id, at.get(each.client_id))))
    return told


async def decide(tx: Tx, gate: Gate, text: str, client_id: str, *, now: datetime) -> Checked:
    """For gates that ask instead of deciding: the same rules, by what is known here now; and it is kept at once."""
    known = await knowledge_now(tx, gate, now=now)
    checked = verify(text, known, now.timestamp(), lambda serial, step: False)
    certificate = checked.certificate
    if checked.admitted and certificate and await certificates.is_revoked(tx, certificate.serial, now):
        checked = replace(checked, admitted=False, why="revoked")
    seen = _seen(checked, client_id, now)
    if checked.admitted and certificate and await queries.was_admitted(tx, certificate.serial, checked.step):
        checked = replace(checked, admitted=False, why="replayed")
        seen = _seen(checked, client_id, now)
    [taken] = await take_in(tx, gate, [seen], now=now)
    if checked.admitted and taken.replayed_at is not None:  # at another gate, in the same moment
        return replace(checked, admitted=False, why="replayed")
    return checked


def _seen(checked: Checked, client_id: str, now: datetime) -> Seen:
    certificate = checked.certificate
    return Seen(
        client_id,
        now,
        0,
        certificate.serial if certificate else None,
        checked.step if certificate else None,
        LEVELS[certificate.level - 1] if certificate else None,
        checked.admitted,
        checked.why,
    )


async def read_passages(
    tx: Tx,
    actor_id: int,
    wanted: Wanted,
    before: tuple[datetime, int] | None,
    limit: int,
    *,
    address: str = "",
) -> list[Passage]:
    """What gates saw by policies of which somebody is an officer, newest first; that it was read is written down."""
    mine = await _of_mine(tx, actor_id, wanted)
    found = await queries.listed(tx, mine, before, limit)
    await _note(tx, actor_id, "health_passages.read", mine, address, passages=len(found))
    return found


async def begin_export(tx: Tx, actor_id: int, wanted: Wanted, *, address: str = "") -> Wanted:
    """The same, for a table; that it was asked for is written down."""
    mine = await _of_mine(tx, actor_id, wanted)
    await _note(tx, actor_id, "health_passages.export", mine, address)
    return mine


async def passages_for_export(pool: Pool, actor_id: int, wanted: Wanted) -> AsyncIterator[list[Passage]]:
    """Some at a time, newest first, for as long as whoever asked is an officer of the policies."""
    before: tuple[datetime, int] | None = None
    while True:
        async with transaction(pool) as tx:
            if set(wanted.policy_ids) - {each for each in await _mine(tx, actor_id)}:
                return
            found = await queries.listed(tx, wanted, before, EXPORTED_AT_ONCE)
        if not found:
            return
        yield found
        before = (found[-1].at, found[-1].id)


async def _mine(tx: Tx, actor_id: int) -> list[int]:
    held = await policy_queries.holders_among(tx, [actor_id])
    return [each.id for each in await policy_queries.policies_of(tx, actor_id)] if held else []


async def _of_mine(tx: Tx, actor_id: int, wanted: Wanted) -> Wanted:
    mine = await _mine(tx, actor_id)
    if wanted.policy_ids and set(wanted.policy_ids) - set(mine):
        raise NoSuchHealthPolicy
    return replace(wanted, policy_ids=tuple(wanted.policy_ids or mine))


async def _tell_officers(tx: Tx, gate: Gate, client_ids: Sequence[str]) -> dict[str, int | None]:
    found = await queries.replays_among(tx, gate.id, client_ids)
    concerned = sorted({policy_id for _, _, _, policy_id in found if policy_id})
    for each, officers in (await policy_queries.officers_of(tx, concerned)).items():
        for officer in officers:
            tell(tx, officer, HealthReplayed(policy_id=each))
    for id, _, before, policy_id in found:
        await audit.record(
            tx, None, "health_passage.replay", f"health_passage:{id}", gate=gate.id, before=before, policy=policy_id
        )
    return {client_id: before for _, client_id, before, _ in found}


async def _note(tx: Tx, actor_id: int, act: audit.Action, wanted: Wanted, address: str, **more: object) -> None:
    await audit.record(
        tx,
        actor_id,
        act,
        "health:passages",
        address=address,
        policies=list(wanted.policy_ids),
        gate=wanted.gate_id,
        member=wanted.member_id,
        first=wanted.first.isoformat() if wanted.first else None,
        last=wanted.last.isoformat() if wanted.last else None,
        **more,
    )
