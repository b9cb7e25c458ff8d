"""Whatever happens in a directory, in whatever order: afterwards the company is as LDAP says, and stays so.

Random changes are heard as they come, or read now and then; in the end a complete reading finds nothing to do,
which compares everything.
"""

import random
from contextlib import suppress
from types import SimpleNamespace

import ldap
import pytest

from wecom.features.accounts import SYSTEM
from wecom.features.directory.sync import LdapSource, described
from wecom.features.lifecycle import Listening, sync_all
from wecom.foundation.db import Pool
from wecom.foundation.jobs import work_one

from .conftest import config_text, source_of
from .slapd import GROUPS, PEOPLE, Slapd

STEPS = 5
UNITS = ("研发部", "前端组", "市场部", "Vertrieb", "Team A", "Team B")
LOCKED = "000001010000Z"


class Chance:
    """Does something at random to a directory, as its administrators might."""

    def __init__(self, server: Slapd, seed: int, *, clashes: bool) -> None:
        """`clashes`: whether several may want one name or address, which only a complete reading can settle."""
        self.server, self.random, self.count, self.clashes = server, random.Random(seed), 0, clashes

    def dns(self, filter: str, base: str = PEOPLE) -> list[str]:
        found = self.server.admin.search_s(base, ldap.SCOPE_SUBTREE, filter, ["1.1"])
        return sorted(dn for dn, _ in found if dn not in (PEOPLE, GROUPS))

    def someone(self) -> str:
        return self.random.choice(self.dns("(objectClass=inetOrgPerson)"))

    def somewhere(self) -> str:
        return self.random.choice([PEOPLE, *self.dns("(objectClass=organizationalUnit)")])

    def step(self) -> None:
        self.count += 1
        people = [self.join, self.join, self.leave, self.move, self.rename, self.lock, self.unlock, self.describe]
        others = [self.lead, self.regroup, self.unit, self.move_unit, *[self.share] * self.clashes]
        act = self.random.choice([*people, *others])
        # A unit into itself, say: what a server refuses its administrator too.
        with suppress(ldap.ALREADY_EXISTS, ldap.NO_SUCH_OBJECT, ldap.UNWILLING_TO_PERFORM, ldap.OTHER):
            act()

    def join(self) -> None:
        uid = f"new{self.count}"
        mail = f"{uid}@haiqiao.example"
        given = {"objectClass": "inetOrgPerson", "cn": f"新人{self.count}", "sn": "新", "mail": mail}
        self.server.add(f"uid={uid},{self.somewhere()}", **given)

    def leave(self) -> None:
        if len(self.dns("(objectClass=inetOrgPerson)")) > 4:
            self.server.delete(self.someone())

    def move(self) -> None:
        dn = self.someone()
        self.server.move(dn, dn.partition(",")[0], self.somewhere())

    def rename(self) -> None:
        name = self.random.choice(["Alpha", "beta", "Gamma", "ab cd"])
        self.server.move(self.someone(), f"uid={name}{self.count % 3 if self.clashes else self.count}")

    def lock(self) -> None:
        self.server.set(self.someone(), pwdAccountLockedTime=LOCKED)

    def unlock(self) -> None:
        for dn in self.dns(f"(pwdAccountLockedTime={LOCKED})"):
            self.server.set(dn, pwdAccountLockedTime="")

    def describe(self) -> None:
        mobile = "13900000001" if self.clashes else f"139{self.count:08}"
        self.server.set(self.someone(), title=f"Titel {self.count}", mobile=self.random.choice(["", mobile, "x"]))

    def lead(self) -> None:
        self.server.set(self.someone(), manager=self.random.choice([self.someone(), "", "uid=nobody,dc=nowhere"]))

    def regroup(self) -> None:
        groups = self.dns("(objectClass=groupOfNames)", GROUPS)
        chosen = self.random.sample(groups + self.dns("(objectClass=inetOrgPerson)"), 3)
        self.server.set(self.random.choice(groups), member=chosen)

    def unit(self) -> None:
        self.server.add(f"ou={self.random.choice(UNITS)},{self.somewhere()}", objectClass="organizationalUnit")

    def move_unit(self) -> None:
        units = self.dns("(objectClass=organizationalUnit)")
        self.server.move(self.random.choice(units), f"ou={self.random.choice(UNITS)}", self.somewhere())

    def share(self) -> None:
        self.server.set(self.someone(), mail="alle@haiqiao.example")


@pytest.mark.parametrize(("seed", "clashes"), [(1, True), (214, False)], ids=["read", "heard"])
async def test_the_company_is_as_ldap_says(founded: Pool, ldap_server: Slapd, seed: int, clashes: bool) -> None:
    source = _without_guards(source_of(config_text(ldap_server)))
    services, listener = SimpleNamespace(pool=founded, ldap=source, blobs=None), Listening()
    chance = Chance(ldap_server, seed, clashes=clashes)

    async def hear() -> None:
        for _ in range(2):
            await listener.step(services)
            while await work_one(founded, services):
                pass

    try:
        await hear()
        for _ in range(STEPS):
            for _ in range(chance.random.randint(1, 4)):
                chance.step()
            if chance.random.random() < 0.5:
                await hear()
        for _ in range(3):
            await hear()
        if clashes:
            await sync_all(founded, source, SYSTEM)
        left = await sync_all(founded, source, SYSTEM, dry_run=True)
        assert not left.plan.changes_anything, "\n".join(described(left.plan))
    finally:
        await listener.close(services)


def _without_guards(source: LdapSource) -> LdapSource:
    """Half of so few people may well leave at once here."""
    guards = {"fewest_percent": 0, "disable_percent": 100, "disable_small_percent": 100}
    config = source.config.model_copy(update={"guards": source.config.guards.model_copy(update=guards)})
    return LdapSource(config, source.server)
