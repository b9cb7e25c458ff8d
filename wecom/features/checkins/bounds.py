"""How much a rule may say: what is kept is never more than any way in can tell again.

WeCom writes down bounds of a few things (`checking` has them); these are the others.
"""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network

from .refusals import RuleUnfit
from .rules_model import DAY, Overtime, Rule, Slot

MOST_MEMBERS = 10_000
MOST_DEPARTMENTS = 1_000
MOST_REPORTERS = 100
MOST_WEEKS = 10
MOST_SHIFTS = 100
MOST_RESTS = 10
MOST_LATE_LEAVES = 20
LONGEST_TITLE = 128
MOST_NETWORKS = 100
LONGEST_DETAIL = 512
LONGEST_MAC = 64
BIGGEST_ID = 2**63 - 1

Network = IPv4Network | IPv6Network


def within_bounds(rule: Rule) -> None:
    """Raises what there is too much of."""
    _ids(rule)
    _texts(rule)
    for shift in rule.shifts:
        _must(0 <= shift.id < 2**31, "A shift's number is below 2147483648.")
    _few(rule.weeks, MOST_WEEKS, "weeks", "weeks")
    _few(rule.shifts, MOST_SHIFTS, "shifts", "shifts")
    for slot in slots_of(rule):
        _few(slot.rests, MOST_RESTS, "rests in a slot", "")
        reminders = [each for each in (slot.remind_start, slot.remind_end) if each is not None]
        _must(all(abs(each) <= 2 * DAY for each in reminders), "A reminder is of its day.")
    timetables = [(f"weeks.{n}.timetable", each.timetable) for n, each in enumerate(rule.weeks)]
    timetables += [(f"shifts.{n}.timetable", each.timetable) for n, each in enumerate(rule.shifts)]
    for at, timetable in timetables:
        _few(timetable.late_leaves, MOST_LATE_LEAVES, "steps of leaving late", f"{at}.late_leaves")
    ups = rule.make_ups
    _must(0 <= ups.remind_day <= 31, "Reminding is on a day of the month.")
    _must(len(set(ups.not_for)) == len(ups.not_for), "What may not be put right is named once.")
    hour = rule.summaries.at
    _must(0 <= hour < DAY and hour % 60 == 0, "Summaries come at a time of the day.", "summaries.at")
    _must(0 <= rule.method <= 1000, "The method is a small number.")
    _overtime(rule.overtime)


def networks_said(rule: Rule) -> tuple[str, ...]:
    """As they are kept: 10.1.2.3/16 is 10.1.0.0/16, one address is a network too."""
    _few(rule.networks, MOST_NETWORKS, "networks", "networks")
    found: list[Network] | None
    try:
        found = [ip_network(each.strip(), strict=False) for each in rule.networks]
    except ValueError:
        found = None
    _must(found is not None, "A network is like 203.0.113.0/24 or 2001:db8::/48.", "networks", "network")
    found = found or []
    _must(all(each.prefixlen > 0 for each in found), "A network is not all of them.", "networks", "everyNetwork")
    return tuple(dict.fromkeys(str(each) for each in found))


def slots_of(rule: Rule) -> Iterable[Slot]:
    """All that it has anywhere."""
    for week in rule.weeks:
        yield from week.timetable.slots
    for shift in rule.shifts:
        yield from shift.timetable.slots
    for special in rule.worked_days + rule.days_off:
        yield from special.slots


def _ids(rule: Rule) -> None:
    covered, told = rule.covered, rule.reporters
    _few(covered.members, MOST_MEMBERS, "members named", "covered.members")
    _few(covered.departments, MOST_DEPARTMENTS, "departments named", "covered.departments")
    _few(covered.tags, MOST_DEPARTMENTS, "tags named", "covered.tags")
    _few(rule.exempt, MOST_MEMBERS, "members left out", "exempt")
    _few(told.members, MOST_REPORTERS, "members who get summaries", "reporters.members")
    _few(told.tags, MOST_REPORTERS, "tags that get summaries", "reporters.tags")
    named = covered.members + covered.departments + covered.tags + rule.exempt + told.members + told.tags
    _must(all(1 <= id <= BIGGEST_ID for id in named), "Ids are positive.")


def _texts(rule: Rule) -> None:
    country = rule.country
    code = len(country) == 2 and country.isascii() and country.isalpha() and country.isupper()
    _must(code, "A country is like CN.", "country", "country")
    for n, place in enumerate(rule.places):
        _short(place.title, LONGEST_TITLE, "place's name", f"places.{n}.title")
        _short(place.detail, LONGEST_DETAIL, "place's address", f"places.{n}.detail")
    for n, wifi in enumerate(rule.wifi):
        _short(wifi.name, LONGEST_TITLE, "Wi-Fi's name", f"wifi.{n}.name")
        _short(wifi.mac, LONGEST_MAC, "Wi-Fi's number", f"wifi.{n}.mac")
    names = [("name", rule.name), *((f"shifts.{n}.name", each.name) for n, each in enumerate(rule.shifts))]
    names += [(f"worked_days.{n}.note", each.note) for n, each in enumerate(rule.worked_days)]
    names += [(f"days_off.{n}.note", each.note) for n, each in enumerate(rule.days_off)]
    for at, name in names:
        _short(name, LONGEST_TITLE, "name", at)


def _overtime(overtime: Overtime) -> None:
    unit = overtime.unit
    _must(3600 <= unit.a_day <= DAY, "A day of overtime is 1 to 24 hours.")
    _must(0 <= unit.decimals <= 6, "At most six digits are shown.")
    _must(0 <= unit.step <= 24, "Overtime goes up by at most 24 hours at once.")
    for part in (overtime.workday, overtime.restday, overtime.holiday):
        _must(0 <= part.stretch <= 2 * DAY, "Overtime is within two days.")


def _short(text: str, most: int, what: str, field: str) -> None:
    fits = len(text) <= most and "\x00" not in text
    _must(fits, f"A {what} has at most {most} characters.", field, "tooLong", most=most)


def _few(all: Sequence[object], most: int, what: str, field: str) -> None:
    _must(len(all) <= most, f"There are at most {most} {what}.", field, "tooMany", most=most)


def _must(holds: bool, otherwise: str, field: str = "", why: str = "tooMuch", **numbers: int) -> None:
    if not holds:
        raise RuleUnfit(otherwise, field=field, why=why, **numbers)
