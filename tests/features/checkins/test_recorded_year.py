"""A year of one company, as it was kept, comes to what it came to then: to the byte."""

from collections import Counter

import orjson

from tests.features.checkins.year import digests, read


def test_a_recorded_year_comes_to_the_same_bytes_again_and_in_another_order_of_people() -> None:
    year = read()
    once = year.results(year.people)
    assert digests(once) == year.kept["digests"]
    assert year.results(year.people[::-1]) == once


def test_the_recorded_year_has_of_everything_that_happens() -> None:
    """What was kept would prove little of days on which nothing was wrong."""
    year = read()
    days = [orjson.loads(written) for made in year.results(year.people).values() for _, written in made]
    assert len(days) == 20 * 365
    seen = Counter(point["status"] for day in days for point in day["points"])
    assert min(seen[each] for each in ("normal", "late", "early", "missing", "absent", "covered")) >= 10, seen
    assert {day["kind"] for day in days} == {"work", "rest", "holiday"}
    assert {each["kind"] for day in days for each in day["applied"]} == {"leave", "trip", "out", "overtime"}
    assert {day["overtime"]["status"] for day in days} == {"none", "ok", "short"}
    assert any(point["source"] == "correction" for day in days for point in day["points"])
    assert any(day["left_late"] > 7200 for day in days)
    lengths = {day["standard"] for day in days if day["rule_id"] == 2 and day["shift_name"] == "夜"}
    assert len(lengths) == 3, "nights on which clocks change are an hour longer, or shorter"
