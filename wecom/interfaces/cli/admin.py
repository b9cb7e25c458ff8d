"""`wecom admin create`: an administrator, whom nobody could invite; also the way back in when all are locked out."""

import argparse
import getpass
import sys

from wecom.features.accounts import Hasher, check_password
from wecom.features.lifecycle import make_administrator
from wecom.foundation.db import Pool, transaction
from wecom.foundation.errors import Invalid
from wecom.settings import Settings

from .reach import with_database


class PasswordsDiffer(Invalid):
    """The two passwords are not the same: try again."""


def arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_subparsers(dest="what", metavar="create", required=True)
    creating = what.add_parser("create", help="make a member an administrator, adding the member if there is none")
    creating.add_argument("userid")
    creating.add_argument("--name", default="", help="for a new member; else the userid")
    creating.add_argument("--email", help="a new member needs an e-mail address or a mobile number")
    creating.add_argument("--mobile")
    creating.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    creating.add_argument("--must-change", action="store_true", help="have it changed at the first sign-in")


def run(arguments: argparse.Namespace) -> int:
    password = _password(arguments.password_stdin)
    check_password(password, arguments.userid)

    async def step(pool: Pool, settings: Settings) -> int:
        hasher = Hasher(1)
        hashed = await hasher.hash(password)
        hasher.close()
        async with transaction(pool) as tx:
            await make_administrator(
                tx,
                arguments.userid,
                hashed,
                name=arguments.name,
                email=arguments.email,
                mobile=arguments.mobile,
                must_change=arguments.must_change,
            )
        print(f"{arguments.userid} is an administrator and can sign in")
        return 0

    return with_database(arguments, step)


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass("Password: ")
    if getpass.getpass("Again: ") != password:
        raise PasswordsDiffer
    return password
