"""What a report job may say of itself. Refused in words that name what is wrong."""

from datetime import date, timedelta
from zoneinfo import available_timezones

from .model import Terms
from .refusals import HealthJobUnfit, NobodyAsked

LONGEST_TITLE = 64
LONGEST_INTRODUCTION = 4000
MOST_NAMED = 2000
MOST_REMINDERS = 5
LONGEST_ONCE = timedelta(days=366)
DAY = 86_400


def check(terms: Terms) -> None:
    _must(1 <= len(terms.title.strip()) <= LONGEST_TITLE, "title", "A title has 1 to 64 characters.")
    short = len(terms.introduction) <= LONGEST_INTRODUCTION
    _must(short, "introduction", f"An introduction has at most {LONGEST_INTRODUCTION} characters.")
    asked = terms.asked
    if not (asked.members or asked.departments or asked.tags):
        raise NobodyAsked
    named = max(len(asked.members), len(asked.departments), len(asked.tags), len(terms.readers), len(terms.delegates))
    _must(named <= MOST_NAMED, "asked", f"At most {MOST_NAMED} are named one by one: name their departments or tags.")
    delegated = sum(len(each.members) + len(each.departments) for each in terms.delegates)
    _must(delegated <= 5 * MOST_NAMED, "delegates", f"At most {5 * MOST_NAMED} are named for whom others answer.")
    _when(terms)
    _must(1 <= terms.retention_days <= 365, "retention_days", "Answers are kept for 1 to 365 days.")


def _when(terms: Terms) -> None:
    _must(terms.zone in available_timezones(), "zone", "There is no such time zone: name one such as Asia/Shanghai.")
    country = terms.country
    _must(not country or (len(country) == 2 and country.isalpha()), "country", "A country has two letters: CN.")
    _must(0 <= terms.opens < DAY and 0 < terms.closes <= DAY, "opens", "A time is from 00:00 to 24:00.")
    _must(2015 <= terms.starts_on.year <= 2049, "starts_on", "The first day is in the years 2015 to 2049.")
    last = terms.ends_on or (terms.starts_on if terms.frequency == "once" else date.max)
    _must(last >= terms.starts_on, "ends_on", "The last day is not before the first.")
    if terms.frequency == "once":
        _must(last - terms.starts_on <= LONGEST_ONCE, "ends_on", "What is answered once is open for a year at most.")
        open_at_all = last > terms.starts_on or terms.closes != terms.opens
        _must(open_at_all, "closes", "It closes after it opens.")
    fit = len(terms.reminders) <= MOST_REMINDERS and all(1 <= each <= 7 * 24 * 60 for each in terms.reminders)
    _must(fit, "reminders", f"At most {MOST_REMINDERS} reminders, from a minute to a week before it closes.")


def _must(holds: bool, what: str, sentence: str) -> None:
    if not holds:
        raise HealthJobUnfit(sentence, field=what)
