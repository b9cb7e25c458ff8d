"""The command line. Each subcommand is a module of this package, imported only when it is asked for."""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

COMMANDS = {
    "run": ("run", "serve: everything, on this machine"),
    "migrate": ("migrate", "bring the database to this version's schema"),
    "admin": ("admin", "make administrators, for the first sign-in"),
    "import": ("importing", "load departments, members and tags from CSV files and workbooks"),
    "ldap": ("ldap", "read the company's LDAP directory: check, sync, runs, unlink"),
    "apps": ("apps", "add and list the apps that speak through the API"),
    "robots": ("robots", "add and list group robots"),
    "chat": ("chat", "a terminal client"),
    "search": ("search", "make the index of messages anew"),
    "zones": ("zones", "see time zones as check-ins keep them, and take over what changed"),
    "jobs": ("jobs", "see and retry work that failed"),
    "audit": ("audit", "verify the log of what was done"),
    "restored": ("restored", "say that the database comes from a backup"),
    "settings": ("settings", "print every setting, as an environment file"),
    "openapi": ("openapi", "print the API's OpenAPI document"),
    "doctor": ("doctor", "check that the server could run here, and say what is missing"),
}


class Command(Protocol):
    """What each subcommand's module has."""

    def arguments(self, parser: argparse.ArgumentParser) -> None: ...
    def run(self, arguments: argparse.Namespace) -> int: ...


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; its exit status."""
    words = list(sys.argv[1:] if words is None else words)
    parser = argparse.ArgumentParser(prog="wecom", description="Workplace messaging that a company runs itself.")
    parser.add_argument("--data-dir", type=Path, help="where everything lies; else WECOM_DATA_DIR, else ./data")
    parser.add_argument("--settings", type=Path, help="a file as `wecom settings` prints it; else WECOM_SETTINGS")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    chosen = next((word for word in words if word in COMMANDS), None)
    commands: dict[str, Any] = {}
    for name, (module, summary) in COMMANDS.items():
        sub = subparsers.add_parser(name, help=summary, description=summary[0].upper() + summary[1:] + ".")
        if name == chosen:
            commands[name] = importlib.import_module(f"{__package__}.{module}")
            sub.add_argument("--data-dir", type=Path, default=argparse.SUPPRESS, help=argparse.SUPPRESS)
            commands[name].arguments(sub)
    arguments = parser.parse_args(words)
    if arguments.settings:
        from wecom.settings import FILE

        os.environ[FILE] = str(arguments.settings)
    command: Command = commands[arguments.command]
    try:
        return command.run(arguments)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # so that the last flush says nothing either
        return 0
    except Exception as problem:
        if sentence := _sentence(problem):
            print(f"wecom: {sentence}", file=sys.stderr)
            return 1
        raise


def _sentence(problem: Exception) -> str | None:
    """What to tell a person, for the problems that are not bugs."""
    from wecom.foundation.embedded import CannotStart
    from wecom.foundation.errors import WecomError
    from wecom.settings import SettingsError

    return str(problem) if isinstance(problem, CannotStart | SettingsError | WecomError) else None
