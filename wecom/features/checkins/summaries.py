"""Telling managers how it went: of the day, the week and the month before, to whom a rule says, in their language.

What is said of a period stands in one commit with the note that it was said, so it is said once. It is said on the day
when it is due or not at all. An app of the house's own says it; whoever disables or removes that wants no summaries.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from wecom.features import apps, directory
from wecom.features.accounts import SYSTEM, grants
from wecom.features.directory import EVERYTHING
from wecom.features.messaging import Text, TextCard
from wecom.features.preferences import settings_of_many
from wecom.foundation.db import Tx

from .queries import assigning
from .queries import summaries as queries
from .reports import month_reports
from .results import wall
from .rulebook import DAY, rulebook
from .rules import rules_on
from .rules_model import Rule
from .summary_words import Period, Persons, lines, title
from .tables import Language

NAME = "打卡"
ABOUT = "考勤日报、周报与月报"
UNLIMITED = apps.Quotas(0, 0, 0)
LONGEST = 2048
LONGEST_TITLE = 128
SEES_REPORTS = {"hr", "administrator"}


@dataclass(frozen=True, slots=True)
class Due:
    """A summary that is to be sent."""

    rule_id: int
    period: Period
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Made:
    """What there is to tell: of everybody, and of those whom each leader leads."""

    due: Due
    rule: Rule
    people: dict[int, Persons]
    leaders: dict[int, list[int]]


async def due_summaries(tx: Tx, *, now: datetime) -> list[Due]:
    """Those that are due and were not sent."""
    book = await rulebook(tx)
    found = []
    for version in await rules_on(tx, now.date()):
        rule = version.rule
        told = rule.reporters.members or rule.reporters.tags or rule.summaries.leaders
        today, seconds = wall(book.offsets(rule.zone), int(now.timestamp()))
        if told and seconds >= rule.summaries.at:
            found += [Due(version.rule_id, *each) for each in _periods(rule, today)]
    sent = await queries.sent(tx, [each.rule_id for each in found], now.date() - timedelta(days=70))
    return [each for each in found if (each.rule_id, each.period, each.first) not in sent]


def _periods(rule: Rule, today: date) -> list[tuple[Period, date, date]]:
    """What ended before today and is told of today."""
    found: list[tuple[Period, date, date]] = []
    if rule.summaries.daily:
        found.append(("day", today - DAY, today - DAY))
    if rule.summaries.weekly and today.isoweekday() == 1:
        found.append(("week", today - 7 * DAY, today - DAY))
    if rule.summaries.monthly and today.day == 1:
        found.append(("month", (today - DAY).replace(day=1), today - DAY))
    return found


async def make(tx: Tx, due: Due, *, now: datetime) -> Made | None:
    """Add up the days of all who were under the rule on the last of them; None: nobody was, or the rule is gone."""
    version = (await rulebook(tx)).in_force(due.rule_id, due.last)
    ids = await assigning.members_of_rule(tx, due.rule_id, due.last)
    if version is None or not ids:
        return None
    names: dict[int, str] = {}
    for start in range(0, len(ids), 1000):
        for each in await directory.members_by_ids(
            tx, ids[start : start + 1000], seen_by=EVERYTHING, with_leavers=True
        ):
            names[each.id] = each.name
    reports = await month_reports(tx, ids, due.first, due.last, now=now)
    people = {each.member_id: Persons(names.get(each.member_id, ""), each.sums) for each in reports}
    leaders = await queries.led_by(tx, ids) if version.rule.summaries.leaders else {}
    return Made(due, version.rule, people, leaders)


async def nothing_to_tell(tx: Tx, due: Due) -> None:
    """Note that as told."""
    await queries.note_sent(tx, due.rule_id, due.period, due.first)


async def members_told_of(tx: Tx, due: Due) -> list[int]:
    """Whose days it is about."""
    return await assigning.members_of_rule(tx, due.rule_id, due.last)


async def tell_managers(tx: Tx, made: Made, *, public_url: str, now: datetime) -> int:
    """Say it to each, unless it was said; to how many."""
    due, told = made.due, made.rule.reporters
    if not await queries.note_sent(tx, due.rule_id, due.period, due.first):
        return 0
    app = await _speaker(tx)
    if app is None:
        return 0
    whole = await directory.members_under(tx, [], list(told.tags), list(told.members), seen_by=EVERYTHING)
    rest = await directory.members_under(
        tx, [], [], [id for id in made.leaders if id not in set(whole.member_ids)], seen_by=EVERYTHING
    )
    ordinals = dict(zip(whole.member_ids + rest.member_ids, whole.ordinals + rest.ordinals, strict=True))
    settings = await settings_of_many(tx, list(ordinals))
    sees = {each.member_id for each in await grants(tx) if each.role in SEES_REPORTS}
    bodies: dict[Text | TextCard, list[int]] = {}
    everybody = list(made.people)
    for id in ordinals:
        about = everybody if id in set(whole.member_ids) else made.leaders[id]
        language: Language = settings[id].language or "zh-CN"
        link = f"{public_url.rstrip('/')}/console/attendance/reports" if id in sees and public_url else ""
        bodies.setdefault(_body(made, about, language, link), []).append(id)
    for body, ids in bodies.items():
        numbers = [ordinals[id] for id in ids]
        reached = apps.Reached(directory.Audience(ids, numbers), apps.bits_of(numbers))
        digest = hashlib.sha256(body.model_dump_json().encode()).digest()
        day = apps.day_of(now, made.rule.zone)
        await apps.send(tx, app, body, reached, quotas=UNLIMITED, day=day, digest=digest)
    return len(ordinals)


def _body(made: Made, about: Sequence[int], language: Language, link: str) -> Text | TextCard:
    due = made.due
    head = title(made.rule.name, due.period, due.first, due.last, language)[:LONGEST_TITLE]
    said = "\n".join(lines([made.people[id] for id in about if id in made.people], language))
    if not link:
        return Text(msgtype="text", content=f"{head}\n{said}")
    return TextCard(msgtype="textcard", title=head, description=said[:LONGEST], url=link)


async def _speaker(tx: Tx) -> apps.App | None:
    """The app that says it, made when there is first something to say; None: it was disabled or removed."""
    app_id = await queries.lock_speaker(tx)
    if app_id is None:
        made, _ = await apps.create_app(tx, SYSTEM, NAME, description=ABOUT)
        await queries.put_speaker(tx, made.id)
        return apps.App(made.id, made.kind, made.agentid, made.name, EVERYTHING)
    kept = await apps.profile(tx, app_id)
    return apps.App(kept.id, kept.kind, kept.agentid, kept.name, EVERYTHING) if kept and kept.enabled else None
