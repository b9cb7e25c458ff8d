"""The company's LDAP directory: how it is read, what a reading would mean, and doing exactly that."""

from datetime import timedelta
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from wecom.features.accounts import Admin
from wecom.features.directory.sync import LdapConfig, Run, history
from wecom.features.lifecycle import asking_ldap
from wecom.foundation.db import Db, Tx
from wecom.foundation.http import Caller, Endpoints
from wecom.foundation.instants import Instant
from wecom.services import Services

from ..wire import Id

endpoints = Endpoints("/api/console/ldap", tag="Console: LDAP")

LOST_AFTER = timedelta(minutes=5)
SHOWN = 10

RunState = Literal["waiting", "running", "done", "refused", "failed", "lost"]


class LdapGuards(BaseModel):
    """How much may go at once before somebody must look."""

    fewest_percent: int
    disable_most: int
    disable_percent: int
    disable_small_percent: int


class LdapSettings(BaseModel):
    """How the directory is read, as its configuration says; without the password."""

    preset: str
    urls: list[str]
    start_tls: bool
    bind_dn: str = Field(description="The account that it is read with; empty: nobody's.")
    people_bases: list[str]
    people_filter: str
    departments_from: str
    tag_bases: list[str]
    owned: list[str] = Field(description="What of members is maintained there, and nowhere else.")
    full_minutes: int
    incremental: str
    sign_in: bool = Field(description="Whether people sign in with their LDAP password.")
    guards: LdapGuards

    @classmethod
    def of(cls, config: LdapConfig) -> "LdapSettings":
        return cls(
            preset=config.preset,
            urls=list(config.urls),
            start_tls=config.start_tls,
            bind_dn=config.bind_dn,
            people_bases=list(config.people.bases),
            people_filter=config.people.filter,
            departments_from=config.departments.source,
            tag_bases=list(config.tags.bases),
            owned=list(config.owned),
            full_minutes=config.full_minutes,
            incremental=config.incremental,
            sign_in=config.sign_in.bind,
            guards=LdapGuards(**config.guards.model_dump()),
        )


class RunView(BaseModel):
    """One reading of LDAP."""

    id: int
    kind: Literal["full", "changes", "dry", "check"] = Field(
        description="check: only read; dry: what it would mean; full: done; changes: what LDAP told between."
    )
    state: RunState = Field(description="lost: whoever did it has died; where it was asked for, it is done again.")
    actor_id: int = Field(description="Who asked; 2 is the system.")
    started_at: Instant
    ended_at: Instant | None
    says: str = Field(description="Why it was refused, or failed.")
    people_read: int = Field(description="How far reading is, while it goes on.")
    counts: dict[str, int] = Field(description="Of each kind of change how many; of a check, how many of what.")
    refusal: str = Field(
        description="Of what can be done: why a sync would refuse it as it is; empty where it would not."
    )
    refusal_facts: dict[str, Any] = Field(
        description="guard: which one refuses; allow: what to give as allow_disabling; because: the name of what made "
        "a reading fail, or refused a sync."
    )
    plan_id: int | None = Field(description="The run whose plan it was to do.")
    allowed: int
    can_be_done: bool = Field(description="Whether it may be given as plan_id: for a day.")

    @classmethod
    def of(cls, each: Run) -> "RunView":
        return cls(
            id=each.id,
            kind=each.kind,
            state=_state(each),
            actor_id=each.actor_id,
            started_at=each.started_at,
            ended_at=each.ended_at,
            says=each.says,
            people_read=each.people_read,
            counts=each.counts,
            refusal=each.refusal,
            refusal_facts=each.facts,
            plan_id=each.plan_id,
            allowed=each.allowed,
            can_be_done=each.can_be_done,
        )


class LdapView(BaseModel):
    """Whether there is an LDAP directory, how it is read, and the newest ten readings."""

    configured: bool
    settings: LdapSettings | None
    runs: list[RunView]


class LdapProblem(BaseModel):
    """Why something that was read is not used, or not all of it."""

    kind: str
    what: str
    message: str


class FoundPerson(BaseModel):
    """Somebody as LDAP has them."""

    userid: str
    enabled: bool
    dn: str
    id: str
    fields: dict[str, str]
    leader: str


class FoundDepartment(BaseModel):
    """A department that there would be; those under it follow."""

    name: str
    depth: int
    people: int


class LdapFound(BaseModel):
    """What a check read: the first few people, the departments and the tags."""

    url: str
    people: list[FoundPerson]
    departments: list[FoundDepartment]
    tags: list[str]


class RunDetails(RunView):
    """A reading, a page of what it does or would do, and of what it could not use."""

    found: LdapFound | None = Field(description="Of a check.")
    lines: list[str] = Field(description="+ comes, - goes, ~ changes; who goes first. At most 10,000 are kept.")
    problems: list[LdapProblem]
    cursor: int | None = Field(description="What to give as `cursor` for more lines and problems; null: no more.")


class RunPage(BaseModel):
    """Readings, newest first."""

    runs: list[RunView]
    cursor: int | None = Field(description="What to give as `cursor` for older ones; null: there are none.")


class RunsQuery(BaseModel):
    """Which readings."""

    model_config = ConfigDict(extra="forbid")
    cursor: Id | None = None
    limit: int = Field(50, ge=1, le=200)


class LinesQuery(BaseModel):
    """Which lines and problems."""

    model_config = ConfigDict(extra="forbid")
    cursor: int = Field(0, ge=0, lt=2**31)
    limit: int = Field(200, ge=1, le=1000)


class OfRun(BaseModel):
    """Which reading."""

    run_id: Id = Field(description="The reading's id.")


class PlanToDo(BaseModel):
    """What was looked at."""

    model_config = ConfigDict(extra="forbid")
    plan_id: Id = Field(description="A dry run, or a full one that was refused, that was looked at.")
    allow_disabling: int = Field(
        0,
        ge=0,
        le=10_000_000,
        description="Let up to so many be disabled, let in again or lose what LDAP said of them, guards or not.",
    )


@endpoints.get("")
async def read_ldap(db: Db, admin: Admin, services: Services) -> LdapView:
    """How LDAP is read, and what came of it lately."""
    source = services.ldap
    found = await history.runs(db, SHOWN)
    return LdapView(
        configured=source is not None,
        settings=LdapSettings.of(source.config) if source else None,
        runs=[RunView.of(each) for each in found],
    )


@endpoints.post("/check")
async def check_ldap(tx: Tx, admin: Admin, caller: Caller, services: Services) -> RunView:
    """Read everything and change nothing; look at the run for what was found.

    Refused as LdapNotConfigured (409), and as AlreadySyncing (409) while the like goes on.
    """
    id = await asking_ldap.ask(tx, services.ldap, admin.id, "check", address=caller.address)
    return RunView.of((await history.details(tx, id)).run)


@endpoints.post("/plan")
async def plan_ldap(tx: Tx, admin: Admin, caller: Caller, services: Services) -> RunView:
    """Find out what reading LDAP now would change; look at the run for the plan. Refused as for a check."""
    id = await asking_ldap.ask(tx, services.ldap, admin.id, "dry", address=caller.address)
    return RunView.of((await history.details(tx, id)).run)


@endpoints.post("/sync")
async def sync_ldap(tx: Tx, admin: Admin, caller: Caller, services: Services, body: PlanToDo) -> RunView:
    """Do what a plan says: LDAP is read again, and where that would do anything else, nothing is done.

    The run is then refused, and what it would do now is a plan to look at. Refused as NoSuchPlan (404) where there is
    no such plan of the last day, and otherwise as for a check.
    """
    id = await asking_ldap.ask(
        tx,
        services.ldap,
        admin.id,
        "full",
        plan_id=body.plan_id,
        allowed=body.allow_disabling,
        address=caller.address,
    )
    return RunView.of((await history.details(tx, id)).run)


@endpoints.get("/runs")
async def list_ldap_runs(db: Db, admin: Admin, query: RunsQuery) -> RunPage:
    """What was read, newest first; ninety days are kept."""
    found = await history.runs(db, query.limit, query.cursor)
    more = len(found) == query.limit
    return RunPage(runs=[RunView.of(each) for each in found], cursor=found[-1].id if more else None)


@endpoints.get("/runs/{run_id}")
async def read_ldap_run(db: Db, admin: Admin, path: OfRun, query: LinesQuery) -> RunDetails:
    """One reading, with what it did or would do."""
    found = await history.details(db, path.run_id)
    end = query.cursor + query.limit
    more = end < max(len(found.lines), len(found.problems))
    return RunDetails(
        **RunView.of(found.run).model_dump(),
        found=LdapFound(**found.found) if found.found else None,
        lines=found.lines[query.cursor : end],
        problems=[LdapProblem(**each) for each in found.problems[query.cursor : end]],
        cursor=end if more else None,
    )


def _state(each: Run) -> RunState:
    if each.outcome:
        return each.outcome
    if each.waiting:
        return "waiting"
    return "lost" if history.is_lost(each, LOST_AFTER) else "running"
