"""What the console names to people it has words for, in every language."""

import re
from pathlib import Path
from typing import get_args

import pytest

from wecom.features.figures import counting
from wecom.features.messaging.searching import index
from wecom.foundation.audit import Action
from wecom.foundation.jobs.queue import KINDS

from .source import ROOT, import_everything

LANGUAGES = sorted(path.name for path in (ROOT / "wecom/webapp/text/words").iterdir())
GROUP = re.compile(r"^  (\w+): \{\n(.*?)^  \},\n", re.MULTILINE | re.DOTALL)
WORD = re.compile(r'^    (\w+): "[^"]+",$', re.MULTILINE)


def words(language: str, area: str) -> set[str]:
    """The keys of a file of two levels."""
    text = Path(ROOT / f"wecom/webapp/text/words/{language}/{area}.ts").read_text()
    return {f"{group}.{word}" for group, inside in GROUP.findall(text) for word in WORD.findall(inside)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_act_that_leaves_a_record_has_a_name(language: str) -> None:
    assert words(language, "console-acts") == set(get_args(Action))


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_work_for_later_has_a_name(language: str) -> None:
    import_everything()
    kinds = {f"kinds.{name}" for name, kind in KINDS.items() if kind.run.__module__.startswith("wecom.")}
    followers = {"push", counting.FOLLOWER, index.FOLLOWER, index.REBUILDER}
    named = {f"followers.{name.replace('.', '_')}" for name in followers}
    assert words(language, "console-work") == kinds | named
