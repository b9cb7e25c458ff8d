"""`wecom settings`: every setting, its default and what it is for, as an environment file."""

import argparse
import ipaddress
import textwrap
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from wecom.settings import Settings

HEAD = """\
# Every setting of wecom, with its default; `wecom settings` prints this file. Name yours in WECOM_SETTINGS,
# or as `wecom --settings FILE`; what stands in the environment wins over what stands here.
# A secret may also be given as the path of a file that holds it, in a variable that ends in _FILE.
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    pass


def run(arguments: argparse.Namespace) -> int:
    print(example(), end="")
    return 0


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
