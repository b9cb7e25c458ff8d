"""`wecom ldap`: looking at the company's LDAP directory, and bringing the company to it."""

import argparse
import sys
from collections.abc import Sequence

from wecom.features import lifecycle
from wecom.features.accounts import SYSTEM
from wecom.features.directory import sync
from wecom.features.directory.sync import InvalidLdapConfig, LdapSource, Problem, Staging, described
from wecom.features.lifecycle import Synced
from wecom.foundation.blobs import DiskStore, Store
from wecom.foundation.db import Pool, transaction
from wecom.services import ldap_source
from wecom.settings import Settings

from .reach import settings_of, with_database

SHOWN = 5
MOST_LINES = 40
SOMETHING_WOULD_CHANGE = 2


def arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_subparsers(dest="what", metavar="check|sync|runs|relink|unlink|leave", required=True)
    what.add_parser("check", help="read it and show what would be made of it; nothing is changed")
    syncing = what.add_parser("sync", help="bring the company to what it says")
    syncing.add_argument(
        "--dry-run", action="store_true", help="only say what would be done; exit status 2 if anything would"
    )
    syncing.add_argument(
        "--allow-disabling",
        type=int,
        default=0,
        metavar="N",
        help="let up to N members be disabled, let in again or lose what LDAP said of them, guards or not",
    )
    running = what.add_parser("runs", help="what was done, newest first; of one run all of it, and what was not used")
    running.add_argument("id", type=int, nargs="?")
    running.add_argument("--limit", type=int, default=20)
    relinking = what.add_parser(
        "relink", help="take members whose entries have gone for the entries that have their userids now"
    )
    relinking.add_argument("userid", nargs="*")
    relinking.add_argument("--all", action="store_true", help="everybody of whom that is so: a directory was restored")
    relinking.add_argument("--dry-run", action="store_true", help="only say who would be whom")
    unlinking = what.add_parser("unlink", help="let a member be one of here again, no longer maintained in LDAP")
    unlinking.add_argument("userid")
    what.add_parser("leave", help="let everybody be one of here again, once WECOM_LDAP_CONFIG is not set any more")


def run(arguments: argparse.Namespace) -> int:
    if arguments.what == "check":
        return _check(_source(settings_of(arguments)))

    async def step(pool: Pool, settings: Settings) -> int:
        match arguments.what:
            case "sync":
                store = DiskStore(settings.data_dir / "blobs", left_free=settings.disk_free_mb << 20)
                return await _sync(pool, _source(settings), store, arguments)
            case "relink":
                return await _relink(pool, _source(settings), arguments)
            case "unlink":
                async with transaction(pool) as tx:
                    await lifecycle.unlink(tx, SYSTEM, arguments.userid, is_read=ldap_source(settings) is not None)
                print(f"{arguments.userid} is no longer maintained in LDAP")
                return 0
            case "leave":
                return await _leave(pool, settings)
            case _:
                return await _runs(pool, arguments.id, arguments.limit)

    return with_database(arguments, step)


def _source(settings: Settings) -> LdapSource:
    source = ldap_source(settings)
    if source is None:
        raise InvalidLdapConfig("There is no LDAP directory yet: name its configuration in WECOM_LDAP_CONFIG.")
    return source


async def _leave(pool: Pool, settings: Settings) -> int:
    if ldap_source(settings) is not None:
        raise sync.StillRead
    async with transaction(pool) as tx:
        left = await lifecycle.leave_ldap(tx, SYSTEM)
    print(f"no longer maintained in LDAP: {', '.join(f'{count} {what}' for what, count in left.items())}")
    return 0


def _check(source: LdapSource) -> int:
    staging = sync.read_all(source.server, source.config)
    as_whom = source.config.bind_dn or "nobody (anonymously)"
    print(f"read from {staging.url} as {as_whom}: {len(staging.people)} people", end="")
    barred = sum(not each.enabled for each in staging.people.values())
    print(f", {barred} of them disabled; {len(staging.units)} units, {len(staging.groups)} groups\n")
    for person in sorted(staging.people.values(), key=lambda each: each.key)[:SHOWN]:
        print(f"{person.userid}{'' if person.enabled else '   (disabled)'}\n    dn           {person.dn}")
        print(f"    id           {person.id}")
        for name, value in person.fields.items():
            print(f"    {name:<12} {value or '–'}")
        for attribute in person.attributes:
            print(f"    {attribute.name:<12} {attribute.value}")
        if person.leader:
            print(f"    leader       {person.leader}")
    _show_tree(source, staging)
    _show_problems(staging.problems)
    return 0


def _show_tree(source: LdapSource, staging: Staging) -> None:
    found = sync.branches(staging, source.config)
    lines = [f"{'    ' * each.depth}{each.name}   {each.people}" for each in found[:MOST_LINES]]
    print(f"\ndepartments: {len(found)}")
    print("\n".join([*lines, *["    …"] * (len(found) > MOST_LINES)]))
    if staging.groups:
        print(f"tags: {', '.join(sorted(each.name for each in staging.groups.values())[:MOST_LINES])}")


async def _sync(pool: Pool, source: LdapSource, store: Store, arguments: argparse.Namespace) -> int:
    def told(people: int) -> None:
        print(f"{people} people read …", file=sys.stderr)

    synced = await lifecycle.sync_all(
        pool, source, SYSTEM, store=store, dry_run=arguments.dry_run, allowed=arguments.allow_disabling, told=told
    )
    if arguments.dry_run:
        print("\n".join(described(synced.plan)) or "nothing would change")
    _show_problems(synced.problems)
    _show_counts(synced, dry_run=arguments.dry_run)
    if not arguments.dry_run:
        return 0
    if synced.refusal:
        print(f"wecom: {synced.refusal}", file=sys.stderr)
        return 1
    return SOMETHING_WOULD_CHANGE if synced.plan.changes_anything else 0


def _show_problems(found: Sequence[Problem]) -> None:
    for each in found[:MOST_LINES]:
        print(f"{each.kind} {each.what}: {each.message}", file=sys.stderr)
    if len(found) > MOST_LINES:
        print(f"… and {len(found) - MOST_LINES} more (wecom ldap runs ID)", file=sys.stderr)


def _show_counts(synced: Synced, *, dry_run: bool) -> None:
    counts = ", ".join(f"{name.replace('_', ' ')}: {count}" for name, count in synced.counts.items() if count)
    print(f"run {synced.run_id}, {'would do: ' if dry_run else ''}{counts or 'nothing'}")


async def _relink(pool: Pool, source: LdapSource, arguments: argparse.Namespace) -> int:
    if bool(arguments.userid) is arguments.all:
        print("wecom: say whom: userids, or --all", file=sys.stderr)
        return 2
    userids = None if arguments.all else arguments.userid
    found = await lifecycle.relink(pool, source, SYSTEM, userids, dry_run=arguments.dry_run)
    for each in found:
        member, person = each.known.member, each.person
        print(f"{member.userid} {member.name}: {person.dn} ({person.fields['name']})")
    would = "would be" if arguments.dry_run else "are"
    print(f"{len(found)} members {would} known by other entries; what these say comes with: wecom ldap sync")
    return 0


async def _runs(pool: Pool, id: int | None, limit: int) -> int:
    if id is not None:
        plan, problems = await sync.queries.details_of(pool, id)
        print("\n".join([*plan, *(f"{each['kind']} {each['what']}: {each['message']}" for each in problems)]))
        return 0
    for each in await sync.queries.runs(pool, limit):
        counts = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in each.counts.items() if count)
        began = each.started_at.isoformat(timespec="seconds")
        print(f"{each.id}\t{began}\t{each.kind}\t{each.outcome or 'running'}\t{each.says or counts}")
    return 0
