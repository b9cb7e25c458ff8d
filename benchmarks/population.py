"""Filling a company before it is measured, through the product's own operations on its own database."""

import asyncio
import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from wecom.features import accounts, apps, directory, messaging
from wecom.features.accounts import SYSTEM, Hasher
from wecom.features.directory import DepartmentRow, MemberRow, Place
from wecom.foundation.db import Pool, open_pool, transaction

PASSWORD = "Kranich-am-Fluss-27"
AT_ONCE = 4
IN_DEPARTMENT = 1_000


@dataclass(frozen=True, slots=True)
class Employee:
    """A member who is signed in on one device."""

    id: int
    userid: str
    token: str


class Population:
    """Who works there, and what they talk in."""

    def __init__(self) -> None:
        self.pool: Pool
        self.password_hash = ""
        self.numbers = itertools.count(1)
        self.department_ids = itertools.count(100)

    async def open(self, database_url: str) -> None:
        """Connect; a server that is started again is connected to again."""
        if not self.password_hash:
            hasher = Hasher(1)
            self.password_hash = await hasher.hash(PASSWORD)
            hasher.close()
        self.pool = await open_pool(database_url, size=AT_ONCE)

    async def members(self, count: int) -> list[str]:
        """New members in departments of a thousand; their userids."""
        departments: list[DepartmentRow] = []
        rows: list[MemberRow] = []
        for start in range(0, count, IN_DEPARTMENT):
            id = next(self.department_ids)
            departments.append(DepartmentRow(len(departments) + 1, id, f"Department {id}"))
            rows += [self._row(id) for _ in range(min(IN_DEPARTMENT, count - start))]
        async with transaction(self.pool) as tx:
            report = await directory.import_company(tx, SYSTEM, departments=departments, members=rows)
        if report.problems:
            raise RuntimeError(f"the import refused {report.problems[0]}")
        return [row.userid for row in rows]

    def _row(self, department_id: int) -> MemberRow:
        number = next(self.numbers)
        fields = {
            "name": f"Member {number}",
            "mobile": f"139{number:08d}",
            "departments": (Place(department_id),),
        }
        return MemberRow(number, f"u{number}", fields)

    async def employees(self, count: int) -> list[Employee]:
        """New members who can sign in, and are."""
        userids = await self.members(count)
        ids = await directory.member_ids(self.pool, userids)
        waiting = iter([(ids[userid], userid) for userid in userids])
        found: dict[str, Employee] = {}

        async def let_in() -> None:
            while some := list(itertools.islice(waiting, 100)):
                async with transaction(self.pool) as tx:
                    for id, userid in some:
                        await accounts.set_password(tx, id, self.password_hash)
                        who = accounts.Recognised(id, userid, self.password_hash, None, False)
                        session = await accounts.start_session(tx, who, "bearer", device="benchmark", days=1)
                        found[userid] = Employee(id, userid, session.token)

        await asyncio.gather(*(let_in() for _ in range(AT_ONCE)))
        return [found[userid] for userid in userids]

    async def group(self, owner: Employee, members: Sequence[Employee]) -> int:
        async with transaction(self.pool) as tx:
            return await messaging.create_group(tx, owner.id, "Benchmark", [each.id for each in members])

    async def app(self) -> tuple[int, str]:
        """An app that the whole company may see; its agentid and secret."""
        async with transaction(self.pool) as tx:
            app, secret = await apps.create_app(tx, SYSTEM, "Benchmark", visible_departments=(directory.ROOT,))
        assert app.agentid is not None
        return app.agentid, secret
