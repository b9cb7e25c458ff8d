"""What refusals, events and endpoints promise, looked at on the classes themselves."""

import inspect

from wecom.foundation.errors import WecomError
from wecom.foundation.streams.model import KINDS, Event

from .source import import_everything, subclasses


def test_every_refusal_says_a_sentence() -> None:
    import_everything()
    silent = [
        f"{each.__module__}.{each.__name__}"
        for each in subclasses(WecomError)
        if not (own := inspect.cleandoc(each.__dict__.get("__doc__") or "")) or not own.endswith(".")
    ]
    assert not silent


def test_refusals_have_names_of_their_own() -> None:
    import_everything()
    names = [each.__name__ for each in subclasses(WecomError)]
    assert not {name for name in names if names.count(name) > 1}, "clients tell refusals apart by these names"


def test_every_event_forbids_stray_fields_and_says_what_happened() -> None:
    import_everything()
    ours = subclasses(Event)
    assert ours
    for event in ours:
        assert event.model_config.get("extra") == "forbid", event
        assert event.model_config.get("frozen"), event
        assert event.__dict__.get("__doc__"), event
        assert KINDS[event.kind] is event, f"two events are of kind {event.kind}"
