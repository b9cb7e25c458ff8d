"""Who is on: by rule and shift, as it is planned, whether they came or not."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from wecom.foundation.db import Db

from .queries import assigning
from .rulebook import Rulebook, Standing, rulebook
from .standing import standings

AT_ONCE = 1000
LATEST = datetime.max.replace(tzinfo=UTC)


@dataclass(slots=True)
class OnDuty:
    """People who work the same hours by the same rule."""

    rule_id: int
    rule: str
    shift_id: int | None
    """None: the rule is not by shift; 0: rest, or nobody planned it."""
    shift: str
    working: bool
    starts_at: datetime | None
    ends_at: datetime | None
    zone: str
    member_ids: list[int] = field(default_factory=list)


async def on_duty(db: Db, on: date, within: set[int] | None = None) -> list[OnDuty]:
    """Groups of those under rules on a date, by when they begin; who is off comes last."""
    book = await rulebook(db)
    under = await assigning.members_under_rules(db, on)
    wanted = [(id, rule_id) for id, rule_id in under if within is None or id in within]
    groups: dict[tuple[int, int | None, bool], OnDuty] = {}
    for start in range(0, len(wanted), AT_ONCE):
        part = wanted[start : start + AT_ONCE]
        there = await standings(db, book, [id for id, _ in part], on, on)
        for member_id, rule_id in part:
            shift_id, working = _what(book, there[member_id], rule_id, on)
            key = (rule_id, shift_id, working)
            if key not in groups:
                groups[key] = _group(book, there[member_id], rule_id, shift_id, working, on)
            groups[key].member_ids.append(member_id)
    return sorted(groups.values(), key=lambda each: (not each.working, each.starts_at or LATEST, each.rule_id))


def _what(book: Rulebook, standing: Standing, rule_id: int, on: date) -> tuple[int | None, bool]:
    version = book.in_force(rule_id, on)
    working = standing.plan(on).kind == "work"
    if version is None or version.rule.kind != "shift":
        return None, working
    return (standing.key(on)[3] or 0) if working else 0, working


def _group(book: Rulebook, standing: Standing, rule_id: int, shift_id: int | None, working: bool, on: date) -> OnDuty:
    version = book.in_force(rule_id, on)
    rule = version.rule if version else None
    slots = standing.plan(on).slots if working else ()
    shift = next((each.name for each in rule.shifts if each.id == shift_id), "") if rule else ""
    return OnDuty(
        rule_id,
        rule.name if rule else "",
        shift_id,
        shift,
        working,
        datetime.fromtimestamp(slots[0].start, UTC) if slots else None,
        datetime.fromtimestamp(slots[-1].end, UTC) if slots else None,
        book.zone_of(rule_id, on).zone,
    )
