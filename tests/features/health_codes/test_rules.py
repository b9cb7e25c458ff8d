"""Whatever rules say and people answer: a worse answer never gives a better level, and a verdict keeps its word."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.features.health_codes.drawn import NOW, is_no_better, made_worse, people, rules
from wecom.features.health_codes.rules import (
    LEVELS,
    Concerned,
    DateWithin,
    Fact,
    Group,
    HasFact,
    Held,
    Inputs,
    NoReport,
    Number,
    Override,
    Part,
    Picked,
    Report,
    Rule,
    Rules,
    Source,
    Verdict,
    faults_of,
    judge,
)

HOUR = timedelta(hours=1)
drawn = settings(max_examples=60, deadline=None)


def told(verdict: Verdict) -> object:
    return verdict.level, [(each.kind, each.rule_id, each.job_id) for each in verdict.reasons]


@drawn
@given(rules=rules(), before=people, data=st.data())
def test_a_worse_answer_never_gives_a_better_level(rules: Rules, before: Inputs, data: st.DataObject) -> None:
    after = data.draw(made_worse(before))
    assert is_no_better(before, after)
    one, other = judge(rules, before, NOW), judge(rules, after, NOW)
    assert LEVELS.index(other.level) >= LEVELS.index(one.level)
    assert LEVELS.index(other.ruled) >= LEVELS.index(one.ruled)


@drawn
@given(rules=rules(), person=people, seed=st.randoms(use_true_random=False))
def test_in_which_order_things_stand_is_of_no_matter(rules: Rules, person: Inputs, seed: Random) -> None:
    def mixed(things: tuple) -> tuple:  # type: ignore[type-arg]
        return tuple(seed.sample(list(things), len(things)))

    other = replace(
        person,
        reports=mixed(person.reports),
        facts=mixed(person.facts),
        overrides=mixed(person.overrides),
        held=mixed(person.held),
    )
    one, two = judge(rules, person, NOW), judge(replace(rules, rules=mixed(rules.rules)), other, NOW)
    assert replace(two, held=()) == replace(one, held=()) and set(two.held) == set(one.held)
    assert judge(rules, person, NOW) == one


@drawn
@given(rules=rules(), person=people, part=st.floats(0, 0.999))
def test_a_verdict_holds_until_it_says_and_no_longer(rules: Rules, person: Inputs, part: float) -> None:
    verdict = judge(rules, person, NOW)
    kept = replace(person, held=verdict.held)
    ends = verdict.valid_until or NOW + timedelta(days=400)
    assert ends > NOW
    for moment in (NOW + (ends - NOW) * part, ends - timedelta(microseconds=1)):
        assert told(judge(rules, kept, moment)) == told(verdict)
        assert judge(rules, kept, moment).valid_until == verdict.valid_until
    if verdict.valid_until:
        assert told(judge(rules, kept, verdict.valid_until)) != told(verdict)


@drawn
@given(rules=rules(), person=people)
def test_a_verdict_says_why(rules: Rules, person: Inputs) -> None:
    verdict = judge(rules, person, NOW)
    levels = [each.level for each in verdict.reasons]
    assert verdict.overridden or verdict.level == max(levels, key=LEVELS.index, default="green") == verdict.ruled
    assert levels == sorted(levels, key=LEVELS.index, reverse=True)
    for each in verdict.reasons:
        if each.kind == "rule":  # without this rule it is no reason, and the others are as they were
            others = replace(rules, rules=tuple(rule for rule in rules.rules if rule.id != each.rule_id))
            assert set(judge(others, person, NOW).reasons) == set(verdict.reasons) - {each}


FEVER = Rule(1, "fever", Group((Number(1, 1, at_least=38.0),)), "red", lasts=48)
COUGH = Rule(2, "cough", Group((Picked(1, 2, (1,)),)), "yellow")
EXPOSED = Group((HasFact("exposure"),))
HANDLERS = Rule(3, "exposed", EXPOSED, "red", concerned=Concerned(tags=(7,)), until_cleared=True)
PLANT = Rules((FEVER, COUGH, HANDLERS), (Source(1, 24),), "yellow", "Asia/Shanghai")


def said(hours_ago: float, degrees: float, cough: bool = False) -> Report:
    return Report(1, NOW - hours_ago * HOUR, {2: frozenset({1 if cough else 2})}, {1: degrees})


def test_a_food_plants_day() -> None:
    nobody = judge(PLANT, Inputs(), NOW)
    assert (nobody.level, nobody.reasons[0].kind, nobody.valid_until) == ("yellow", "no_report", None)
    well = judge(PLANT, Inputs((said(1, 36.5),)), NOW)
    assert (well.level, well.reasons, well.valid_until) == ("green", (), NOW + 23 * HOUR)
    ill = judge(PLANT, Inputs((said(1, 38.4, cough=True),)), NOW)
    assert (ill.level, [each.code for each in ill.reasons]) == ("red", ["fever", "cough"])
    # What lasts is not answered away on the next day; and it ends 48 hours after what caused it.
    next_day = judge(PLANT, Inputs((said(0, 36.5),), held=ill.held), NOW)
    assert (next_day.level, [each.code for each in next_day.reasons]) == ("red", ["fever"])
    assert next_day.valid_until == NOW + 24 * HOUR  # then the report counts no more: another reason, the same colour
    over = judge(PLANT, Inputs((said(-46.5, 36.5),), held=ill.held), NOW + 47 * HOUR)
    assert (over.level, over.held) == ("green", ())


def test_what_stays_until_cleared_is_cleared_by_what_is_newer() -> None:
    handler = Inputs((said(1, 36.5),), (Fact("exposure", NOW - 5 * HOUR),), tags=frozenset({7}))
    assert judge(PLANT, replace(handler, tags=frozenset()), NOW).level == "green", "others may work"
    assert judge(PLANT, handler, NOW).level == "red"
    older, newer = (Fact("clearance", NOW - ago * HOUR) for ago in (6, 2))
    assert judge(PLANT, replace(handler, facts=(*handler.facts, older)), NOW).level == "red"
    cleared = judge(PLANT, replace(handler, facts=(*handler.facts, newer)), NOW)
    assert cleared.level == "green"
    # The clearance is taken back, and so is the fact: that there was a cause is still known.
    assert judge(PLANT, replace(handler, facts=(), held=cleared.held), NOW).level == "red"
    again = Fact("exposure", NOW - HOUR)
    assert judge(PLANT, replace(handler, facts=(*handler.facts, newer, again)), NOW).level == "red"


def test_an_officers_word_beats_the_rules_for_its_time_and_is_said_as_such() -> None:
    ill = Inputs((said(1, 39.0),), overrides=(Override("green", NOW - HOUR, NOW + 2 * HOUR),))
    verdict = judge(PLANT, ill, NOW)
    assert (verdict.level, verdict.ruled, verdict.overridden, verdict.valid_until) == (
        "green",
        "red",
        True,
        NOW + 2 * HOUR,
    )
    assert judge(PLANT, ill, NOW + 2 * HOUR).level == "red"
    newer = Override("yellow", NOW, NOW + HOUR)
    assert judge(PLANT, replace(ill, overrides=(newer, *ill.overrides)), NOW).level == "yellow"


def test_days_are_counted_by_the_policys_clock() -> None:
    back = Rules(
        (Rule(1, "travel", Group((DateWithin(1, 1, 2),)), "yellow"),), (Source(1, None),), "red", "Asia/Shanghai"
    )
    report = Report(1, NOW, dates={1: date(2026, 3, 27)})
    verdict = judge(back, Inputs((report,)), datetime(2026, 3, 29, 15, 59, tzinfo=UTC))
    assert (verdict.level, verdict.valid_until) == ("yellow", datetime(2026, 3, 29, 16, 0, tzinfo=UTC))


def test_some_of_several_and_what_was_not_said() -> None:
    symptoms = Part((Picked(1, 2, (1,)), Picked(1, 3, (1,)), Number(1, 1, at_least=37.3)), "at_least", 2)
    missing = Rule(2, "silent", Group((NoReport(2, 72),)), "yellow")
    both = Rules((Rule(1, "two", Group((symptoms,)), "red"), missing), (Source(1), Source(2, None)), "green")
    assert [each.code for each in judge(both, Inputs((said(1, 37.5),)), NOW).reasons] == ["silent"]
    assert [each.code for each in judge(both, Inputs((said(1, 37.5, True),)), NOW).reasons] == ["two", "silent"]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (Rules((FEVER,), (Source(1),), "green", "Mars/Olympus"), "zone_unknown"),
        (Rules((FEVER, FEVER), (Source(1),)), "twice"),
        (Rules((FEVER,), (Source(2),)), "unknown_source"),
        (Rules((replace(FEVER, when=Group(())),), (Source(1),)), "nothing_asked"),
        (Rules((replace(FEVER, when=Group((HasFact("x"),), "at_least", 2)),), ()), "nothing_asked"),
        (Rules((replace(FEVER, when=Group((Number(1, 1),))),), (Source(1),)), "one_bound"),
        (Rules((replace(FEVER, when=Group((NoReport(1, 5),))),), (Source(1),)), "lasting_absence"),
        (Rules((FEVER, Rule(2, "cold", Group((Number(1, 1, at_most=34.0),)), "red")), (Source(1),)), "both_directions"),
        (Rules(tuple(replace(COUGH, id=n, code=str(n)) for n in range(101)), (Source(1),)), "too_many"),
    ],
)
def test_rules_that_nobody_could_rely_on_are_refused(wrong: Rules, why: str) -> None:
    assert why in {each.why for each in faults_of(wrong)}
    assert faults_of(PLANT) == []


def test_what_is_held_is_the_newest_cause() -> None:
    held = (Held(1, NOW - 40 * HOUR), Held(1, NOW - 30 * HOUR))
    [kept] = judge(PLANT, Inputs((said(1, 36.5),), held=held), NOW).held
    assert kept == Held(1, NOW - 30 * HOUR)
