"""Reports that are ready to be begun."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from wecom.features.accounts import HealthOfficer
from wecom.features.health import templates
from wecom.features.health.model import Frequency
from wecom.features.health.templates.made import Name
from wecom.features.health.templates.written import Language
from wecom.foundation.http import Endpoints

from .form_wire import HealthQuestion, questions_of

endpoints = Endpoints("/api/health/templates", tag="Health: templates")


class InLanguage(BaseModel):
    """In which language."""

    model_config = ConfigDict(extra="forbid")
    language: Language = "zh-CN"


class HealthTemplate(BaseModel):
    """A report to begin with."""

    name: Name
    title: str
    introduction: str
    frequency: Frequency
    questions: list[HealthQuestion]
    rules: dict[str, Any] = Field(
        description="What a policy of health codes could say, with 0 for the report that is made of this."
    )


class HealthTemplates(BaseModel):
    templates: list[HealthTemplate]


@endpoints.get("")
async def list_health_templates(me: HealthOfficer, query: InLanguage) -> HealthTemplates:
    """Questions that are ready to be asked, in one language."""
    found = [templates.template(name, query.language) for name in templates.NAMES]
    return HealthTemplates(
        templates=[
            HealthTemplate(
                name=each.name,
                title=each.title,
                introduction=each.introduction,
                frequency=each.frequency,
                questions=questions_of(each.form),
                rules=each.rules,
            )
            for each in found
        ]
    )
