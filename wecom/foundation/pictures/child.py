"""The process in which one picture is looked at: `python -m wecom.foundation.pictures.child`, the file on stdin.

It says one line of JSON, `{"media_type", "width", "height", "color", "sizes"}` or `{"refused"}`, and then the bytes
that the sizes are of: the cleaned file and the small pictures, the smallest first. It may not write a file, make a
process, or use more memory and time than is set here; when the machine runs out of memory, it is the first to go.
"""

import contextlib
import json
import mmap
import os
import resource
import sys

MEMORY = 1 << 30
SECONDS = 20


def main() -> int:
    limit()
    from .clean import NotWhole, cleaned, kind_of
    from .render import TooManyPixels, rendered

    try:
        with mmap.mmap(0, 0, access=mmap.ACCESS_READ) as file:
            data = file[:]
        kind = kind_of(data[:16])
        if kind is None:
            return refuse("kind")
        clean, orientation = cleaned(kind, data)
        del data
        made = rendered(kind, clean, orientation)
    except NotWhole:
        return refuse("broken")
    except (TooManyPixels, MemoryError):
        return refuse("pixels")
    except Exception:  # A decoder has no list of what it may raise, and whatever it is, this file is to blame.
        return refuse("broken")
    parts = (clean, *made.small_ones)
    say(media_type=kind, width=made.width, height=made.height, color=made.color, sizes=[len(part) for part in parts])
    for part in parts:
        sys.stdout.buffer.write(part)
    sys.stdout.buffer.flush()
    return 0


def limit() -> None:
    """Before anything is read. What a system does not have does not keep the others from being set."""
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
        file.write("1000")
    with contextlib.suppress(OSError):
        os.nice(10)
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 32),
        (resource.RLIMIT_NPROC, 0),
    ):
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(what, (most, most))


def say(**told: object) -> None:
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n")


def refuse(why: str) -> int:
    say(refused=why)
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
