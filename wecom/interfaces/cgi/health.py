"""健康上报: report jobs that name the app among their readers, what those answered whom it sees, and its use.

Jobs and answers of the last 14 days, use of the last 30. Whatever an app reads here leaves a record.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from pydantic import Field

from wecom.features import directory, health
from wecom.features.apps import SpeakingApp
from wecom.features.health import Answered, Form, Question, ReportJob, Value, files, for_apps
from wecom.foundation.db import Tx
from wecom.foundation.http import Caller, Endpoints
from wecom.services import Services

from .refusals import NoHealthReader, NoSuchReportJob, ReportDateRange, ReportPage
from .wire import Answer, Body, Flag, Number, Text, WrongParameter

endpoints = Endpoints("/cgi-bin/health")

DETAIL_DAYS = 14
USE_DAYS = 30
MOST = 100
STAFF = 1
TYPES = {"text": 1, "number": 1, "date": 1, "place": 1, "single": 2, "multiple": 3, "photo": 4}
FREQUENCIES = {"once": 1, "daily": 2, "workdays": 2}


class OnDate(Body):
    date: Text = Field(min_length=1, max_length=32)


class OfJob(OnDate):
    jobid: Text = Field(min_length=1, max_length=128)


class Page(Body):
    offset: Number = 0
    limit: Number = MOST


class OfAnswers(OfJob, Page):
    pass


class Use(Answer):
    pv: int
    uv: int


class JobIds(Answer):
    ending: Flag
    jobids: list[str]


class OptionView(Answer):
    option_id: int
    option_text: str


class QuestionView(Answer):
    question_id: int
    title: str
    question_type: int
    is_required: Flag
    option_list: list[OptionView] | None = None

    @classmethod
    def of(cls, each: Question) -> "QuestionView":
        options = [OptionView(option_id=option.id, option_text=option.text) for option in each.options]
        return cls(
            question_id=each.id,
            title=each.title,
            question_type=TYPES[each.kind],
            is_required=each.required,
            option_list=options or None,
        )


class ApplyRange(Answer):
    userids: list[str]
    partyids: list[int]


class ReportTo(Answer):
    userids: list[str]


class JobInfoView(Answer):
    title: str
    creator: str
    type: int
    apply_range: ApplyRange
    report_to: ReportTo
    report_type: int
    skip_weekend: Flag
    finish_cnt: int
    question_templates: list[QuestionView]


class JobInfo(Answer):
    job_info: JobInfoView


class ReportValue(Answer):
    question_id: int
    single_choice: int | None = None
    multi_choice: list[int] | None = None
    text: str | None = None
    fileid: list[str] | None = None


class AnswerView(Answer):
    id_type: int
    userid: str
    report_time: int
    report_values: list[ReportValue]


class Answers(Answer):
    answers: list[AnswerView]


@endpoints.post("/get_health_report_stat", docs=(93676,))
async def read_use(tx: Tx, app: SpeakingApp, body: OnDate, services: Services) -> Use:
    """获取健康上报使用统计: how often forms were opened on a date, and by how many people."""
    on = _date(body.date, USE_DAYS, services)
    if not await for_apps.reads_any(tx, app.id):
        raise NoHealthReader
    views, people = await health.usage_on(tx, on)
    return Use(pv=views, uv=people)


@endpoints.post("/get_report_jobids", docs=(93677,))
async def list_jobs(tx: Tx, app: SpeakingApp, body: Page) -> JobIds:
    """获取健康上报任务ID列表: of what runs and names the app."""
    _paged(body)
    if not await for_apps.reads_any(tx, app.id):
        raise NoHealthReader
    jobids, more = await for_apps.running_jobids(tx, app.id, body.offset, body.limit)
    return JobIds(ending=not more, jobids=jobids)


@endpoints.post("/get_report_job_info", docs=(93678,))
async def read_job(tx: Tx, app: SpeakingApp, body: OfJob, services: Services, caller: Caller) -> JobInfo:
    """获取健康上报任务详情: what is asked, of whom, and how many of them had answered on a date."""
    on = _date(body.date, DETAIL_DAYS, services)
    found = await for_apps.job_on(tx, app.id, body.jobid, on, app.sight, address=caller.address)
    if found is None:
        raise NoSuchReportJob
    terms = found.job.terms
    people = await directory.userids_of(tx, [found.job.made_by, *terms.readers], seen_by=app.sight)
    return JobInfo(
        job_info=JobInfoView(
            title=terms.title,
            creator=people.get(found.job.made_by, ""),
            type=STAFF,
            apply_range=await _range(tx, app, found.job),
            report_to=ReportTo(userids=[people[id] for id in terms.readers if id in people]),
            report_type=FREQUENCIES[terms.frequency],
            skip_weekend=terms.frequency == "workdays",
            finish_cnt=found.finished,
            question_templates=[QuestionView.of(each) for each in found.form.form],
        )
    )


@endpoints.post("/get_report_answer", docs=(93679,))
async def list_answers(tx: Tx, app: SpeakingApp, body: OfAnswers, services: Services, caller: Caller) -> Answers:
    """获取用户填写答案: what those answered on a date whom the app sees."""
    _paged(body)
    on = _date(body.date, DETAIL_DAYS, services)
    found = await for_apps.answers_on(
        tx, app.id, body.jobid, on, app.sight, body.offset, body.limit, address=caller.address
    )
    if found is None:
        raise NoSuchReportJob
    answers = found[1]
    userids = await directory.userids_of(tx, [each.member_id for each in answers], seen_by=app.sight)
    forms = await for_apps.forms_by_version(tx, answers[0].job_id) if answers else {}
    now = services.clock()
    return Answers(
        answers=[
            AnswerView(
                id_type=STAFF,
                userid=userids[each.member_id],
                report_time=int((each.changed_at or each.received_at).timestamp()),
                report_values=_values(each, forms[each.form_version].form, services.key, app.id, now),
            )
            for each in answers
        ]
    )


def _date(text: str, days: int, services: Services) -> date:
    """One of the last so many days, by the company's clock."""
    try:
        on = datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        raise WrongParameter("date") from None
    today = services.clock().astimezone(ZoneInfo(services.company.timezone)).date()
    if not today - timedelta(days=days) <= on <= today:
        raise ReportDateRange
    return on


def _paged(page: Page | OfAnswers) -> None:
    if not (0 <= page.offset < 2**31 and 1 <= page.limit <= MOST):
        raise ReportPage


async def _range(tx: Tx, app: SpeakingApp, job: ReportJob) -> ApplyRange:
    """Whom it asks, as far as the app sees them; tags by those who have them, since WeCom's ranges know none."""
    asked = job.terms.asked
    members, departments = list(asked.members), list(asked.departments)
    for id in asked.tags:
        tagged = await directory.tagged(tx, id, seen_by=app.sight)
        members += tagged.member_ids
        departments += tagged.department_ids
    userids = await directory.userids_of(tx, sorted(set(members)), seen_by=app.sight)
    seen = await directory.departments_by_ids(tx, sorted(set(departments)), seen_by=app.sight)
    return ApplyRange(userids=[userids[id] for id in sorted(userids)], partyids=[each.id for each in seen])


def _values(answer: Answered, form: Form, key: bytes, app_id: int, now: datetime) -> list[ReportValue]:
    kinds = {each.id: each.kind for each in form}
    return [_value(each, kinds[each.question_id], key, app_id, now) for each in answer.values]


def _value(each: Value, kind: str, key: bytes, app_id: int, now: datetime) -> ReportValue:
    id = each.question_id
    if kind == "single":
        return ReportValue(question_id=id, single_choice=(each.option_ids or (0,))[0])
    if kind == "multiple":
        return ReportValue(question_id=id, multi_choice=list(each.option_ids or ()))
    if kind == "photo":
        ids = [files.file_id(key, int(photo), app_id, now=now) for photo in each.photos or ()]
        return ReportValue(question_id=id, fileid=ids)
    return ReportValue(question_id=id, text=health.in_words(each))
