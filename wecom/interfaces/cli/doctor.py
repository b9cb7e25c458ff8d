"""`wecom doctor`: could the server run here as it is set up? If not, what is in the way, and what helps."""

import argparse
import asyncio
import os
import resource
import shutil
import socket
from collections.abc import Callable
from pathlib import Path

from wecom.features.directory.ldap import Connection
from wecom.foundation.db import ConnectionLost, open_pool
from wecom.foundation.embedded import CannotStart
from wecom.foundation.embedded.binaries import postgres_binary, valkey_binary
from wecom.foundation.errors import WecomError
from wecom.migrations.run import newest_revision, revision_of
from wecom.services import ldap_source, redis_answers
from wecom.settings import Settings, SettingsError

from .listening import close, listen, tls_of
from .prepare import owner_url
from .reach import settings_of
from .settings import set_in_console

LEAST_FREE = 1 << 30
"""Bytes free below which a disk is called full: Postgres stops when it cannot write."""

FILES = 4096


class Trouble(Exception):
    """What is wrong, and what helps."""


def arguments(parser: argparse.ArgumentParser) -> None:
    pass


def run(arguments: argparse.Namespace) -> int:
    """Say of each thing whether it is well; 1 if one is not."""
    try:
        settings = settings_of(arguments)
    except SettingsError as problem:
        print(f"settings   NO   {problem}")
        return 1
    print(f"settings   ok   data in {settings.data_dir}")
    checks: dict[str, Callable[[Settings], str]] = {
        "disk": _disk,
        "files": _files,
        "address": _address,
        "tls": _tls,
        "database": _database,
        "redis": _redis,
        "ldap": _ldap,
    }
    well = True
    for name, check in checks.items():
        try:
            print(f"{name:<10} ok   {check(settings)}")
        except (Trouble, CannotStart) as trouble:
            print(f"{name:<10} NO   {trouble}")
            well = False
    return 0 if well else 1


def _disk(settings: Settings) -> str:
    place = next(each for each in (settings.data_dir, *settings.data_dir.parents) if each.exists())
    if not os.access(place, os.W_OK | os.X_OK):
        raise Trouble(f"{place} may not be written: change its owner, or set WECOM_DATA_DIR")
    free = shutil.disk_usage(place).free
    if free < LEAST_FREE:
        raise Trouble(f"{place} has only {free >> 20} MiB free: make room")
    return f"{free >> 30} GiB free"


def _files(settings: Settings) -> str:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < FILES:
        raise Trouble(f"a process may open {hard} files, one for each device: raise the limit (ulimit -Hn 65536)")
    return f"a process may open {'any number of' if hard == resource.RLIM_INFINITY else hard} files"


def _address(settings: Settings) -> str:
    try:
        close(listen(settings, 1))
    except CannotStart as problem:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex((settings.host, settings.port)) == 0:
                return f"{settings.host}:{settings.port} is served already"
        raise Trouble(str(problem)) from None
    return f"{settings.host}:{settings.port} is free"


def _tls(settings: Settings) -> str:
    if tls_of(settings) is None:
        return "none of our own: a proxy's, or plain HTTP"
    return f"certificate in {settings.tls_certificate}"


def _database(settings: Settings) -> str:
    if not settings.database_url.get_secret_value():
        made = settings.data_dir / "postgres" / "PG_VERSION"
        binary, version = postgres_binary(int(made.read_text()) if _readable(made) else None)
        return f"one of our own: Postgres {version}, {binary}; `wecom settings --changed` says what is set in it"
    return asyncio.run(_reached(settings))


async def _reached(settings: Settings) -> str:
    try:
        pool = await open_pool(owner_url(settings), size=1, timeout=5)
    except ConnectionLost as problem:
        raise Trouble(f"Postgres does not answer ({problem}): check WECOM_DATABASE_URL and that it runs") from None
    try:
        revision = await revision_of(pool)
        changed = await set_in_console(pool, settings) if revision == newest_revision() else []
    finally:
        await pool.close()
    if revision not in (None, newest_revision()):
        return f"reached, at revision {revision}; the next start brings it to {newest_revision()}"
    told = f"reached, {'empty' if revision is None else f'at revision {revision}'}"
    return "; set in the console: ".join([told, ", ".join(changed)]) if changed else told


def _redis(settings: Settings) -> str:
    if not (url := settings.redis_url.get_secret_value()):
        return f"one of our own: {valkey_binary()}"
    if not asyncio.run(redis_answers(url)):
        raise Trouble("Redis does not answer: check WECOM_REDIS_URL and that it runs")
    return "reached"


def _ldap(settings: Settings) -> str:
    try:
        source = ldap_source(settings)
        if source is None:
            return "none: members are kept here"
        with Connection(source.server) as connection:
            return f"reached, {connection.url}"
    except WecomError as problem:
        raise Trouble(str(problem)) from None


def _readable(path: Path) -> bool:
    return path.exists() and os.access(path, os.R_OK)
