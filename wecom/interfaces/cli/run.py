"""`wecom run`: everything, on this machine, until it is told to stop."""

import argparse
import asyncio
import gc
import importlib
import json
import logging
import os
import resource
import shutil
import socket
import sys
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wecom.settings import Settings

from . import logs
from .listening import close, listen, tls_of, url_of
from .servers import OwnServers

if TYPE_CHECKING:
    from .one_mailroom import Place
    from .supervisor import Supervisor

log = logging.getLogger(__name__)

PRELOADED = ("uvloop", "nacl.pwhash", f"{__package__}.prepare", f"{__package__}.web_process", f"{__package__}.worker")
OPEN_FILES = 1 << 16


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--demo", action="store_true", help="load a company to try things out in, if there is none yet")
    parser.add_argument("--host", help="the address to listen on; else WECOM_HOST")
    parser.add_argument("--port", type=int, help="the port to listen on, 0 for a free one; else WECOM_PORT")
    parser.add_argument("--processes", type=int, help="web processes; else WECOM_PROCESSES, else one for each core")
    parser.add_argument("--ready-file", type=Path, help="write here, as JSON, how to reach the server once it serves")


def run(arguments: argparse.Namespace) -> int:
    """Serve; the exit status."""
    given = {name: getattr(arguments, name) for name in ("data_dir", "host", "port", "processes")}
    settings = Settings.read(os.environ, **given)
    settings = settings.model_copy(update={"data_dir": settings.data_dir.absolute()})
    logs.set_up("supervisor", settings.log_level, all_requests=settings.log_requests)
    if arguments.ready_file:
        arguments.ready_file.unlink(missing_ok=True)
    tls_of(settings)
    if settings.ldap_config:
        _read_ldap_config(settings)
    _raise_limits()
    with ExitStack() as stack:
        listeners = listen(settings, settings.processes or _cores())
        stack.callback(close, listeners)
        place = _count_together(settings.data_dir, stack)
        servers = OwnServers.needed(settings)
        stack.callback(servers.stop)
        servers.start(meanwhile=_preload)
        from .one_mailroom import places  # after the rest: it counts

        mail = places(place, len(listeners))
        return _supervise(
            servers.settings(settings), servers, list(zip(listeners, mail, strict=True)), arguments, stack
        )


def _read_ldap_config(settings: Settings) -> None:
    """What is wrong with it is better said once, and now, than by every process."""
    from wecom.services import ldap_source

    ldap_source(settings)


def _supervise(
    settings: Settings,
    servers: OwnServers,
    posts: "list[tuple[socket.socket, Place]]",
    arguments: argparse.Namespace,
    stack: ExitStack,
) -> int:
    from .supervisor import CannotServe, Stopped, Supervisor

    gc.collect()
    gc.disable()
    gc.freeze()  # What is shared with the children must not be touched by a collection in each of them.
    listeners = [listener for listener, _ in posts]
    here = url_of(settings, listeners[0])
    settings = settings.model_copy(update={"public_url": settings.public_url or here})
    supervisor = Supervisor(servers)
    stack.callback(supervisor.close)
    try:
        facts = {"url": here, "pid": os.getpid()} | _prepare(supervisor, settings, demo=arguments.demo)
        _fill(supervisor, settings, posts)
        supervisor.until_ready()
        announce(settings.public_url, facts)
        if arguments.ready_file:  # last: whoever waits for it finds everything said
            running = [{"kind": slot.name, "pid": slot.child.pid} for slot in supervisor.slots if slot.child]
            _write_whole(arguments.ready_file, json.dumps(facts | {"processes": running}, ensure_ascii=False, indent=2))
            stack.callback(arguments.ready_file.unlink, missing_ok=True)
        supervisor.watch()
    except Stopped:
        pass
    except CannotServe as problem:
        log.error("%s", problem)
        return 1
    finally:
        close(listeners)
        supervisor.drain()
    return 0


def _prepare(supervisor: "Supervisor", settings: Settings, *, demo: bool) -> dict[str, Any]:
    """Done in a child, so that what only it needs does not stay in every process's memory."""
    from .prepare import prepare

    def work(line: socket.socket) -> None:
        line.sendall(json.dumps(asyncio.run(prepare(settings, with_demo=demo))).encode())

    facts: dict[str, Any] = json.loads(supervisor.once("prepare", work))
    return facts


def _fill(supervisor: "Supervisor", settings: Settings, posts: "list[tuple[socket.socket, Place]]") -> None:
    from .supervisor import Slot
    from .web_process import serve
    from .worker import work

    listeners = [listener for listener, _ in posts]
    for number, (listener, mail) in enumerate(posts, 1):
        name = f"web-{number}"
        others = [each for each in listeners if each is not listener]
        supervisor.slots.append(Slot(name, partial(serve, name, settings, listener, mail), partial(close, others)))
    supervisor.slots.append(Slot("worker", partial(work, "worker", settings), partial(close, listeners)))


def announce(url: str, facts: dict[str, Any]) -> None:
    """Tell whoever started it where to go, and as whom."""
    lines = [f"wecom serves at {url}, its console at {url}/console/ (Ctrl-C stops it)"]
    people = {"administrator": [facts.get("admin")], "auditor": [facts.get("auditor")]}
    people |= {"department administrator": [facts.get("department_admin")], "member": facts.get("members", [])[:3]}
    for what, several in people.items():
        lines += [f"  sign in as {each['userid']:<16} {each['password']}   {what}" for each in several if each]
    if facts.get("members"):
        lines.append(f"  or in a terminal: wecom chat --url {url} --user {facts['members'][0]['userid']}")
    print("\n".join(lines), flush=True)


def _preload() -> None:
    """Import everything that the children need, once for all of them."""
    for name in PRELOADED:
        importlib.import_module(name)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def _raise_limits() -> None:
    """A socket for every device of every member is a file each."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft < wanted:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _count_together(data_dir: Path, stack: ExitStack) -> Path:
    """Where all processes count, so that /metrics can add them up; set before anything counts. A directory of this
    run's own, which is gone after it."""
    for old in data_dir.glob("metrics-*"):
        if not _lives(old.name.rpartition("-")[2]):
            shutil.rmtree(old, ignore_errors=True)
    place = data_dir / f"metrics-{os.getpid()}"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    stack.callback(shutil.rmtree, place, ignore_errors=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(place)
    return place


def _lives(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        pass
    return int(pid) != os.getpid()


def _write_whole(path: Path, text: str) -> None:
    """Private, and whole for whoever waits for it."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
    temporary.replace(path)
