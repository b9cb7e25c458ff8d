"""What the server refuses is said in each language of the clients that can meet it."""

import ast
import inspect
import re

import pytest

from wecom.features.checkins import bounds, checking
from wecom.foundation.errors import WecomError
from wecom.settings import Settings

from .source import ROOT, import_everything, subclasses

WORDS = ROOT / "wecom/webapp/text/words"

ELSEWHERE = {
    "wecom.features.directory.founding": "said to operators",
    "wecom.features.exports": "asked for by apps only",
    "wecom.features.imports": "asked for by apps and operators only",
    "wecom.features.joining": "met on the page to join, which has words of its own (join_words)",
    "wecom.features.lifecycle.asking_ldap": "met by administrators only",
    "wecom.foundation.errors": "sorts: what is raised is one of each",
    "wecom.foundation.http": "said to programs that write requests wrongly",
    "wecom.interfaces.cgi": "said to apps",
    "wecom.interfaces.cli": "said to operators",
    "wecom.interfaces.web": "said to whoever writes addresses by hand",
}
ALONE = {
    "NothingToRelink": "said to operators",
    "StillRead": "said to operators",
    "StillThere": "said to operators",
    "UploadKindWrong": "said to programs that upload by hand",
    "UploadVersionUnknown": "said to programs that upload by hand",
    "MetadataInvalid": "said to programs that upload by hand",
    "ForeignPage": "said to a page of another site",
    "UnknownStream": "said to programs that catch up by hand",
    "GrantRefused": "the console offers nothing that it is about",
    "RebuiltElsewhere": "said to the worker",
    "ChatidTaken": "said to apps, which name their chats",
    "AddressRefused": "said where a callback is set up",
    "AddressNotTrusted": "said to apps",
    "AppMessageTooOld": "said to apps",
    "AppchatSize": "said to apps",
    "CodeExpired": "said to apps",
    "CodeInvalid": "said to apps",
    "CodeUsed": "said to apps",
    "InvalidChatOwner": "said to apps",
    "InvalidChatid": "said to apps",
    "InvalidReport": "said to apps",
    "InvalidSecret": "said to apps",
    "InvalidVisibleRange": "the console names only what there is",
    "MachineKeyWrong": "said to attendance machines",
    "MediaExpired": "said to apps",
    "NoSuchAppMessage": "said to apps",
    "NoSuchAppchat": "said to apps",
    "NoSuchMedia": "said to apps",
    "NobodyNamed": "said to apps",
    "NotForThisApp": "said to apps",
    "NotForWholeCompany": "said to apps",
    "NotItsAppchat": "said to apps",
    "NotMp4": "said to apps",
    "NotOfThisKind": "said to apps",
    "NotVoice": "said to apps",
    "NotYourRule": "said to apps, of which one may not change another's rule",
    "OwnerOutsideChat": "said to apps",
    "PrivateTicketExpired": "said to apps",
    "PrivateTicketInvalid": "said to apps",
    "RobotDisabled": "said to whoever speaks for a robot",
    "RobotKeyTaken": "said to operators who bring robots along",
    "TokenExpired": "said to apps",
    "TokenInvalid": "said to apps",
    "TokenMissing": "said to apps",
    "TooManyUploads": "said to attendance machines",
    "TooManyDomains": "rare: the console shows the server's own sentence",
    "UnknownChatMember": "said to apps",
    "VoiceTooLong": "said to apps",
}
OF_THE_CLIENT = {"FileGone", "InternalError"}
"""What no class of the server's is."""


def _said(language: str, file: str) -> set[str]:
    return set(re.findall(r"^  (\w+):", (WORDS / language / f"{file}.ts").read_text(), re.MULTILINE))


def _refusals() -> list[type[WecomError]]:
    import_everything()
    return list(subclasses(WecomError))


def _is_elsewhere(refusal: type[WecomError]) -> bool:
    return refusal.__name__ in ALONE or any(refusal.__module__.startswith(each) for each in ELSEWHERE)


@pytest.mark.parametrize("language", ["en", "de", "zh-CN"])
def test_every_refusal_that_clients_can_meet_has_words(language: str) -> None:
    said = _said(language, "refusals") | _said(language, "console-refusals")
    met = {each.__name__ for each in _refusals() if not _is_elsewhere(each)}
    assert not met - said


def test_words_are_about_refusals_that_there_are() -> None:
    there = {each.__name__ for each in _refusals()} | OF_THE_CLIENT
    for file in ("refusals", "console-refusals"):
        said = {name.removesuffix("For") if name not in there else name for name in _said("en", file)}
        assert not said - there


def test_what_needs_no_words_is_there() -> None:
    names = {each.__name__ for each in _refusals()}
    modules = {each.__module__ for each in _refusals()}
    assert not ALONE.keys() - names
    assert [each for each in ELSEWHERE if not any(module.startswith(each) for module in modules)] == []


@pytest.mark.parametrize("language", ["en", "de", "zh-CN"])
def test_why_a_rule_of_checkins_is_unfit_is_said(language: str) -> None:
    sources = inspect.getsource(checking), inspect.getsource(bounds)
    calls = [each for source in sources for each in ast.walk(ast.parse(source)) if isinstance(each, ast.Call)]
    must = [each for each in calls if isinstance(each.func, ast.Name) and each.func.id == "_must"]
    named = {ast.literal_eval(each.args[3]) for each in must if len(each.args) > 3}
    assert _said(language, "console-unfit") == named | {"tooMuch"}


@pytest.mark.parametrize("language", ["en", "de", "zh-CN"])
def test_what_each_setting_is_for_is_said(language: str) -> None:
    assert _said(language, "console-settings") == set(Settings.model_fields)
