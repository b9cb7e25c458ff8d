"""Templates in one language."""

from dataclasses import dataclass
from typing import Any, Literal

from ..form import Form
from ..model import Frequency
from .daily import DAILY, TRAVEL
from .work import CONTRACTOR, FOOD_PLANT, OCCUPATIONAL
from .written import LANGUAGES, Language, Rule, Written

Name = Literal["food_plant", "contractor", "occupational", "travel", "daily"]

_WRITTEN: dict[Name, Written] = {
    "daily": DAILY,
    "food_plant": FOOD_PLANT,
    "contractor": CONTRACTOR,
    "occupational": OCCUPATIONAL,
    "travel": TRAVEL,
}
NAMES: tuple[Name, ...] = tuple(_WRITTEN)


@dataclass(frozen=True, slots=True)
class Template:
    name: Name
    title: str
    introduction: str
    frequency: Frequency
    form: Form
    rules: dict[str, Any]
    """What a policy of health codes could say, with 0 for the job that is made of this."""


def template(name: Name, language: Language) -> Template:
    written, at = _WRITTEN[name], LANGUAGES.index(language)
    return Template(
        name,
        written.title[at],
        written.introduction[at],
        written.frequency,
        tuple(each.said(language) for each in written.questions),
        {
            "rules": [_rule(id, each) for id, each in enumerate(written.rules, 1)],
            "sources": [{"job_id": 0, "life": written.life}],
            "without_report": "yellow",
        },
    )


def _rule(id: int, rule: Rule) -> dict[str, Any]:
    return {
        "id": id,
        "code": rule.code,
        "when": {"kind": "any", "of": list(rule.any_of)},
        "gives": rule.gives,
        "words": dict(zip(LANGUAGES, rule.why, strict=True)),
        "lasts": rule.lasts,
        "until_cleared": rule.until_cleared,
    }
