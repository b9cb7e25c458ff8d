"""How many people each department has."""

import random
from dataclasses import replace

from wecom.features import directory
from wecom.features.accounts import SYSTEM
from wecom.features.directory import EVERYTHING, Department, Member, Place, Sight
from wecom.foundation.db import Db, Pool, transaction


async def test_departments_are_counted_as_one_would_count_them_however_people_move(pool: Pool) -> None:
    chance = random.Random(7)
    async with transaction(pool) as tx:
        await directory.found_company(tx, name="海桥科技", timezone="Asia/Shanghai")
        ids = [1]
        for number in range(12):
            ids.append((await directory.add_department(tx, SYSTEM, f"部门{number}", under=chance.choice(ids))).id)
        people = [
            await directory.add_member(
                tx,
                SYSTEM,
                f"u{number}",
                name=f"人{number}",
                mobile=f"137{number:08}",
                departments=somewhere(chance, ids),
            )
            for number in range(30)
        ]
    for _ in range(12):
        async with transaction(pool) as tx:
            moved, gone = chance.sample(people, 2)
            await directory.change_member(tx, SYSTEM, moved.id, departments=somewhere(chance, ids))
            await directory.mark_left(tx, SYSTEM, gone.id)
            people.remove(gone)
            await held(tx, EVERYTHING)
            some, hidden = frozenset(chance.sample(ids, 3)), frozenset(chance.sample(ids[1:], 2))
            await held(tx, Sight(departments=some, members=frozenset({moved.id})))
            await held(tx, replace(EVERYTHING, hidden_departments=hidden))
            await held(tx, Sight(departments=some, hidden_departments=hidden, except_members=frozenset({moved.id})))


def somewhere(chance: random.Random, ids: list[int]) -> list[Place]:
    return [Place(id) for id in chance.sample(ids, chance.choice((1, 1, 1, 2, 4)))]


async def held(db: Db, sight: Sight) -> None:
    """What is counted for these eyes is what they would count."""
    departments = {each.id: each for each in await directory.departments(db, seen_by=EVERYTHING)}
    members = await directory.members_below(db, 1, seen_by=EVERYTHING)
    counted = await directory.heads_by_department(db, seen_by=sight)
    assert counted == reckoned(departments, members, sight)


def reckoned(departments: dict[int, Department], members: list[Member], sight: Sight) -> dict[int, tuple[int, int]]:
    own: dict[int, set[int]] = {}
    everybody: dict[int, set[int]] = {}
    for member in members:
        ways = [departments[each.department_id].path for each in member.departments]
        if not sight.shows(member.id, ways):
            continue
        for way in ways:
            if sight.shows_path(way):
                own.setdefault(way[-1], set()).add(member.id)
                for index, id in enumerate(way):
                    if sight.shows_path(way[: index + 1]):
                        everybody.setdefault(id, set()).add(member.id)
    return {id: (len(own.get(id, ())), len(all)) for id, all in everybody.items()}
