"""Audiences as bitmaps, and who was reached too often, reckoned from them."""

import random
from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from wecom.features.apps.audience import Reached, as_bytes, bits_of, ordinals_of
from wecom.features.apps.pace import set_in_at_least
from wecom.features.directory import Audience

ordinals = st.lists(st.integers(0, 3000), max_size=60, unique=True)


@given(ordinals)
def test_a_bitmap_holds_its_ordinals_lowest_first(given: list[int]) -> None:
    packed = as_bytes(bits_of(given))
    assert packed, "no bytes at all would mean everybody"
    assert {n for n in range(len(packed) * 8) if packed[n >> 3] & 1 << (n & 7)} == set(given)
    assert list(ordinals_of(bits_of(given))) == sorted(given)


@given(st.lists(ordinals, max_size=40), st.integers(1, 12))
def test_who_is_in_many_audiences_is_counted_exactly(audiences: list[list[int]], times: int) -> None:
    counts = Counter(ordinal for audience in audiences for ordinal in audience)
    found = set_in_at_least(times, [as_bytes(bits_of(each)) for each in audiences])
    assert set(ordinals_of(found)) == {ordinal for ordinal, count in counts.items() if count >= times}


@given(st.lists(ordinals, max_size=10), st.dictionaries(st.integers(0, 3000), st.integers(1, 9)), st.integers(1, 12))
def test_hits_counted_already_are_added(audiences: list[list[int]], counted: dict[int, int], times: int) -> None:
    counts = Counter(counted)
    counts.update(ordinal for audience in audiences for ordinal in audience)
    found = set_in_at_least(times, [as_bytes(bits_of(each)) for each in audiences], counted)
    assert set(ordinals_of(found)) == {ordinal for ordinal, count in counts.items() if count >= times}


def test_a_thousand_audiences_of_a_large_company_are_counted_exactly() -> None:
    chance = random.Random(7)
    few, many = chance.sample(range(50_000), 40), list(range(50_000))
    audiences = [as_bytes(bits_of(many))] * 400 + [as_bytes(bits_of(few))] * 600
    assert set_in_at_least(1000, audiences) == bits_of(few)
    assert set_in_at_least(1001, audiences) == 0
    assert set_in_at_least(400, audiences) == bits_of(many)


def test_those_taken_out_are_named_by_their_ids() -> None:
    reached = Reached(Audience([11, 12, 13], [4, 9, 70]), bits_of([4, 9, 70]))
    assert reached.without(0) == (reached, [])
    assert reached.without(bits_of([9, 500])) == (replace(reached, bits=bits_of([4, 70])), [12])
