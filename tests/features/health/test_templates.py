"""Templates can be begun as they are, and a health code can be made of them as they propose."""

import pytest
from pydantic import TypeAdapter

from wecom.features.health import misfits
from wecom.features.health.templates import NAMES, template
from wecom.features.health.templates.made import Name
from wecom.features.health.templates.written import LANGUAGES
from wecom.features.health_codes.rules import Rules
from wecom.features.health_codes.rules.checking import faults_of


@pytest.mark.parametrize("name", NAMES)
def test_a_template_is_fit_in_every_language_and_so_is_its_policy(name: Name) -> None:
    made = [template(name, language) for language in LANGUAGES]
    assert [misfits(each.form) for each in made] == [[], [], []]
    assert len({each.title for each in made}) == 3
    rules = TypeAdapter(Rules).validate_python(made[0].rules)
    assert faults_of(rules) == []
    asked = {each.id: {option.id for option in each.options} for each in made[0].form}
    for leaf in (leaf for rule in made[0].rules["rules"] for leaf in rule["when"]["of"]):
        assert set(leaf.get("any_of", ())) <= asked[leaf["question_id"]]
