"""Whether a history keeps the promise: every acknowledged message is seen by every member entitled to it, exactly
once and in order, and nobody sees anything else.

Pure functions from a history to faults. The conversations' logs are not trusted: they are first held against what
people did and when it was acknowledged, and only then are the devices held against the logs.
"""

from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

from .records import ADD, REMOVE, SAY, Act, Entry, History, Seen, View

FOR_EVER = 1 << 62
Interval = tuple[int, int]
"""Numbers `(from, to]` of a conversation in which a member takes part."""


class Fault(NamedTuple):
    """One broken promise."""

    kind: Literal["lost", "repeated", "reordered", "leaked", "invented", "protocol"]
    what: str


def faults(history: History) -> list[Fault]:
    """Everything that is wrong; nothing, if the promise was kept."""
    by_conversation: dict[int, list[Act]] = defaultdict(list)
    for act in history.acts:
        by_conversation[act.conversation].append(act)
    found: list[Fault] = []
    for conversation, log in history.logs.items():
        acts = by_conversation[conversation]
        found += numbered(conversation, log)
        found += acknowledged(conversation, log, acts)
        found += in_real_time(conversation, log, acts)
        taking_part = intervals(log)
        said = [Seen(entry.seq, entry.mark) for entry in log if entry.kind == SAY]
        for view in history.views:
            found += held_against(conversation, said, taking_part.get(view.member, []), view)
        for probe in history.probes:
            if probe.conversation == conversation:
                stray = outside(probe.seqs, open_intervals(taking_part.get(probe.member, [])))
                if stray:
                    found.append(
                        Fault("leaked", f"{probe.way} gave {probe.member} {stray[:5]} of {conversation} in the end")
                    )
    for view in history.views:
        found += [Fault("protocol", f"{view.device}: {complaint}") for complaint in view.complaints]
    return found


def intervals(log: Sequence[Entry]) -> dict[int, list[Interval]]:
    """When each member took part, by the log."""
    taking_part: dict[int, list[Interval]] = defaultdict(list)
    for entry in log:
        for actor in entry.actors:
            if entry.kind == ADD:
                taking_part[actor].append((entry.seq - 1, FOR_EVER))
            elif entry.kind == REMOVE and taking_part[actor]:
                taking_part[actor][-1] = (taking_part[actor][-1][0], entry.seq)
    return taking_part


def open_intervals(of: Sequence[Interval]) -> list[Interval]:
    return [each for each in of if each[1] == FOR_EVER]


def outside(seqs: Iterator[int] | Sequence[int] | set[int], of: Sequence[Interval]) -> list[int]:
    """The numbers that lie in none of the intervals."""
    return sorted(seq for seq in seqs if not any(since < seq <= to for since, to in of))


def numbered(conversation: int, log: Sequence[Entry]) -> Iterator[Fault]:
    """A log is numbered from one without gaps, and says nothing twice."""
    if [entry.seq for entry in log] != list(range(1, len(log) + 1)):
        yield Fault("lost", f"the log of {conversation} is not numbered from 1 to {len(log)}")
    counted = Counter(entry.mark for entry in log if entry.kind == SAY)
    for mark, times in counted.items():
        if times > 1:
            yield Fault("repeated", f"{conversation} has {mark} {times} times")


def acknowledged(conversation: int, log: Sequence[Entry], acts: Sequence[Act]) -> Iterator[Fault]:
    """What was acknowledged is there, at the number that was told; what is there was done by somebody."""
    at = {entry.seq: entry for entry in log}
    said = {(act.mark, act.by) for act in acts if act.kind == "say"}
    for act in acts:
        if act.kind == "say" and act.ended is not None:
            entry = at.get(act.seq or 0)
            if entry is None or (entry.mark, entry.sender) != (act.mark, act.by):
                yield Fault("lost", f"{act.mark} was acknowledged as {conversation}:{act.seq}, where {entry} is")
    for entry in log:
        if entry.kind == SAY and (entry.mark, entry.sender) not in said:
            yield Fault("invented", f"{conversation}:{entry.seq} {entry.mark} was never said by {entry.sender}")
    for kind, what in ((ADD, "add"), (REMOVE, "remove")):
        done = Counter(str(actor) for entry in log if entry.kind == kind for actor in entry.actors)
        surely = Counter(act.mark for act in acts if act.kind == what and act.ended is not None)
        perhaps = Counter(act.mark for act in acts if act.kind == what)
        for mark in surely - done:
            yield Fault("lost", f"{conversation}: to {what} {mark} was acknowledged and is not in the log")
        for mark in done - perhaps:
            yield Fault("invented", f"{conversation}: nobody asked to {what} {mark}")


def in_real_time(conversation: int, log: Sequence[Entry], acts: Sequence[Act]) -> Iterator[Fault]:
    """What was acknowledged before something else began comes before it."""
    placed = sorted(_placed(log, acts))
    earliest_end = float("inf")
    for seq, act in reversed(placed):
        if earliest_end < act.started:
            yield Fault("reordered", f"{conversation}:{seq} {act.kind} {act.mark} began after a later one had ended")
        if act.ended is not None:
            earliest_end = min(earliest_end, act.ended)


def _placed(log: Sequence[Entry], acts: Sequence[Act]) -> Iterator[tuple[int, Act]]:
    """Acts with their place in the log; adding and removing one member are placed in the order they were asked."""
    saying = {act.mark: act for act in acts if act.kind == "say"}
    asked: dict[tuple[str, str], list[Act]] = defaultdict(list)
    for act in sorted(acts, key=lambda act: act.started):
        if act.kind != "say" and act.ended is not None:
            asked[act.kind, act.mark].append(act)
    unsure = {(act.kind, act.mark) for act in acts if act.kind != "say" and act.ended is None}
    for entry in log:
        if entry.kind == SAY and entry.mark in saying:
            yield entry.seq, saying[entry.mark]
        for actor in entry.actors:
            key = ("add" if entry.kind == ADD else "remove", str(actor))
            if asked[key] and key not in unsure:
                yield entry.seq, asked[key].pop(0)


def held_against(
    conversation: int, said: Sequence[Seen], taking_part: Sequence[Interval], view: View
) -> Iterator[Fault]:
    """One device's view of one conversation against what its member may see of what was said there."""
    where = f"{view.device} in {conversation}"
    if stray := outside(view.shown.get(conversation, set()), taking_part):
        yield Fault("leaked", f"{where} was shown {stray[:5]}, taking part in {list(taking_part)}")
    placed = view.placed.get(conversation, [])
    if any(later.seq < earlier.seq for earlier, later in pairwise(placed)):
        yield Fault("reordered", f"{where} placed messages in another order")
    held = set(placed)
    if len(held) < len(placed):
        twice = [seen for seen, times in Counter(placed).items() if times > 1]
        yield Fault("repeated", f"{where} has {twice[:5]} more than once")
    if held and (strange := sorted(held.difference(said))):
        yield Fault("invented", f"{where} has {strange[:5]}, which the log has not")
    for since, to in taking_part:
        due = said[bisect(said, since, key=_seq) : bisect(said, to, key=_seq)]
        if to != FOR_EVER:  # Who was away when removed never hears what was said last, and need not.
            due = due[: max((n for n, seen in enumerate(due, 1) if seen in held), default=0)]
        if lost := [seen for seen in due if seen not in held]:
            yield Fault("lost", f"{where} lacks {len(lost)}, first {lost[:3]}, of ({since}, {to}]")


def _seq(seen: Seen) -> int:
    return seen.seq
