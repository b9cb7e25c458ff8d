"""A report job on the wire."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from wecom.features.health import Asked, Delegate, FormVersion, ReportJob, Terms
from wecom.features.health.model import Frequency, State
from wecom.features.health.terms_fit import LONGEST_INTRODUCTION, LONGEST_TITLE, MOST_NAMED, MOST_REMINDERS
from wecom.foundation.instants import Instant

from ..attendance.stretch import Day
from ..wire import Id, Text
from .form_wire import HealthQuestion, Questions, questions_of

Named = Annotated[list[Id], Field(max_length=MOST_NAMED)]
Tags = Annotated[list[Annotated[int, Field(ge=1, lt=2**31)]], Field(max_length=MOST_NAMED)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_serialization_defaults_required=True)


class HealthAsked(_Part):
    """Whom it asks, as the directory is on each day."""

    members: Named = Field(default_factory=list)
    departments: Named = Field(default_factory=list, description="With all under them.")
    tags: Tags = Field(default_factory=list)


class HealthDelegate(_Part):
    """Somebody who may answer for others; they see of it what they sent themselves."""

    member_id: Id
    members: Named = Field(default_factory=list)
    departments: Named = Field(default_factory=list, description="With all under them.")


class HealthTerms(_Part):
    """What a report says, but for its questions."""

    title: Annotated[Text, Field(min_length=1, max_length=LONGEST_TITLE)]
    introduction: Annotated[Text, Field(max_length=LONGEST_INTRODUCTION)] = ""
    asked: HealthAsked
    frequency: Frequency = Field("daily", description="workdays: Monday to Friday, and as `country` has it.")
    country: Annotated[str, Field(pattern=r"^([A-Za-z]{2})?$")] = Field(
        "", description="Whose holidays are no workdays, and whose worked weekends are; empty: none."
    )
    zone: Annotated[Text, Field(min_length=1, max_length=64)] = "Asia/Shanghai"
    opens: Annotated[int, Field(ge=0, lt=86_400)] = Field(0, description="Seconds after midnight.")
    closes: Annotated[int, Field(ge=1, le=86_400)] = Field(
        86_400, description="The same; not after `opens`: on the day after."
    )
    starts_on: Day
    ends_on: Day | None = Field(None, description="The last day; null: until it is ended. Of once: until then.")
    at_opening: bool = Field(True, description="Whether those asked are told when it opens.")
    reminders: Annotated[list[Annotated[int, Field(ge=1, le=10_080)]], Field(max_length=MOST_REMINDERS)] = Field(
        default_factory=list, description="Minutes before it closes, of those who have not answered."
    )
    delegates: Annotated[list[HealthDelegate], Field(max_length=MOST_NAMED)] = Field(default_factory=list)
    leaders: bool = Field(False, description="Whether who leads a department may answer for its people.")
    changeable: bool = Field(True, description="Whether an answer may be changed until it closes.")
    readers: Named = Field(
        default_factory=list, description="Who may see what is answered: health officers. Its maker is the first."
    )
    reader_apps: Named = Field(default_factory=list, description="Apps that may, of those whom they see.")
    retention_days: Annotated[int, Field(ge=1, le=365)] = Field(
        30, description="After the close; then answers are erased."
    )

    @classmethod
    def of(cls, terms: Terms) -> "HealthTerms":
        return cls.model_validate(terms, from_attributes=True)

    def said(self) -> Terms:
        given = {name: getattr(self, name) for name in type(self).model_fields}
        asked = self.asked
        return Terms(
            **given
            | {
                "asked": Asked(tuple(asked.members), tuple(asked.departments), tuple(asked.tags)),
                "delegates": tuple(
                    Delegate(each.member_id, tuple(each.members), tuple(each.departments)) for each in self.delegates
                ),
                "reminders": tuple(self.reminders),
                "readers": tuple(self.readers),
                "reader_apps": tuple(self.reader_apps),
            }
        )


class HealthJob(BaseModel):
    """A report."""

    id: int
    jobid: str = Field(description="What apps call it.")
    state: State
    version: int = Field(description="Whoever changes it names the one that they have read.")
    form_version: int
    terms: HealthTerms
    made_by: int
    made_at: Instant
    started_at: Instant | None
    ended_at: Instant | None

    @classmethod
    def of(cls, job: ReportJob) -> "HealthJob":
        return cls(
            id=job.id,
            jobid=job.jobid,
            state=job.state,
            version=job.version,
            form_version=job.form_version,
            terms=HealthTerms.of(job.terms),
            made_by=job.made_by,
            made_at=job.made_at,
            started_at=job.started_at,
            ended_at=job.ended_at,
        )


class HealthFormView(BaseModel):
    """A version of a report's questions."""

    version: int
    made_by: int
    made_at: Instant
    questions: list[HealthQuestion]

    @classmethod
    def of(cls, form: FormVersion) -> "HealthFormView":
        return cls(version=form.version, made_by=form.made_by, made_at=form.made_at, questions=questions_of(form.form))


class HealthJobWithForms(HealthJob):
    """A report, and all its questions, oldest first."""

    forms: list[HealthFormView]


class NewHealthJob(_Part):
    """A report to be made."""

    terms: HealthTerms
    questions: Questions


class ChangedHealthJob(_Part):
    """What a report is to say from now on."""

    version: Annotated[int, Field(ge=1, lt=2**31)] = Field(description="Of the report, as it was read.")
    terms: HealthTerms


class ChangedHealthForm(_Part):
    """What a report is to ask from now on."""

    version: Annotated[int, Field(ge=1, lt=2**31)] = Field(description="Of the report, as it was read.")
    questions: Questions


class HealthProblem(BaseModel):
    """What is wrong with a question; 0: with the whole form."""

    question_id: int
    problem: str


class CopiedHealthJob(_Part):
    """What the copy is called."""

    title: Annotated[Text, Field(max_length=LONGEST_TITLE)] = Field("", description="Empty: as this one.")


class OfHealthJob(BaseModel):
    """Which report."""

    job_id: int = Field(ge=1, lt=2**31)


OnDay = Annotated[date, Field(ge=date(2015, 1, 1), le=date(2049, 12, 31))]
Listed = Literal["all", "draft", "running", "ended"]
