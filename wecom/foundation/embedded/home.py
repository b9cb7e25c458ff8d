"""Where the servers of one data directory live, and as whom they run."""

import hashlib
import os
import pwd
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

LONGEST_SOCKET_PATH = 103  # macOS; Linux has 107
SHARED_PLACE = Path("/var/lib/wecom")
TMP = Path("/tmp")


class CannotStart(Exception):
    """A server of ours could not be started; the message says why, and what would help."""


class InUse(CannotStart):
    """Another process has this directory's servers running."""


@dataclass(frozen=True, slots=True)
class Account:
    """Whom the servers run as when we are root: Postgres refuses to be root, and Valkey has no need to be."""

    name: str
    uid: int
    gid: int

    def may_enter(self, directory: Path) -> bool:
        return all(self._may(place, 0o1) for place in (directory, *directory.parents))

    def may_run(self, binary: Path) -> bool:
        return self.may_enter(binary.parent) and self._may(binary, 0o5)

    def _may(self, path: Path, wanted: int) -> bool:
        facts = path.stat()
        shift = 6 if facts.st_uid == self.uid else 3 if facts.st_gid == self.gid else 0
        return (facts.st_mode >> shift) & wanted == wanted


@dataclass(frozen=True, slots=True)
class Home:
    directory: Path
    run: Path
    log: Path
    account: Account | None

    def own(self, directory: Path) -> Path:
        """This directory, made if need be, for the servers' account alone."""
        return _own(directory, self.account)


def settle(data_dir: Path, *, durable: bool) -> Home:
    try:
        if not data_dir.exists():
            data_dir.mkdir(mode=0o700, parents=True)
        directory = data_dir.resolve()
        moved = directory / "servers"
        if moved.is_symlink():
            directory = moved.resolve(strict=True)
        account = _account_for(directory / "postgres")
        if account is not None and not account.may_enter(directory):
            if directory.stat().st_gid == 0 and account.may_enter(directory.parent):
                _let_in(directory, account)
            else:
                directory = _elsewhere(moved, account, durable=durable)
        run = _own(_fit_for_sockets(directory, account), account)
        return Home(directory, run, _own(directory / "log", account), account)
    except OSError as refusal:
        raise CannotStart(f"the data directory {data_dir} will not do ({refusal}): choose another") from None


def shared_place(account: Account) -> Path:
    with suppress(OSError):
        SHARED_PLACE.mkdir(mode=0o755, parents=True, exist_ok=True)
        if account.may_enter(SHARED_PLACE):
            return SHARED_PLACE
    raise CannotStart(
        f"Postgres will not run as root, and its account {account.name!r} may enter neither the directories "
        f"asked for nor {SHARED_PLACE}: have all where everyone may enter, or do not run as root"
    )


def _account_for(cluster: Path) -> Account | None:
    owner = cluster.stat().st_uid if cluster.exists() else None
    if os.geteuid() != 0:
        if owner not in (None, os.geteuid()):
            raise CannotStart(f"{cluster} belongs to another account: run as it, or choose another place")
        return None
    if owner:
        return Account(f"#{owner}", owner, cluster.stat().st_gid)
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Account(name, entry.pw_uid, entry.pw_gid)
    raise CannotStart("Postgres will not run as root, and there is no account postgres or nobody: add one")


def _own(directory: Path, account: Account | None) -> Path:
    directory.mkdir(mode=0o700, exist_ok=True)
    if account is not None and directory.stat().st_uid != account.uid:
        os.chown(directory, account.uid, account.gid)
    return directory


def _let_in(directory: Path, account: Account) -> None:
    os.chown(directory, -1, account.gid)
    directory.chmod((directory.stat().st_mode & 0o7777) | 0o010)


def _elsewhere(link: Path, account: Account, *, durable: bool) -> Path:
    """A place outside, because nobody but root may pass the directories above the one asked for.

    The link is what makes it this directory's: without the link, the next start begins anew.
    """
    directory = Path(tempfile.mkdtemp(prefix="wecom-", dir=shared_place(account) if durable else TMP))
    _let_in(directory, account)
    link.symlink_to(directory)
    return directory


def _fit_for_sockets(directory: Path, account: Account | None) -> Path:
    run = directory / "run"
    # In the address of a database, a comma stands between two hosts.
    if len(os.fsencode(run / ".s.PGSQL.5432")) <= LONGEST_SOCKET_PATH and "," not in str(run):
        return run
    run = TMP / f"wecom-{hashlib.sha256(os.fsencode(directory)).hexdigest()[:16]}"
    with suppress(FileExistsError):
        run.mkdir(mode=0o700)
    facts = run.lstat()
    ours = {os.geteuid()} | ({account.uid} if account else set())
    # Anyone may make that name in /tmp first, and would then hear what is said there.
    if run.is_symlink() or not run.is_dir() or facts.st_uid not in ours or facts.st_mode & 0o077:
        raise CannotStart(f"{run} is not ours alone: remove it, or choose a shorter data directory")
    return run
