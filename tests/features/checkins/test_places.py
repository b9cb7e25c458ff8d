"""Degrees as browsers count them, and as maps in China do."""

from hypothesis import given, settings
from hypothesis import strategies as st

from wecom.features.checkins import Rule, gcj_from_wgs, metres, wgs_from_gcj
from wecom.features.checkins.places import is_office


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.floats(18.2, 53.5), st.floats(73.6, 134.7))
def test_there_and_back_is_where_one_was_to_the_millionth_of_a_degree(latitude: float, longitude: float) -> None:
    back = wgs_from_gcj(*gcj_from_wgs(latitude, longitude))
    assert abs(back[0] - latitude) < 1e-9 and abs(back[1] - longitude) < 1e-9
    forth = gcj_from_wgs(*wgs_from_gcj(latitude, longitude))
    assert [round(each * 10**6) for each in forth] == [round(each * 10**6) for each in (latitude, longitude)]
    assert 1 < metres(latitude, longitude, *gcj_from_wgs(latitude, longitude)) < 1000


def test_nothing_is_moved_outside_china() -> None:
    for place in ((53.55, 9.99), (-33.87, 151.21), (40.71, -74.0), (0.0, 0.0)):
        assert gcj_from_wgs(*place) == wgs_from_gcj(*place) == place


def test_known_places_are_where_they_are_known_to_be() -> None:
    assert [round(each, 4) for each in gcj_from_wgs(39.90812, 116.397477)] == [39.9095, 116.4037]
    assert 1_060_000 < metres(39.9042, 116.4074, 31.2304, 121.4737) < 1_070_000


def test_an_address_is_of_the_office_however_the_server_hears_it() -> None:
    rule = Rule("fixed", "总部", "Asia/Shanghai", networks=("10.1.0.0/16", "2001:db8::/48"))
    assert all(is_office(rule, each) for each in ("10.1.9.9", "::ffff:10.1.9.9", "2001:db8::7"))
    assert not any(is_office(rule, each) for each in ("10.2.0.1", "2001:db9::7", "", "unix:", "::1"))
