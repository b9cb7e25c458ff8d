"""What was used meanwhile: cores, memory, and how times are summed up."""

import os
import time
from collections.abc import Iterable, Mapping, Sequence

import psutil

Facts = dict[str, float | str | bool | None]
"""One repetition's figures, by name."""


def percentile(values: Sequence[float], share: float) -> float | None:
    """The nearest rank; None of nothing."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, int(len(ordered) * share + 0.5) - 1))] if ordered else None


def latencies(prefix: str, seconds: Sequence[float]) -> Facts:
    """The usual percentiles in milliseconds."""
    facts: Facts = {}
    for share in (0.5, 0.95, 0.99):
        found = percentile(seconds, share)
        facts[f"{prefix}_p{share * 100:.0f}_ms"] = None if found is None else round(found * 1000, 2)
    return facts


def tree(pids: Iterable[int]) -> list[psutil.Process]:
    """The processes of these ids and all that they started."""
    found: dict[int, psutil.Process] = {}
    for pid in pids:
        try:
            process = psutil.Process(pid)
            found |= {each.pid: each for each in [process, *process.children(recursive=True)]}
        except psutil.NoSuchProcess:
            continue
    return list(found.values())


def memory(pids: Iterable[int]) -> float:
    """The proportional set size of these processes, in KiB: what is shared between them counts once."""
    total = 0
    for pid in pids:
        try:
            total += psutil.Process(pid).memory_full_info().pss
        except psutil.NoSuchProcess:
            continue
    return total / 1024


class Usage:
    """The cores used from now to `stop()`, by each named group of processes, the driver and everybody else."""

    def __init__(self, groups: Mapping[str, Iterable[int]]) -> None:
        self.groups = {name: list(pids) for name, pids in groups.items()} | {"driver": [os.getpid()]}
        self.started = time.perf_counter()
        self.busy = _busy()
        self.before = {name: _seconds(pids) for name, pids in self.groups.items()}

    def stop(self) -> Facts:
        wall = time.perf_counter() - self.started
        used = {name: (_seconds(pids) - self.before[name]) / wall for name, pids in self.groups.items()}
        used["others"] = max(0.0, (_busy() - self.busy) / wall - sum(used.values()))
        return {f"cores_{name}": round(cores, 2) for name, cores in used.items()}


def _seconds(pids: Iterable[int]) -> float:
    total = 0.0
    for pid in pids:
        try:
            times = psutil.Process(pid).cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
    return total


def _busy() -> float:
    times = psutil.cpu_times()
    return float(sum(getattr(times, name, 0.0) for name in ("user", "nice", "system", "irq", "softirq", "steal")))
