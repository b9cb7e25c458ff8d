"""What a run may be told."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Options:
    peers: tuple[str, ...]
    workloads: tuple[str, ...]
    reps: int
    seconds: float
    rates: tuple[int, ...]
    crowds: tuple[int, ...]
    idle: tuple[int, ...]
    company: int
    said: int
    staff: int
    place: Path | None
    save: Path | None


def _names(value: str) -> tuple[str, ...]:
    return tuple(part for part in value.split(",") if part)


def _numbers(value: str) -> tuple[int, ...]:
    return tuple(int(part) for part in _names(value))


def read(words: Sequence[str] | None, peers: Sequence[str], workloads: Sequence[str]) -> Options:
    """From the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="How fast it is, beside its peers.")
    parser.add_argument("-w", "--workloads", type=_names, default=tuple(workloads), help=",".join(workloads))
    parser.add_argument("-p", "--peers", type=_names, default=("wecom", "wecom_1", "rawws"), help=",".join(peers))
    parser.add_argument("--reps", type=int, default=3, help="repetitions; the table shows their medians")
    parser.add_argument("--seconds", type=float, default=5, help="length of one measured window")
    parser.add_argument("--rates", type=_numbers, default=(400,), help="w1: messages offered each second")
    parser.add_argument("--crowds", type=_numbers, default=(2000,), help="w2: members of the room")
    parser.add_argument("--idle", type=_numbers, default=(2000, 5000), help="w3: sockets")
    parser.add_argument("--company", type=int, default=50_000, help="all: members of the company")
    parser.add_argument("--said", type=int, default=1_000_000, help="search: messages")
    parser.add_argument("--staff", type=int, default=20_000, help="checkins and health: members who punch or answer")
    parser.add_argument("--place", type=Path, help="scratch directory; else a new one in /tmp")
    parser.add_argument("--save", type=Path, help="write every repetition here, as JSON")
    given = parser.parse_args(words)
    for chosen, known in ((given.peers, peers), (given.workloads, workloads)):
        if unknown := [name for name in chosen if name not in known]:
            parser.error(f"there is no {', '.join(unknown)}: choose from {', '.join(known)}")
    return Options(**vars(given))
