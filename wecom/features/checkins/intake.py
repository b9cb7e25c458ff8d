"""What attendance machines send: in any order, as often as they like, by their own clocks and by their own numbers.

A machine's own number of a record and its time say which it is: it is kept once, whoever it was of. A machine that was
set back to its beginning counts from one again, and its new records are others than the old ones of these numbers. What
cannot be kept is told to the machine record by record, and is there for HR to be looked at; what was of a number that
nobody has is taken in by itself once it is said whose that is.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from wecom.foundation import audit
from wecom.foundation.db import Db, Tx
from wecom.foundation.errors import WecomError

from ..accounts import SYSTEM, Limiter
from .machines import MOST_LEFT_OUT, MOST_WAITING
from .model import Way
from .punching import AHEAD_AT_MOST, LONGEST_ID, Answer, Claim, punch_batch
from .queries import machines as queries
from .records import Evidence, LeftOutWhy, Machine, MachineNumber
from .refusals import MachineUnfit, NoSuchMachine, NoSuchNumber, TooManyUploads

MOST_AT_ONCE = 1000
LONGEST_RECORD = 48
LONGEST_NUMBER = 64
OLDEST = timedelta(days=92)
"""A machine that was without a network sends what it kept; one whose clock was lost sends the year 2000."""
WORST_DRIFT = 2**31 - 1
MOST_UPLOADS = 600
MINUTE = 60
EVERY_MACHINE = 0

Became = Literal["taken", "repeated"] | LeftOutWhy
Whose = dict[str, tuple[int, datetime | None]]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a machine saw: somebody, by userid or by its own number of them."""

    at: datetime
    userid: str = ""
    number: str = ""
    record: str = ""
    """The machine's own of it; without one, who and when say which it is."""
    way: Way | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a record."""

    record: str
    became: Became
    member_id: int | None = None
    message: str = ""


async def keep_within(limiter: Limiter, key: str) -> None:
    """Count an upload with a key; raises `TooManyUploads` for a machine that does nothing else."""
    whose = hashlib.sha256(key.encode(errors="replace")).hexdigest()[:24]
    if (wait := await limiter.allow(f"checkin-machine:{whose}", MOST_UPLOADS, MINUTE)) is not None:
        raise TooManyUploads(retry_after=wait)


async def take_in(
    tx: Tx, machine: Machine, seen: Sequence[Seen], *, now: datetime, clock: datetime | None = None
) -> list[Outcome]:
    """Keep what a machine saw, each once; what became of each, in order. `clock`: what it takes for now. The machine is
    locked already."""
    if len(seen) > MOST_AT_ONCE:
        raise MachineUnfit(f"A machine sends at most {MOST_AT_ONCE} punches at once.")
    known = await _known(tx, machine, seen)
    by_name = await queries.members_named(tx, [each.userid.lower() for each in seen if each.userid])
    by_number = await queries.members_numbered(tx, machine.id, [each.number for each in seen if each.number])
    outcomes: list[Outcome | None] = []
    claims: dict[str, Claim] = {}
    for each in seen:
        record = _record(each)
        client_id = _client_id(machine, each)
        member_id = _member(each, by_name, by_number)
        if client_id in known:
            outcomes.append(Outcome(record, "repeated", member_id))
        elif (why := _why(each, member_id, now)) or member_id is None:
            outcomes.append(Outcome(record, why or "unknown_person", member_id))
        else:
            known.add(client_id)
            claims[client_id] = _claim(machine, each, client_id, member_id)
            outcomes.append(None)
    ordered = sorted(claims.values(), key=lambda claim: (claim.member_id, claim.client_id))
    answers = await punch_batch(tx, ordered, [now] * len(ordered)) if ordered else []
    kept = {claim.client_id: answer for claim, answer in zip(ordered, answers, strict=True)}
    told = [
        outcome or _told(_record(each), claims[_client_id(machine, each)], kept)
        for each, outcome in zip(seen, outcomes, strict=True)
    ]
    await _write_down(tx, machine, seen, told, clock, now)
    return told


async def set_numbers(
    tx: Tx, actor_id: int, machine_id: int, pairs: Sequence[tuple[str, int]], *, now: datetime, address: str = ""
) -> int:
    """Say whom a machine means by its numbers, machine 0: every machine that says nothing else. What was left out for
    want of that is taken in; how many punches those were."""
    said = {number.strip(): member_id for number, member_id in pairs}
    if any(not 1 <= len(number) <= LONGEST_NUMBER or "\x00" in number for number in said):
        raise MachineUnfit(f"A machine's number of somebody has 1 to {LONGEST_NUMBER} characters.")
    locked = {
        each.id: each
        for each in await queries.machines(tx)
        if machine_id in (EVERY_MACHINE, each.id) and await queries.lock_machine(tx, each.id)
    }
    if machine_id and not locked:
        raise NoSuchMachine
    ordered = sorted(said)
    changed = await queries.put_numbers(tx, machine_id, ordered, [said[each] for each in ordered], actor_id)
    if changed:
        about = {"numbers": len(changed)}
        content = [[number, said[number]] for number in sorted(changed)]
        subject = f"checkin_machine:{machine_id}"
        await audit.record(tx, actor_id, "checkin_machine.number", subject, address=address, content=content, **about)
    waiting: dict[int, list[Seen]] = {}
    for each in await queries.left_out_numbered(tx, machine_id, ordered, MOST_AT_ONCE * MOST_AT_ONCE):
        seen = Seen(each.at, each.userid, each.number, each.record, each.way)
        waiting.setdefault(each.machine_id, []).append(seen)
    taken = 0
    for id, batch in sorted(waiting.items()):
        if id in locked:
            for start in range(0, len(batch), MOST_AT_ONCE):
                outcomes = await take_in(tx, locked[id], batch[start : start + MOST_AT_ONCE], now=now)
                taken += sum(each.became == "taken" for each in outcomes)
    return taken


async def end_number(tx: Tx, actor_id: int, machine_id: int, number: str, *, address: str = "") -> None:
    """Nobody is meant by it any more; what was kept stays."""
    if not await queries.delete_number(tx, machine_id, number):
        raise NoSuchNumber
    about = {"ended": number}
    await audit.record(
        tx, actor_id, "checkin_machine.number", f"checkin_machine:{machine_id}", address=address, **about
    )


async def numbers_of(db: Db, machine_id: int) -> list[MachineNumber]:
    """What is said for this machine, and for all."""
    return await queries.numbers_of(db, machine_id)


async def _write_down(
    tx: Tx, machine: Machine, seen: Sequence[Seen], told: Sequence[Outcome], clock: datetime | None, now: datetime
) -> None:
    taken = [each.at for each, outcome in zip(seen, told, strict=True) if outcome.became == "taken"]
    drift = None
    if clock is not None:
        drift = max(-WORST_DRIFT, min(WORST_DRIFT, round((clock - now).total_seconds())))
    await queries.note_heard(tx, machine.id, len(taken), max(taken, default=None), drift)
    out = {
        (outcome.record, each.at): (outcome.record, each.userid, each.number, each.at, each.way, outcome.became)
        for each, outcome in zip(seen, told, strict=True)
        if outcome.became not in ("taken", "repeated")
    }
    inside = {(outcome.record, each.at) for each, outcome in zip(seen, told, strict=True)} - out.keys()
    if inside:
        records, times = zip(*sorted(inside), strict=True)
        await queries.forget_left_out(tx, machine.id, records, times)
    if out:
        await queries.put_left_out(tx, machine.id, [out[key] for key in sorted(out)])
        await queries.trim_left_out(tx, machine.id, MOST_LEFT_OUT, MOST_WAITING, now - OLDEST)


def _claim(machine: Machine, each: Seen, client_id: str, member_id: int) -> Claim:
    return Claim(
        member_id,
        client_id,
        SYSTEM,
        source="machine",
        way=each.way or machine.way,
        claimed_at=each.at,
        evidence=Evidence(title=machine.place or machine.name),
        machine_id=machine.id,
    )


def _told(record: str, claim: Claim, kept: dict[str, Answer]) -> Outcome:
    answer = kept[claim.client_id]
    if isinstance(answer, WecomError):
        return Outcome(record, "unfit", claim.member_id, str(answer))
    return Outcome(record, "repeated" if answer.again else "taken", claim.member_id)


def _why(each: Seen, member_id: int | None, now: datetime) -> LeftOutWhy | None:
    if each.at > now + AHEAD_AT_MOST:
        return "future"
    if each.at < now - OLDEST:
        return "too_old"
    return None if member_id is not None else "unknown_person"


def _member(each: Seen, by_name: Whose, by_number: Whose) -> int | None:
    """Whoever has left is meant only by what they punched before."""
    found = by_name.get(each.userid.lower()) if each.userid else by_number.get(each.number)
    if found is None:
        return None
    member_id, left_at = found
    return member_id if left_at is None or each.at <= left_at else None


def _record(each: Seen) -> str:
    if each.record:
        return each.record
    whose = each.userid.lower() or f"#{each.number}"
    made = f"{whose}@{int(each.at.timestamp())}"
    return made if len(made) <= LONGEST_RECORD else hashlib.sha256(made.encode()).hexdigest()[:LONGEST_RECORD]


def _client_id(machine: Machine, each: Seen) -> str:
    named = f"{_plain_id(machine, each)}@{int(each.at.timestamp())}"
    return named if len(named) <= LONGEST_ID else f"m{machine.id}-{hashlib.sha256(named.encode()).hexdigest()[:48]}"


def _plain_id(machine: Machine, each: Seen) -> str:
    return f"m{machine.id}-{_record(each)}"


async def _known(tx: Tx, machine: Machine, seen: Sequence[Seen]) -> set[str]:
    """What of this is kept already. Records were kept by their numbers alone once, and machines send old ones too."""
    ids = {named(machine, each) for each in seen for named in (_client_id, _plain_id)}
    kept = await queries.kept_records(tx, machine.id, sorted(ids))
    return {
        _client_id(machine, each)
        for each in seen
        if _client_id(machine, each) in kept or kept.get(_plain_id(machine, each)) == each.at
    }
