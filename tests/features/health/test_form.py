"""Forms: what an answer may be, for any form and any answer."""

import datetime
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from wecom.features.health import Bounds, Form, Option, Place, Question, Shown, Value, checked, misfits
from wecom.features.health.form import FIELD, is_asked, picks_of

TODAY = date(2026, 3, 2)
KINDS = ("text", "number", "single", "multiple", "date", "place", "photo")


@st.composite
def forms(draw: st.DrawFn) -> tuple[Question, ...]:
    questions: list[Question] = []
    for id in range(1, draw(st.integers(1, 7)) + 1):
        kind = draw(st.sampled_from(KINDS))
        options = tuple(Option(n, f"{n}") for n in range(1, 4)) if FIELD[kind] == "option_ids" else ()
        bounds = Bounds(min=0, max=50, decimals=1) if kind == "number" and draw(st.booleans()) else Bounds()
        by = [each for each in questions if FIELD[each.kind] in ("option_ids", "number")]
        shown = None
        if by and draw(st.booleans()):
            earlier = draw(st.sampled_from(by))
            many = tuple(draw(st.sets(st.integers(1, 3), min_size=1)))
            shown = Shown(earlier.id, many) if earlier.options else Shown(earlier.id, at_least=draw(st.integers(0, 40)))
        questions.append(Question(id, kind, "?", "", draw(st.booleans()), options, bounds, shown))
    return tuple(questions)


def value(id: int) -> st.SearchStrategy[Value]:
    return st.one_of(
        st.builds(Value, st.just(id), text=st.text(max_size=5)),
        st.builds(Value, st.just(id), number=st.one_of(st.integers(-5, 60), st.floats(0, 60))),
        st.builds(Value, st.just(id), option_ids=st.lists(st.integers(1, 4), max_size=3).map(tuple)),
        st.builds(Value, st.just(id), date=st.dates(date(2026, 1, 1), date(2026, 5, 1))),
        st.builds(Value, st.just(id), place=st.builds(Place, name=st.text(max_size=5))),
        st.builds(Value, st.just(id), photos=st.lists(st.sampled_from("abc"), max_size=3).map(tuple)),
    )


answers = st.lists(st.integers(1, 8).flatmap(value), max_size=9)


@settings(max_examples=40, deadline=None)
@given(forms())
def test_forms_that_are_drawn_are_fit(form: Form) -> None:
    assert misfits(form) == []


@settings(max_examples=80, deadline=None)
@given(forms(), answers)
def test_what_is_kept_is_kept_again_and_answers_all_that_is_asked(form: Form, said: list[Value]) -> None:
    found = checked(form, said, TODAY)
    if found.problems:
        return
    kept = {each.question_id: each for each in found.values}
    asked = {each.id for each in form if is_asked(each, kept)}
    assert set(kept) <= asked, "only what is asked"
    assert {each.id for each in form if each.required} & asked <= set(kept), "all that has to be"
    assert not set(found.dropped) & set(kept)
    again = checked(form, found.values, TODAY)
    assert (again.values, again.dropped, again.problems) == (found.values, (), ())


@settings(max_examples=40, deadline=None)
@given(forms(), answers, st.randoms())
def test_the_order_in_which_questions_are_answered_is_immaterial(form: Form, said: list[Value], random: object) -> None:
    once = list({each.question_id: each for each in said}.values())
    shuffled = sorted(once, key=lambda each: hash((each.question_id, str(random))))
    one, other = checked(form, once, TODAY), checked(form, shuffled, TODAY)
    assert (one.values, one.dropped, set(one.problems)) == (other.values, other.dropped, set(other.problems))


def test_a_branch_of_a_branch_is_not_asked_where_the_first_is_not() -> None:
    yes = (Option(1, "no"), Option(2, "yes"))
    form = (
        Question(1, "single", "?", options=yes),
        Question(2, "single", "?", options=yes, shown_if=Shown(1, (2,))),
        Question(3, "text", "?", shown_if=Shown(2, (2,))),
    )
    said = [Value(1, option_ids=(1,)), Value(2, option_ids=(2,)), Value(3, text="x")]
    found = checked(form, said, TODAY)
    assert (found.values, found.dropped, found.problems) == ((said[0],), (2, 3), ())
    assert picks_of(found.values) == [1000, 1001]


def test_numbers_and_dates_keep_within_their_bounds() -> None:
    form = (
        Question(1, "number", "?", bounds=Bounds(min=30, max=45, decimals=1)),
        Question(2, "date", "?", bounds=Bounds(earliest=-14, latest=0)),
    )

    def problem(number: float, on: datetime.date) -> list[str]:
        return [each.problem for each in checked(form, [Value(1, number=number), Value(2, date=on)], TODAY).problems]

    assert problem(36.5, TODAY) == problem(45, date(2026, 2, 16)) == []
    assert problem(29.9, date(2026, 2, 15)) == ["too_small", "too_early"]
    assert problem(45.1, date(2026, 3, 3)) == ["too_large", "too_late"]
    assert problem(36.55, TODAY) == ["too_many_decimals"]
    assert problem(float("nan"), TODAY) == ["too_large"]


def test_what_a_form_cannot_be_is_named() -> None:
    def wrong(*form: Question) -> list[tuple[int, str]]:
        return [(each.question_id, each.problem) for each in misfits(form)]

    one = Question(1, "single", "?", options=(Option(1, "a"),))
    assert wrong() == [(0, "no_questions")]
    assert wrong(one, one) == [(1, "id_twice")]
    assert wrong(Question(1, "single", " ")) == [(1, "title_missing"), (1, "no_options")]
    assert wrong(Question(2, "text", "?", shown_if=Shown(1, (1,))), one) == [(2, "shown_by_later")]
    assert wrong(one, Question(2, "text", "?", shown_if=Shown(1, (7,)))) == [(2, "shown_by_unknown_option")]
    assert wrong(one, Question(2, "text", "?", shown_if=Shown(1, at_least=1))) == [(2, "shown_by_another_kind")]
    assert wrong(one, Question(2, "text", "?", shown_if=Shown(1))) == [(2, "shown_never")]
    assert wrong(Question(1, "number", "?", bounds=Bounds(min=5, max=1))) == [(1, "bounds_crossed")]
    assert wrong(Question(1, "text", "?", bounds=Bounds(min=5))) == [(1, "bounds_of_another_kind")]
