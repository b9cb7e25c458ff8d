"""What was answered as a table: a row for each answer, a column for each question there ever was."""

from collections.abc import Mapping, Sequence
from typing import Literal
from zoneinfo import ZoneInfo

from .form import Question, Value
from .model import Answered, FormVersion

Language = Literal["zh-CN", "en", "de"]
Cell = str | int | float

TITLES: dict[Language, tuple[str, ...]] = {
    "zh-CN": ("日期", "姓名", "账号", "部门", "填写人", "提交时间", "是否补交"),
    "en": ("Date", "Name", "Userid", "Department", "Sent by", "Received", "Late"),
    "de": ("Datum", "Name", "Benutzer-ID", "Abteilung", "Abgegeben von", "Eingegangen", "Verspätet"),
}
YES: dict[Language, tuple[str, str]] = {"zh-CN": ("否", "是"), "en": ("no", "yes"), "de": ("nein", "ja")}


def questions_ever(forms: Sequence[FormVersion]) -> list[Question]:
    """Each question as it was last asked, in the order of the newest form; those that are asked no more at the end."""
    found: dict[int, Question] = {}
    for form in reversed(forms):
        for each in form.form:
            found.setdefault(each.id, each)
    return list(found.values())


def heads(questions: Sequence[Question], language: Language) -> list[Cell]:
    return [*TITLES[language], *(each.title for each in questions)]


def row(
    answer: Answered,
    names: Mapping[int, tuple[str, str]],
    departments: Mapping[int, str],
    forms: Mapping[int, FormVersion],
    questions: Sequence[Question],
    zone: str,
    language: Language,
) -> list[Cell]:
    """In the order of `heads`; `names`: of members their name and userid. Options are called as they were then."""
    then = {each.id: each for each in forms[answer.form_version].form}
    said = {each.question_id: each for each in answer.values}
    name, userid = names.get(answer.member_id, ("", ""))
    received = answer.changed_at or answer.received_at
    return [
        answer.date.isoformat(),
        name,
        userid,
        departments.get(answer.department_id, ""),
        names.get(answer.sent_by, ("", ""))[1],
        received.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M:%S"),
        YES[language][answer.late],
        *(_cell(said.get(each.id), then.get(each.id)) for each in questions),
    ]


def _cell(said: Value | None, question: Question | None) -> Cell:
    if said is None:
        return ""
    if said.number is not None:
        return said.number
    if said.photos is not None:
        return len(said.photos)
    if said.option_ids is not None:
        texts = {each.id: each.text for each in question.options} if question else {}
        return "; ".join(texts.get(id, f"{id}") for id in said.option_ids)
    return in_words(said)


def in_words(said: Value) -> str:
    """What was said as text: a number without zeros, a date as 2026-03-02, a place by its name and degrees."""
    if said.number is not None:
        return f"{said.number:.10g}"
    if said.date is not None:
        return said.date.isoformat()
    if (place := said.place) is not None:
        degrees = f"{place.latitude:.6f},{place.longitude:.6f}" if place.latitude is not None else ""
        return f"{place.name} ({degrees})" if place.name and degrees else place.name or degrees
    return said.text or ""
