"""Rules of check-ins: made, changed, ended, each change a version from a date on."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from wecom.features import checkins, directory
from wecom.features.accounts import Personnel
from wecom.features.checkins import RuleVersion
from wecom.features.directory import EVERYTHING
from wecom.foundation.db import Db, Tx
from wecom.foundation.http import Caller, Endpoints
from wecom.foundation.instants import Instant
from wecom.services import Services

from ..wire import Id
from .rule_wire import CheckinRule, RuleCovered

endpoints = Endpoints("/api/attendance", tag="Attendance: rules")

MOST_NAMED = 200


class OfCheckinRule(BaseModel):
    """Which rule."""

    rule_id: int = Field(ge=1, lt=2**31)


class RuleVersionView(BaseModel):
    """One version of a rule."""

    rule_id: int
    version: int
    effective_from: date = Field(description="It holds from this date on, until a later version does.")
    ends: bool = Field(description="From that date on the rule is no more.")
    app_id: int | None = Field(description="The app that made it; null: it was made here.")
    made_at: Instant = Field(description="When the rule was first made.")
    updated_at: Instant
    updated_by: int
    rule: CheckinRule

    @classmethod
    def of(cls, each: RuleVersion) -> "RuleVersionView":
        return cls(
            rule_id=each.rule_id,
            version=each.version,
            effective_from=each.effective_from,
            ends=each.ends,
            app_id=each.app_id,
            made_at=each.made_at,
            updated_at=each.updated_at,
            updated_by=each.updated_by,
            rule=CheckinRule.of(each.rule),
        )


class ListedRule(RuleVersionView):
    """A rule as it was left last."""

    holds: bool = Field(description="Whether this version holds today already.")
    members: int = Field(description="Who is under the rule today.")


class CheckinRules(BaseModel):
    """All rules."""

    today: date = Field(description="The company's date.")
    rules: list[ListedRule]


class RuleVersions(BaseModel):
    """What a rule said, oldest first."""

    versions: list[RuleVersionView]


class WrittenRule(BaseModel):
    """What a rule is to say."""

    model_config = ConfigDict(extra="forbid")
    rule: CheckinRule
    effective_now: bool = Field(False, description="From today on; otherwise from tomorrow on.")


class ChangedRule(WrittenRule):
    """What it is to say from then on."""

    version: Annotated[int, Field(ge=1, lt=2**31)] | None = Field(
        None,
        description="The newest one as it was read: refused where there is a newer one by now. Null: whatever it is.",
    )


class EndingRule(BaseModel):
    """From when on."""

    model_config = ConfigDict(extra="forbid")
    effective_now: bool = Field(False, description="From today on; otherwise from tomorrow on.")


class Covering(BaseModel):
    """Whom a rule would be for."""

    model_config = ConfigDict(extra="forbid")
    rule_id: int | None = Field(None, ge=1, lt=2**31, description="The rule that is changed; null: a new one.")
    covered: RuleCovered
    exempt: list[Id] = Field(default_factory=list, max_length=10_000)


class UnderAnother(BaseModel):
    """Members who are under another rule today: one that names them nearer goes before."""

    rule_id: int
    name: str
    members: int


class Coverage(BaseModel):
    """Who that is."""

    total: int
    members: list[int] = Field(description=f"The first {MOST_NAMED} of them.")
    elsewhere: list[UnderAnother]


@endpoints.get("/rules")
async def list_attendance_rules(tx: Tx, me: Personnel, services: Services) -> CheckinRules:
    """Each rule as it was left last."""
    now = services.clock()
    await checkins.assign_if_moved(tx, now=now)
    today = await checkins.today_of(tx, now)
    counts: dict[int, int] = {}
    for _, rule_id in await checkins.members_under_rules(tx, today):
        counts[rule_id] = counts.get(rule_id, 0) + 1
    return CheckinRules(
        today=today,
        rules=[
            ListedRule(
                **RuleVersionView.of(each).__dict__,
                holds=each.effective_from <= today,
                members=counts.get(each.rule_id, 0),
            )
            for each in await checkins.newest_rules(tx)
        ],
    )


@endpoints.get("/rules/{rule_id}")
async def read_attendance_rule(db: Db, me: Personnel, path: OfCheckinRule) -> RuleVersions:
    """What a rule said from when on, oldest first; also of one that has ended."""
    return RuleVersions(versions=[RuleVersionView.of(each) for each in await checkins.rule_versions(db, path.rule_id)])


@endpoints.post("/rules")
async def create_attendance_rule(
    tx: Tx, me: Personnel, services: Services, caller: Caller, body: WrittenRule
) -> RuleVersionView:
    """Make a rule. Refused as CoveredElsewhere (409) where another names the same members, departments or tags."""
    made = await checkins.add_rule(
        tx,
        me.id,
        body.rule.said(),
        now=services.clock(),
        effective_now=body.effective_now,
        address=caller.address,
    )
    return RuleVersionView.of(made)


@endpoints.put("/rules/{rule_id}")
async def change_attendance_rule(
    tx: Tx, me: Personnel, services: Services, caller: Caller, path: OfCheckinRule, body: ChangedRule
) -> RuleVersionView:
    """Replace what a rule says, from tomorrow on or from today. Days before stay as they were judged.

    Refused as RuleChangedMeanwhile (409)."""
    made = await checkins.change_rule(
        tx,
        me.id,
        path.rule_id,
        body.rule.said(),
        now=services.clock(),
        instead_of=body.version,
        effective_now=body.effective_now,
        address=caller.address,
    )
    return RuleVersionView.of(made)


@endpoints.delete("/rules/{rule_id}")
async def end_attendance_rule(
    tx: Tx, me: Personnel, services: Services, caller: Caller, path: OfCheckinRule, query: EndingRule
) -> None:
    """End a rule. Days that it ruled stay as they were."""
    await checkins.delete_rule(
        tx,
        me.id,
        path.rule_id,
        now=services.clock(),
        effective_now=query.effective_now,
        address=caller.address,
    )


@endpoints.post("/rules/preview")
async def preview_covering(tx: Tx, me: Personnel, services: Services, body: Covering) -> Coverage:
    """Whom a rule would be for, and who of them is under another one today."""
    covered = body.covered
    named = await directory.members_under(
        tx, covered.departments, [id for id in covered.tags if id < 2**31], covered.members, seen_by=EVERYTHING
    )
    ids = [id for id in named.member_ids if id not in set(body.exempt)]
    today = await checkins.today_of(tx, services.clock())
    names = {each.rule_id: each.rule.name for each in await checkins.newest_rules(tx)}
    wanted = set(ids)
    counts: dict[int, int] = {}
    for member_id, rule_id in await checkins.members_under_rules(tx, today):
        if member_id in wanted and rule_id != body.rule_id:
            counts[rule_id] = counts.get(rule_id, 0) + 1
    return Coverage(
        total=len(ids),
        members=ids[:MOST_NAMED],
        elsewhere=[
            UnderAnother(rule_id=rule_id, name=names.get(rule_id, ""), members=count)
            for rule_id, count in sorted(counts.items())
        ],
    )
