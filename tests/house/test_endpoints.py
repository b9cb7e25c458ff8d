"""Every endpoint says what it promises: to whom, with what answer, under which page and numbers of Tencent's."""

from collections.abc import Iterator
from typing import Any

import pytest

from wecom.foundation.errors import WecomError
from wecom.foundation.http import Endpoint
from wecom.foundation.instants import PATTERN
from wecom.interfaces import api, cgi
from wecom.interfaces.cgi.errcodes import ERRCODES

from .source import import_everything, subclasses

MEETS = (
    "wecom.features.directory.",
    "wecom.features.messaging.",
    "wecom.features.apps.",
    "wecom.features.exports.",
    "wecom.features.joining.",
    "wecom.features.imports.",
    "wecom.features.media.",
    "wecom.foundation.http.",
    "wecom.interfaces.cgi.",
)
"""What WeCom's API stands on; signing in and the other interfaces it never meets."""

NEVER_MET = ("wecom.features.directory.ldap", "wecom.features.directory.sync.")
"""Nor does it read LDAP."""

WITHOUT_ERRCODE = {
    # Visibility, definitions of attributes and search are not to be had there.
    "AttributeExists",
    "InvalidAttributeDefinition",
    "InvalidRule",
    "InvalidSearch",
    "NoSuchAttribute",
    "NoSuchRule",
    # Nor are apps and robots made there.
    "InvalidAddressRange",
    "InvalidReport",
    "InvalidRobotName",
    "InvalidVisibleRange",
    "NotForContacts",
    "RobotKeyTaken",
    "TooManyRobots",
    # Nor do members sign in there: they do in a browser.
    "InvalidRedirect",
    "InvalidState",
    "NoSuchConsent",
    "NoSuchLogin",
    "PageNotSigned",
    "TooManyLogins",
    # Nor do they take pictures from people there: pages do.
    "TooManyPictures",
    # Nor do people ask to join there, and HR decides elsewhere.
    "AlreadyDecided",
    "JoinCodeInvalid",
    "MobileMissing",
    "NoSuchJoinRequest",
    "TooManyJoinRequests",
    "WordsTooLong",
    # Apps neither quote, recall within a window, lead a group nor talk to themselves.
    "NoSuchMessage",
    "NotAGroup",
    "NotAllowedHere",
    "TalkingToOneself",
    "TooFast",
    "TooLateToRecall",
    "UnknownMembers",
    # Pictures beside names are material there, which is judged as such.
    "NotAPortrait",
    # Nor do they upload in pieces: their material comes whole, and members fetch what is in messages.
    "NoSuchMessageFile",
    "NoSuchUpload",
    "TooMuchWaiting",
    "UploadBeingLookedAt",
    "UploadIncomplete",
    "UploadTooLarge",
    "UploadTooLong",
    "UploadUsed",
    "WrongOffset",
    # Addresses that apps give are judged there by their own rules.
    "AddressRefused",
    # Their sort says all there is to say.
    "BodyBroken",
    "FormulaFailed",
    "NotANumber",
    "NotYesOrNo",
    "UploadBroken",
    "WrongParameter",
    # Nor is searching messages.
    "NoSuchPage",
    "NothingToSearch",
    "RebuiltElsewhere",
    "SearchTooBroad",
    "SearchingTooFast",
}


def native() -> Iterator[Endpoint]:
    for group in api.GROUPS.values():
        yield from group


@pytest.mark.parametrize("each", [*native(), *cgi.chapters()], ids=lambda each: f"{each.method} {each.path}")
def test_an_endpoint_says_what_it_does_and_answers(each: Endpoint) -> None:
    assert each.description.partition("\n")[0].endswith("."), "its first line is a sentence"
    assert "return" in each.handler.__annotations__, "it answers with a model, or says that it answers nothing"
    doors = (*api.ApiDoor.principals, *cgi.CgiDoor.principals)
    callers = [kind for kind in each.wants.values() if kind in doors]
    assert len(callers) == (0 if each.public else 1)


@pytest.mark.parametrize("each", list(cgi.chapters()), ids=lambda each: each.path)
def test_an_endpoint_of_wecoms_api_names_its_pages(each: Endpoint) -> None:
    assert each.docs


def test_no_two_endpoints_share_a_way_or_a_name() -> None:
    for endpoints in (list(native()), list(cgi.chapters())):
        ways = [(each.method, each.path) for each in endpoints]
        names = [each.name for each in endpoints]
        assert len(set(ways)) == len(ways)
        assert not {name for name in names if names.count(name) > 1}, "clients are generated with these names"


def test_every_instant_of_our_own_api_is_written_in_the_same_way() -> None:
    def instants(schema: object) -> Iterator[dict[str, Any]]:
        if isinstance(schema, dict):
            if schema.get("format") == "date-time":
                yield schema
            for each in schema.values():
                yield from instants(each)
        elif isinstance(schema, list):
            for each in schema:
                yield from instants(each)

    found = list(instants(api.openapi()["components"]["schemas"]))
    assert found and all(each.get("pattern") == PATTERN for each in found), "take wire.Instant"


def test_every_refusal_that_wecoms_api_can_meet_has_a_number() -> None:
    import_everything()
    met = {each.__name__ for each in subclasses(WecomError) if _is_met(each.__module__)}
    numbered = {each.__name__ for each in ERRCODES}
    assert met - numbered == WITHOUT_ERRCODE & met, "give it a number, or say here why it has none"
    assert met >= WITHOUT_ERRCODE, "say no more of what is gone"


def _is_met(module: str) -> bool:
    return module.startswith(MEETS) and not module.startswith(NEVER_MET)
