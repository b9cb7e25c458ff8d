"""The command: whose session on which server, then the screen or lines."""

import argparse
import asyncio
import contextlib
import getpass
import os
import socket
import sys

from wecom.foundation.errors import Invalid

from .keep import Account, Keep
from .outbox import Outbox
from .plain import ACTIONS, carry_out
from .wire import SignedOut, Wire

DEFAULT_URL = "http://127.0.0.1:8080"


class NoPassword(Invalid):
    """There is nobody to ask for the password: give it with --password-stdin."""


class NoTerminal(Invalid):
    """The screen needs a terminal: use --plain in scripts and pipes."""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = "with --plain:\n" + "\n".join(f"  {each.usage:<28} {each.summary}" for each in ACTIONS.values())
    parser.add_argument("--url", default="", help=f"the server; else the one used last, else {DEFAULT_URL}")
    parser.add_argument("--user", default="", help="whom to sign in as: a userid, mobile number or e-mail address")
    parser.add_argument("--password-stdin", action="store_true", help="read the password from the first line of stdin")
    parser.add_argument("--forget", action="store_true", help="sign out, and keep nothing of the session here")
    parser.add_argument("--plain", action="store_true", help="lines instead of a screen, for scripts and pipes")
    parser.add_argument("--json", action="store_true", help="with --plain: a JSON object a line")
    parser.add_argument("words", nargs="*", metavar="WORD", help="with --plain: what to do; none: read it from stdin")


def run(arguments: argparse.Namespace) -> int:
    """Sign in where needed, then chat; the exit status."""
    if not arguments.plain and not arguments.forget and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise NoTerminal
    return asyncio.run(_run(arguments))


async def _run(arguments: argparse.Namespace) -> int:
    keep = Keep.of(os.environ)
    url = arguments.url.rstrip("/")
    account = keep.account(url, arguments.user)
    wire = Wire(account.url if account else url or DEFAULT_URL, account.token if account else "")
    try:
        if arguments.forget:
            return await _forget(keep, wire, account)
        while True:
            if account is None or arguments.password_stdin:
                account = await _sign_in(wire, arguments.user, from_stdin=arguments.password_stdin)
                arguments.password_stdin = False
            keep.remember(account)
            try:
                return await _chat(arguments, keep, wire, account)
            except SignedOut:
                keep.forget(account)
                if arguments.plain:
                    raise
                print("Your session has ended: sign in again.", file=sys.stderr)
                wire.token, arguments.user, account = "", account.userid, None
    finally:
        await wire.close()


async def _chat(arguments: argparse.Namespace, keep: Keep, wire: Wire, account: Account) -> int:
    if arguments.plain:
        return await carry_out(wire, arguments.words, as_json=arguments.json)
    from .screen import chat

    if await chat(wire, Outbox(keep.outbox(account))):
        await _forget(keep, wire, account)
    return 0


async def _sign_in(wire: Wire, account: str, *, from_stdin: bool) -> Account:
    if not from_stdin and not sys.stdin.isatty():
        raise NoPassword
    if not account:
        account = "" if from_stdin else _asked(f"Sign in at {wire.url}\nuserid, mobile or e-mail: ")
    password = sys.stdin.readline().rstrip("\n") if from_stdin else getpass.getpass(f"password of {account}: ")
    answer = await wire.sign_in(account, password, f"terminal on {socket.gethostname()}"[:64])
    me = answer["me"]
    if (grace := answer["grace"]) is not None:
        print(f"your password has expired where it is kept, and is accepted {grace} times more: change it")
    if me["must_change_password"]:
        await _choose_password(wire, password, asking=not from_stdin)
    return Account(wire.url, me["userid"], wire.token)


async def _choose_password(wire: Wire, old: str, *, asking: bool) -> None:
    if not asking:
        raise NoPassword("This account must choose a new password first: sign in once without --password-stdin.")
    new = getpass.getpass("Choose a new password, which only you know: ")
    await wire.send("PUT", "/api/me/password", {"old_password": old, "new_password": new})


async def _forget(keep: Keep, wire: Wire, account: Account | None) -> int:
    if account:
        keep.forget(account)
        with contextlib.suppress(SignedOut):
            await wire.send("DELETE", "/api/session")
    return 0


def _asked(question: str) -> str:
    """Nothing else runs yet: waiting here holds nobody up."""
    return input(question).strip()
