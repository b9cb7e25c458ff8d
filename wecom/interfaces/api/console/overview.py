"""How the company uses it, and how the server fares."""

import asyncio
import shutil
from datetime import UTC, date, datetime
from importlib.metadata import version

from pydantic import BaseModel, ConfigDict, Field

from wecom.features import figures
from wecom.features.accounts import Admin
from wecom.features.directory.sync import history
from wecom.features.figures import Busiest, Day
from wecom.foundation.db import Db
from wecom.foundation.http import Endpoints
from wecom.foundation.instants import Instant
from wecom.foundation.streams import count_present
from wecom.services import Services

from .ldap import RunView

endpoints = Endpoints("/api/console", tag="Console: overview")

STARTED_AT = datetime.now(UTC)
BUSIEST = 10


class DayView(BaseModel):
    """A day of the company's."""

    day: date
    messages: int = Field(description="Of members and customers.")
    senders: int
    active_members: int = Field(description="Who was signed in and here.")
    app_messages: int = Field(description="Of apps and robots.")
    files: int

    @classmethod
    def of(cls, each: Day) -> "DayView":
        return cls(
            day=each.day,
            messages=each.messages,
            senders=each.senders,
            active_members=each.members,
            app_messages=each.app_messages,
            files=each.files,
        )


class GroupView(BaseModel):
    """A group, by what was said in it."""

    kind: str
    name: str | None = Field(description="Of groups that apps made; what members call theirs is not told.")
    members: int
    messages: int

    @classmethod
    def of(cls, each: Busiest) -> "GroupView":
        return cls(kind=each.kind, name=each.name, members=each.members, messages=each.messages)


class Statistics(BaseModel):
    """Use by days, the last of them today, which is not over."""

    days: list[DayView]
    busiest_groups: list[GroupView]


class StatisticsQuery(BaseModel):
    """Of how many days."""

    model_config = ConfigDict(extra="forbid")
    days: int = Field(30, ge=1, le=366, description="Groups are counted for 92 at most.")


class FollowerView(BaseModel):
    """Whoever does something with all that is said."""

    name: str
    behind_seconds: float
    moved_at: Instant


class WarningView(BaseModel):
    """What somebody should look at."""

    code: str = Field(description="For programs: no_worker, jobs_late, jobs_failed, follower_late, audit_unsealed, …")
    message: str = Field(description="What it is, and what helps.")
    facts: dict[str, int | str] = Field(description="What the message names, for another language.")


class Overview(BaseModel):
    """The company and its server at a glance."""

    members: int
    members_enabled: int
    members_activated: int = Field(description="Who has signed in at least once.")
    members_left: int
    members_online: int | None = Field(description="Who is connected now; null while Redis does not answer.")
    administrators: int
    departments: int
    conversations: int
    apps: int
    sessions: int
    today: DayView
    last_message_at: Instant | None
    version: str
    started_at: Instant = Field(description="Of the process that answers.")
    uptime_seconds: int
    web_processes: int | None
    worker_runs: bool
    database_bytes: int
    blobs: int
    blob_bytes: int
    free_bytes: int = Field(description="Where the data lies.")
    jobs_waiting: int
    jobs_failed: int
    followers: list[FollowerView]
    ldap: RunView | None = Field(description="The last complete reading of LDAP, or the one that goes on.")
    warnings: list[WarningView]


@endpoints.get("/overview")
async def read_overview(db: Db, admin: Admin, services: Services) -> Overview:
    """How many there are of everything, how far behind work is, and what somebody should look at."""
    each, lags, works = await figures.standing(db)
    [today] = await figures.days(db, 1)
    present = await count_present(services.redis, services.company.epoch)
    free = (await asyncio.to_thread(shutil.disk_usage, services.settings.data_dir)).free
    last = next((run for run in await history.runs(db, 50) if run.kind == "full"), None)
    warnings = figures.notices_of(
        each, lags, works=works, free=free, last_ldap=last, public_url=services.settings.public_url
    )
    return Overview(
        members=each.members,
        members_enabled=each.members_enabled,
        members_activated=each.members_activated,
        members_left=each.members_left,
        members_online=present[0] if present else None,
        administrators=each.administrators,
        departments=each.departments,
        conversations=each.conversations,
        apps=each.apps,
        sessions=each.sessions,
        today=DayView.of(today),
        last_message_at=each.last_message_at,
        version=version("wecom"),
        started_at=STARTED_AT,
        uptime_seconds=int((datetime.now(UTC) - STARTED_AT).total_seconds()),
        web_processes=present[1] if present else None,
        worker_runs=works,
        database_bytes=each.database_bytes,
        blobs=each.blobs,
        blob_bytes=each.blob_bytes,
        free_bytes=free,
        jobs_waiting=each.jobs_waiting,
        jobs_failed=each.jobs_failed,
        followers=[FollowerView(name=lag.name, behind_seconds=lag.seconds, moved_at=lag.moved_at) for lag in lags],
        ldap=RunView.of(last) if last else None,
        warnings=[WarningView(code=warning.code, message=warning.message, facts=warning.facts) for warning in warnings],
    )


@endpoints.get("/statistics")
async def read_statistics(db: Db, admin: Admin, query: StatisticsQuery) -> Statistics:
    """How much was said, by how many, day by day, and in which groups most."""
    return Statistics(
        days=[DayView.of(each) for each in await figures.days(db, query.days)],
        busiest_groups=[GroupView.of(each) for each in await figures.busiest(db, query.days, BUSIEST)],
    )
