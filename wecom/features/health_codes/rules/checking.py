"""Whether rules can be kept: what would be wrong with them, by name."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .judge import leaves_of
from .model import DateWithin, Group, HasFact, NoReport, Number, Part, Picked, Rules

Why = Literal[
    "nothing_asked",
    "too_many",
    "twice",
    "unknown_source",
    "one_bound",
    "both_directions",
    "lasting_absence",
    "zone_unknown",
]

MOST_RULES = 100
MOST_LEAVES = 50
LONGEST_HOURS = 24 * 366
LONGEST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong; rule 0: with what stands beside the rules."""

    rule_id: int
    why: Why


def faults_of(rules: Rules) -> list[Fault]:
    """None: they can be kept."""
    return [*_of_all(rules), *(each for rule in rules.rules for each in _of_rule(rules, rule.id, rule.when))] + [
        Fault(rule.id, "lasting_absence")
        for rule in rules.rules
        if rule.holds and any(isinstance(leaf, NoReport) for leaf in leaves_of(rule.when))
    ]


def _of_all(rules: Rules) -> Iterator[Fault]:
    try:
        ZoneInfo(rules.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield Fault(0, "zone_unknown")
    if len(rules.rules) > MOST_RULES:
        yield Fault(0, "too_many")
    jobs = Counter(each.job_id for each in rules.sources)
    if any(count > 1 for count in jobs.values()):
        yield Fault(0, "twice")
    for name in ("id", "code"):
        counts = Counter(getattr(each, name) for each in rules.rules)
        yield from (Fault(each.id, "twice") for each in rules.rules if counts[getattr(each, name)] > 1)
    yield from _directions(rules)


def _directions(rules: Rules) -> Iterator[Fault]:
    """Of one question, more cannot be worse here and better there: nobody could say which answer is the worse one."""
    seen: dict[tuple[int, int], str] = {}
    for rule in rules.rules:
        for leaf in leaves_of(rule.when):
            if isinstance(leaf, Number):
                way = "more" if leaf.at_least is not None else "less"
                if seen.setdefault((leaf.job_id, leaf.question_id), way) != way:
                    yield Fault(rule.id, "both_directions")


def _of_rule(rules: Rules, rule_id: int, when: Group) -> Iterator[Fault]:
    sources = {each.job_id for each in rules.sources}
    leaves = list(leaves_of(when))
    if len(leaves) > MOST_LEAVES:
        yield Fault(rule_id, "too_many")
    parts: list[Group | Part] = [when, *(each for each in when.of if isinstance(each, Part))]
    for group in parts:
        if not group.of or (group.kind == "at_least" and not 1 <= group.count <= len(group.of)):
            yield Fault(rule_id, "nothing_asked")
    for leaf in leaves:
        if isinstance(leaf, Picked) and not leaf.any_of:
            yield Fault(rule_id, "nothing_asked")
        if isinstance(leaf, Number) and (leaf.at_least is None) == (leaf.at_most is None):
            yield Fault(rule_id, "one_bound")
        if isinstance(leaf, Picked | Number | DateWithin | NoReport) and leaf.job_id not in sources:
            yield Fault(rule_id, "unknown_source")
        if isinstance(leaf, HasFact) and not leaf.fact:
            yield Fault(rule_id, "nothing_asked")
