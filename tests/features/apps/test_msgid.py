"""Msgids: they come back as what they were made of, and nothing else is one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wecom.features.apps.model import NoSuchAppMessage
from wecom.features.apps.msgid import msgid, place_of

KEY = b"for the tests and nothing else, ever"
places = st.integers(1, 2**63 - 1)


@given(places, places)
def test_a_msgid_says_where_the_message_stands_to_us_alone(conversation_id: int, seq: int) -> None:
    id = msgid(KEY, conversation_id, seq)
    assert place_of(KEY, id) == (conversation_id, seq)
    assert id == msgid(KEY, conversation_id, seq)
    assert len(id) == 43
    with pytest.raises(NoSuchAppMessage):
        place_of(KEY + b"another", id)


@given(st.text(max_size=60))
def test_what_we_did_not_make_is_refused(text: str) -> None:
    with pytest.raises(NoSuchAppMessage):
        place_of(KEY, text)


@given(st.integers(0, 42), st.characters(codec="ascii"))
def test_a_changed_msgid_is_refused(at: int, other: str) -> None:
    id = msgid(KEY, 1234, 56)
    changed = id[:at] + other + id[at + 1 :]
    if changed != id:
        with pytest.raises(NoSuchAppMessage):
            place_of(KEY, changed)


def test_not_even_the_last_letters_spare_bits_may_differ() -> None:
    id = msgid(KEY, 1234, 56)
    for other in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_":
        if other != id[-1]:
            with pytest.raises(NoSuchAppMessage):
                place_of(KEY, id[:-1] + other)
