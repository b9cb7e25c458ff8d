"""What was used meanwhile: cores, memory, and how times are summed up."""

import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence

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

    def __init__(self, groups: Callable[[], Mapping[str, Iterable[int]]]) -> None:
        self.groups = groups
        self.started = time.perf_counter()
        self.busy = _busy()
        self.before = self._used()

    def stop(self) -> Facts:
        wall = time.perf_counter() - self.started
        used = {name: seconds / wall for name, seconds in self.seconds().items()}
        used["others"] = max(0.0, (_busy() - self.busy) / wall - sum(used.values()))
        return {f"cores_{name}": round(cores, 2) for name, cores in used.items()}

    def seconds(self) -> dict[str, float]:
        """Of processors, so far."""
        return {name: seconds - self.before.get(name, 0.0) for name, seconds in self._used().items()}

    def _used(self) -> dict[str, float]:
        groups = {name: list(pids) for name, pids in self.groups().items()} | {"driver": [os.getpid()]}
        return {name: _seconds(pids) for name, pids in groups.items()}


def _seconds(pids: Iterable[int]) -> float:
    """With what those had that have ended: their parents keep it."""
    total = 0.0
    for pid in pids:
        try:
            times = psutil.Process(pid).cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total


def _busy() -> float:
    times = psutil.cpu_times()
    return float(sum(getattr(times, name, 0.0) for name in ("user", "nice", "system", "irq", "softirq", "steal")))
