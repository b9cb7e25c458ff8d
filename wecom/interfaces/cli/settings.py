"""`wecom settings`: every setting, its default and what it is for, as an environment file.

With `--changed`: what was set in the console instead, and so wins over the environment.
"""

import argparse
import ipaddress
import textwrap
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from wecom.features.settings import changed_settings
from wecom.foundation.db import Db, Pool
from wecom.settings import Settings

HEAD = """\
# Every setting of wecom, with its default; `wecom settings` prints this file. Name yours in WECOM_SETTINGS,
# or as `wecom --settings FILE`; what stands in the environment wins over what stands here, and what
# administrators set in the console over both: `wecom settings --changed` prints that.
# A secret may also be given as the path of a file that holds it, in a variable that ends in _FILE.
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--changed", action="store_true", help="what was set in the console, which wins, instead")


def run(arguments: argparse.Namespace) -> int:
    if arguments.changed:
        from .reach import with_database

        return with_database(arguments, _changed)
    print(example(), end="")
    return 0


async def _changed(pool: Pool, settings: Settings) -> int:
    for line in await set_in_console(pool, settings):
        print(line)
    return 0


async def set_in_console(db: Db, settings: Settings) -> list[str]:
    """A line for each setting that the database's value decides, or would."""
    lines = []
    for each, otherwise, accepted in await changed_settings(db, settings):
        says = f"otherwise {_written(otherwise)}" if accepted else "passed over: this version does not accept it"
        lines.append(f"WECOM_{each.name.upper()}={_written(each.value)} ({says})")
    return lines


def example() -> str:
    """What `deploy/settings.example.env` holds."""
    parts = [HEAD]
    for name, field in Settings.model_fields.items():
        variable = f"WECOM_{name.upper()}"
        about = field.description or ""
        if field.annotation is SecretStr:
            about += f" Or {variable}_FILE."
        comment = textwrap.fill(about, 100, initial_indent="# ", subsequent_indent="# ")
        parts.append(f"{comment}\n# {variable}={_written(field.default)}\n")
    return "\n".join(parts)


def _written(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case SecretStr():
            return value.get_secret_value()
        case tuple():
            return ",".join(
                str(each) for each in value if isinstance(each, ipaddress.IPv4Network | ipaddress.IPv6Network)
            )
        case Path():
            return str(value)
        case _:
            return str(value)
