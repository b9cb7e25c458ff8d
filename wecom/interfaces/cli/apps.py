"""`wecom apps`: the apps that speak through WeCom's API. A secret is printed once and kept as a hash."""

import argparse

from wecom.features import apps, directory
from wecom.features.accounts import SYSTEM
from wecom.features.apps import AppFields, AppProfile
from wecom.features.apps.model import InvalidVisibleRange, NoSuchApp
from wecom.foundation.db import Pool, Tx, transaction
from wecom.settings import Settings

from .reach import with_database


def arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_subparsers(dest="what", metavar="COMMAND", required=True)
    what.add_parser("list", help="every app, and whom it sees")
    creating = what.add_parser("create", help="add an app; prints corpid, agentid and secret")
    creating.add_argument("name")
    creating.add_argument("--description", default="")
    _ranged(creating)
    what.add_parser("contacts", help="make the contacts secret, or another in its place; prints it and the corpid")
    setting = what.add_parser("set", help="describe an app; what is not given stays")
    setting.add_argument("agentid", type=int)
    setting.add_argument("--name")
    setting.add_argument("--description")
    setting.add_argument("--home-url", metavar="URL")
    setting.add_argument(
        "--redirect-domain",
        action="append",
        dest="redirect_domains",
        metavar="DOMAIN",
        help="where members may be sent to sign in, with its port where it has one, and http:// before it where that "
        "is all it speaks; may be given many times, and replaces those there are; empty: none",
    )
    for name, summary in (
        ("range", "say whom an app sees, and so who is shown it"),
        ("secret", "give an app another secret; prints it, and refuses the old one"),
        ("enable", "let an app call again"),
        ("disable", "refuse whatever an app asks for"),
        ("remove", "take an app away for good; what it said stays"),
    ):
        each = what.add_parser(name, help=summary)
        each.add_argument("agentid", type=int)
        if name == "range":
            _ranged(each)


def run(arguments: argparse.Namespace) -> int:
    async def step(pool: Pool, settings: Settings) -> int:
        if arguments.what == "list":
            for app in await apps.apps(pool):
                print(_line(app))
            return 0
        async with transaction(pool) as tx:
            told = await _carried_out(tx, arguments)
        print(told)
        return 0

    return with_database(arguments, step)


async def _carried_out(tx: Tx, arguments: argparse.Namespace) -> str:
    """What is to be printed once it is committed."""
    if arguments.what == "create":
        members, departments, tags = await _range(tx, arguments)
        made, secret = await apps.create_app(
            tx,
            SYSTEM,
            arguments.name,
            description=arguments.description,
            visible_members=members,
            visible_departments=departments,
            visible_tags=tags,
        )
        return f"{await _corpid(tx)}\nagentid {made.agentid}\nsecret {secret}"
    if arguments.what == "contacts":
        _, secret = await apps.create_contacts_app(tx, SYSTEM)
        return f"{await _corpid(tx)}\nsecret {secret}"
    app = await apps.profile_of_agentid(tx, arguments.agentid)
    if not app:
        raise NoSuchApp
    match arguments.what:
        case "set":
            return _line(await apps.change_app(tx, SYSTEM, app.id, **_said(arguments)))
        case "range":
            members, departments, tags = await _range(tx, arguments)
            app = await apps.set_visible_range(tx, SYSTEM, app.id, members=members, departments=departments, tags=tags)
            return _line(app)
        case "secret":
            return f"secret {await apps.rotate_secret(tx, SYSTEM, app.id)}"
        case "remove":
            await apps.remove_app(tx, SYSTEM, app.id)
            return f"{app.name} was removed"
        case _:
            return _line(await apps.set_app_enabled(tx, SYSTEM, app.id, arguments.what == "enable"))


async def _corpid(tx: Tx) -> str:
    return f"corpid {(await directory.company(tx)).corpid}"


def _said(arguments: argparse.Namespace) -> AppFields:
    said: AppFields = {}
    if arguments.name is not None:
        said["name"] = arguments.name
    if arguments.description is not None:
        said["description"] = arguments.description
    if arguments.home_url is not None:
        said["home_url"] = arguments.home_url
    if arguments.redirect_domains is not None:
        said["redirect_domains"] = [each for each in arguments.redirect_domains if each]
    return said


def _ranged(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--member", action="append", default=[], metavar="USERID", help="may be given many times")
    parser.add_argument("--department", action="append", default=[], type=int, metavar="ID", help="with all under it")
    parser.add_argument("--tag", action="append", default=[], type=int, metavar="ID")
    parser.add_argument("--everyone", action="store_true", help="the whole company")


async def _range(tx: Tx, arguments: argparse.Namespace) -> tuple[list[int], list[int], list[int]]:
    ids = await directory.member_ids(tx, arguments.member)
    if unknown := [userid for userid in arguments.member if userid.lower() not in ids]:
        raise InvalidVisibleRange(f"There is no member {unknown[0]}.")
    departments = [directory.ROOT] if arguments.everyone else arguments.department
    return sorted(ids.values()), departments, arguments.tag


def _line(app: AppProfile) -> str:
    sees = [
        f"{len(found)} {what}"
        for what, found in (
            ("members", app.visible_members),
            ("departments", app.visible_departments),
            ("tags", app.visible_tags),
        )
        if found
    ]
    range = "everyone" if directory.ROOT in app.visible_departments else ", ".join(sees) or "nobody"
    if app.kind == "contacts":
        return f"-\t{app.name}\tthe contacts secret"
    signs_in = f", signs in at {', '.join(app.redirect_domains)}" if app.redirect_domains else ""
    return f"{app.agentid}\t{app.name}\tsees {range}{signs_in}{'' if app.enabled else ' (disabled)'}"
