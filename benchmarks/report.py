"""What was measured: every repetition as it comes, medians in the end, and how they stand to what was promised."""

import json
import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from .usage import Facts


@dataclass(frozen=True, slots=True)
class Target:
    """A figure that our own server is to reach."""

    workload: str
    case: str
    figure: str
    bound: float
    most: bool
    """Whether the bound is the most that it may be; else the least."""
    says: str


TARGETS = (
    Target("w1", "closed, 16 senders", "messages_per_s", 3400, False, "W1 messages/s"),
    Target("w1", "closed, 16 senders", "deliveries_per_s", 65_000, False, "W1 deliveries/s"),
    Target("w1", "open, 400/s", "deliver_p99_ms", 20, True, "W1 send to receive at 400/s, p99 ms"),
    Target("w2", "2000 members", "last_ms", 62, True, "W2 last of 2,000 receivers, median ms"),
    Target("w3", "2000 sockets", "kib_per_socket", 16, True, "W3 KiB of PSS for an idle socket"),
    Target("w3", "connect 5000 and catch up", "seconds", 10, True, "W3 5,000 connect and catch up, s"),
    Target("w4", "1000 messages in 10 rooms", "ms", 60, True, "W4 1,000 missed messages, ms"),
    Target("w5", "cold start", "ready_s", 2, True, "W5 ready after s"),
    Target("w5", "cold start", "pss_mb", 150, True, "W5 idle PSS, MB"),
    Target("w6", "16 at a time", "sign_ins_per_s", 50, False, "W6 sign-ins/s"),
    Target("all", "50000 members", "accepted_ms", 300, True, "message to @all of 50,000, ms"),
    Target("search", "1000000 messages", "p95_ms", 200, True, "search of a million messages, p95 ms"),
    Target("checkins", "20000 punch", "punches_per_s", 1000, False, "20,000 check in, punches/s"),
    Target("checkins", "20000 punch", "lost", 0, True, "of them lost"),
    Target("checkins", "month of 10000", "scratch_s", 20, True, "month of 10,000 from scratch, s"),
    Target("checkins", "month of one, from scratch", "one_p95_ms", 200, True, "month of one from scratch, p95 ms"),
    Target("health", "20000 answer", "answers_per_s", 20_000 / 60, False, "20,000 answer, answers/s"),
    Target("health", "20000 answer", "lost", 0, True, "of them lost"),
    Target("health", "statistics of 50000", "statistics_p95_ms", 300, True, "statistics of 50,000 answers, p95 ms"),
    Target("checkins", "one correction", "rewritten_days", 1, True, "days rewritten by one correction"),
    Target("ldap", "50000 people", "first_s", 60, True, "50,000 read from LDAP, first time, s"),
    Target("ldap", "50000 people", "again_s", 20, True, "50,000 read from LDAP, nothing new, s"),
    Target("ldap", "50000 people", "first_mb", 500, True, "memory of that, MB"),
    Target("ldap", "50000 people", "slowest_s", 2, True, "slowest of 20 changes in LDAP to a client, s"),
    Target("ldap", "50000 people", "group_p50_ms", 2000, True, "a changed group or unit to a client, median ms"),
)


@dataclass(frozen=True, slots=True)
class Row:
    workload: str
    case: str
    peer: str
    facts: Facts


class Report:
    """Collects repetitions."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.failures: list[str] = []
        self.workload = ""
        self.peer = ""

    def add(self, case: str, facts: Facts) -> None:
        self.rows.append(Row(self.workload, case, self.peer, facts))
        told = "  ".join(f"{name}={_written(value)}" for name, value in facts.items())
        print(f"  {self.peer:<10} {case:<26} {told}", flush=True)

    def failed(self, problem: BaseException) -> None:
        self.failures.append(f"{self.workload} {self.peer}: {problem!r}")
        print(f"  FAILED {self.failures[-1]}", flush=True)

    def value(self, workload: str, case: str, peer: str, figure: str) -> float | None:
        """The median over the repetitions."""
        rows = [row for row in self.rows if (row.workload, row.case, row.peer) == (workload, case, peer)]
        found = _median(row.facts.get(figure) for row in rows)
        return found if isinstance(found, float) else None

    def save(self, path: Path) -> None:
        rows = [{"workload": r.workload, "case": r.case, "peer": r.peer, **r.facts} for r in self.rows]
        path.write_text(json.dumps({"rows": rows, "failures": self.failures}, indent=1))

    def tables(self) -> str:
        """Medians of every case, a table for each workload."""
        parts = []
        for workload in dict.fromkeys(row.workload for row in self.rows):
            mine = [row for row in self.rows if row.workload == workload]
            for case in dict.fromkeys(row.case for row in mine):
                cased = [row for row in mine if row.case == case]
                figures = list(dict.fromkeys(name for row in cased for name in row.facts))
                lines = [[f"{workload}: {case}", *figures]]
                for peer in dict.fromkeys(row.peer for row in cased):
                    rows = [row for row in cased if row.peer == peer]
                    medians = (_median(row.facts.get(name) for row in rows) for name in figures)
                    lines.append([f"{peer} ×{len(rows)}", *map(_written, medians)])
                parts.append(_aligned(lines))
        return "\n\n".join(parts)

    def targets(self) -> str:
        """Our own figures beside what was promised, and beside every peer of the same run."""
        others = [peer for peer in dict.fromkeys(row.peer for row in self.rows) if peer != "wecom"]
        lines = [["figure", "target", "wecom", "reached", *(f"× {peer}" for peer in others)]]
        for target in TARGETS:
            ours = self.value(target.workload, target.case, "wecom", target.figure)
            if ours is None:
                continue
            reached = ours <= target.bound if target.most else ours >= target.bound
            half = ours <= target.bound * 2 if target.most else ours >= target.bound / 2
            ratios = []
            for peer in others:
                theirs = self.value(target.workload, target.case, peer, target.figure)
                ratios.append(f"{ours / theirs:.2f}" if theirs else "")
            bound = f"{'≤' if target.most else '≥'} {target.bound:,g}"
            verdict = "yes" if reached else "half" if half else "NO"
            lines.append([target.says, bound, _written(ours), verdict, *ratios])
        return _aligned(lines)


def _median(values: Iterable[float | str | bool | None]) -> float | str | None:
    found = [value for value in values if value is not None]
    if not found:
        return None
    if isinstance(found[0], bool):
        return "yes" if all(found) else "no"
    numbers = [float(value) for value in found if not isinstance(value, str)]
    return float(statistics.median(numbers)) if numbers else str(found[0])


def _written(value: float | str | bool | None) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"


def _aligned(lines: list[list[str]]) -> str:
    widths = [max(len(line[n]) for line in lines) for n in range(len(lines[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) if n == 0 else cell.rjust(width) for n, (cell, width) in enumerate(zipped)).rstrip()
        for line in lines
        for zipped in [list(zip(line, widths, strict=True))]
    )
