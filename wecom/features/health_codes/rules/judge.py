"""Judging: which rules apply at an instant, and until when that stays so."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from .model import (
    CLEARANCE,
    LEVELS,
    DateWithin,
    Fact,
    Group,
    HasFact,
    Held,
    Inputs,
    Leaf,
    Level,
    NoReport,
    Number,
    Override,
    Part,
    Picked,
    Reason,
    Report,
    Rule,
    Rules,
    Verdict,
)


@dataclass(frozen=True, slots=True)
class _Known:
    """What holds at an instant."""

    now: datetime
    newest: dict[int, tuple[Report, ...]]
    """Of each job: one, but where several are of the same instant."""
    alive: frozenset[int]
    """Jobs whose newest report still counts."""
    facts: tuple[Fact, ...]
    cleared_at: datetime | None
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class _Cause:
    """That a condition holds; `at`: by what was said then, None where it is by nothing that was said."""

    at: datetime | None


def judge(rules: Rules, inputs: Inputs, now: datetime) -> Verdict:
    """The worst level that applies to a person now, why, and until when."""
    verdict = _at(rules, inputs, now)
    later = replace(inputs, held=verdict.held)
    for moment in sorted({each for each in _moments(rules, later) if each > now}):
        if _told(_at(rules, later, moment)) != _told(verdict):
            return replace(verdict, valid_until=moment)
    return verdict


def _told(verdict: Verdict) -> object:
    """What makes it another one: when its causes were is not of it."""
    return verdict.level, {(each.kind, each.rule_id, each.job_id, each.level) for each in verdict.reasons}


def _at(rules: Rules, inputs: Inputs, now: datetime) -> Verdict:
    known = _known(rules, inputs, now)
    before = {each.rule_id: each.since for each in sorted(inputs.held, key=lambda each: each.since)}
    reasons, held = [], []
    for rule in rules.rules:
        if not _concerns(rule, inputs):
            continue
        cause = _group(rule.when, known, lasting=rule.holds)
        if not rule.holds:
            if cause:
                reasons.append(_reason(rule, cause.at))
            continue
        since = max((each for each in (cause and cause.at, before.get(rule.id)) if each), default=None)
        if since is None or (rule.lasts is not None and now >= since + timedelta(hours=rule.lasts)):
            continue
        # Kept though it be cleared: a clearance may be taken back.
        held.append(Held(rule.id, since))
        if not (rule.until_cleared and known.cleared_at and known.cleared_at > since):
            reasons.append(_reason(rule, since))
    for source in rules.sources:
        if rules.without_report != "green" and source.job_id not in known.alive:
            reasons.append(Reason("no_report", rules.without_report, job_id=source.job_id))
    ruled = _worst(each.level for each in reasons)
    if (word := _override(inputs, now)) is not None:
        reason = Reason("override", word.level, since=word.at)
        return Verdict(word.level, (reason,), None, ruled, tuple(held))
    ordered = sorted(reasons, key=lambda each: (-LEVELS.index(each.level), each.kind, each.rule_id, each.job_id))
    return Verdict(ruled, tuple(ordered), None, ruled, tuple(held))


def _known(rules: Rules, inputs: Inputs, now: datetime) -> _Known:
    newest: dict[int, tuple[Report, ...]] = {}
    for each in inputs.reports:
        if each.at > now:
            continue
        there = newest.get(each.job_id)
        if there is None or there[0].at < each.at:
            newest[each.job_id] = (each,)
        elif there[0].at == each.at:
            newest[each.job_id] = (*there, each)
    lives = {each.job_id: each.life for each in rules.sources}
    alive = frozenset(
        job_id for job_id, reports in newest.items() if _before_end(reports[0].at, lives.get(job_id), now)
    )
    facts = tuple(each for each in inputs.facts if each.at <= now and (each.until is None or now < each.until))
    cleared_at = max((each.at for each in facts if each.kind == CLEARANCE), default=None)
    return _Known(now, newest, alive, facts, cleared_at, ZoneInfo(rules.zone))


def _before_end(at: datetime, hours: int | None, now: datetime) -> bool:
    return hours is None or now < at + timedelta(hours=hours)


def _concerns(rule: Rule, inputs: Inputs) -> bool:
    named = rule.concerned
    if not named.departments and not named.tags:
        return True
    return not inputs.departments.isdisjoint(named.departments) or not inputs.tags.isdisjoint(named.tags)


def _group(group: Group | Part, known: _Known, *, lasting: bool) -> _Cause | None:
    causes = []
    for each in group.of:
        found = _group(each, known, lasting=lasting) if isinstance(each, Part) else _leaf(each, known, lasting)
        if found:
            causes.append(found)
    wanted = {"all": len(group.of), "any": 1, "at_least": group.count}[group.kind]
    if len(causes) < wanted:
        return None
    return _Cause(max((each.at for each in causes if each.at), default=None))


def _leaf(leaf: Leaf, known: _Known, lasting: bool) -> _Cause | None:
    if isinstance(leaf, HasFact):
        at = max((each.at for each in known.facts if each.kind == leaf.fact), default=None)
        return _Cause(at) if at else None
    reports = known.newest.get(leaf.job_id, ())
    if isinstance(leaf, NoReport):
        missing = not reports or not _before_end(reports[0].at, leaf.hours, known.now)
        return _Cause(None) if missing else None
    # What lasts has an end of its own: how long reports count is then of no matter.
    if not lasting and leaf.job_id not in known.alive:
        return None
    return next((_Cause(each.at) for each in reports if _says(leaf, each, known)), None)


def _says(leaf: Picked | Number | DateWithin, report: Report, known: _Known) -> bool:
    if isinstance(leaf, Picked):
        return not report.picks.get(leaf.question_id, frozenset()).isdisjoint(leaf.any_of)
    if isinstance(leaf, Number):
        number = report.numbers.get(leaf.question_id)
        if number is None:
            return False
        if leaf.at_least is not None:
            return number >= leaf.at_least
        return leaf.at_most is not None and number <= leaf.at_most
    on = report.dates.get(leaf.question_id)
    return on is not None and (known.now.astimezone(known.zone).date() - on).days <= leaf.days


def _override(inputs: Inputs, now: datetime) -> Override | None:
    """The newest that holds; of several of one instant the worst."""
    there = [each for each in inputs.overrides if each.at <= now and (each.until is None or now < each.until)]
    return max(there, key=lambda each: (each.at, LEVELS.index(each.level)), default=None)


def _reason(rule: Rule, since: datetime | None) -> Reason:
    return Reason("rule", rule.gives, rule_id=rule.id, code=rule.code, since=since)


def _worst(levels: Iterable[Level]) -> Level:
    return max(levels, key=LEVELS.index, default="green")


def _moments(rules: Rules, inputs: Inputs) -> Iterator[datetime]:
    """When something may come to hold or to end by time alone."""
    zone = ZoneInfo(rules.zone)
    for word in inputs.overrides:
        yield from (each for each in (word.at, word.until) if each)
    for fact in inputs.facts:
        yield from (each for each in (fact.at, fact.until) if each)
    for report in inputs.reports:
        yield report.at
        yield from (report.at + timedelta(hours=s.life) for s in rules.sources if s.life and s.job_id == report.job_id)
    since = {each.rule_id: each.since for each in inputs.held}
    for rule in rules.rules:
        if rule.lasts is not None:
            causes = [each.at for each in inputs.reports] + [each.at for each in inputs.facts]
            causes += [since[rule.id]] if rule.id in since else []
            yield from (each + timedelta(hours=rule.lasts) for each in causes)
        for leaf in leaves_of(rule.when):
            if isinstance(leaf, NoReport | DateWithin):
                mine = [each for each in inputs.reports if each.job_id == leaf.job_id]
                yield from (each for report in mine for each in _ends(leaf, report, zone))


def _ends(leaf: NoReport | DateWithin, report: Report, zone: ZoneInfo) -> Iterator[datetime]:
    if isinstance(leaf, NoReport):
        yield report.at + timedelta(hours=leaf.hours)
    elif (on := report.dates.get(leaf.question_id)) is not None:
        yield datetime.combine(on + timedelta(days=leaf.days + 1), time(), zone).astimezone(report.at.tzinfo)


def leaves_of(group: Group) -> Iterator[Leaf]:
    for each in group.of:
        if isinstance(each, Part):
            yield from each.of
        else:
            yield each
