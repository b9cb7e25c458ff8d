"""`wecom robots`: group robots, for operators. A key is printed once and kept as a hash."""

import argparse

from wecom.features import apps, messaging
from wecom.features.accounts import SYSTEM
from wecom.features.apps.model import NoSuchAppchat, NoSuchRobot
from wecom.foundation.db import Pool, Tx, transaction
from wecom.settings import Settings

from .reach import with_database


def arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_subparsers(dest="what", metavar="COMMAND", required=True)
    what.add_parser("list", help="every robot: its id, its group's chatid and name, its own name")
    creating = what.add_parser("create", help="add a robot to a group; prints its webhook's key")
    creating.add_argument("chatid")
    creating.add_argument("name")
    for name, summary in (
        ("key", "give a robot another key; prints it, and refuses the old one"),
        ("enable", "let a robot speak again"),
        ("disable", "silence a robot"),
        ("remove", "take a robot out of its group for good"),
    ):
        what.add_parser(name, help=summary).add_argument("id", type=int)


def run(arguments: argparse.Namespace) -> int:
    async def step(pool: Pool, settings: Settings) -> int:
        if arguments.what == "list":
            for robot, chatid, group in await apps.all_robots(pool):
                silent = "" if robot.enabled else " (disabled)"
                print(f"{robot.id}\t{chatid}\t{group}\t{robot.name}{silent}")
            return 0
        async with transaction(pool) as tx:
            told = await _carried_out(tx, arguments)
        print(told)
        return 0

    return with_database(arguments, step)


async def _carried_out(tx: Tx, arguments: argparse.Namespace) -> str:
    """What is to be printed once it is committed."""
    if arguments.what == "create":
        found = await messaging.conversation_called(tx, arguments.chatid)
        if not found:
            raise NoSuchAppchat
        robot, key = await apps.create_robot(tx, SYSTEM, found[0], arguments.name)
        return f"id {robot.id}\nkey {key}"
    place = {robot.id: robot.conversation_id for robot, _, _ in await apps.all_robots(tx)}.get(arguments.id)
    if place is None:
        raise NoSuchRobot
    match arguments.what:
        case "key":
            return f"key {await apps.rotate_key(tx, SYSTEM, place, arguments.id)}"
        case "remove":
            await apps.remove_robot(tx, SYSTEM, place, arguments.id)
            return "removed"
        case _:
            enabled = arguments.what == "enable"
            robot = await apps.change_robot(tx, SYSTEM, place, arguments.id, enabled=enabled)
            return f"{robot.name} is {'enabled' if robot.enabled else 'disabled'}"
