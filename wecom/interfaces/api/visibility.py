"""Who may see whom: the rules that hide members and departments, or limit what some see."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from wecom.features import directory
from wecom.features.accounts import Admin
from wecom.features.directory import VisibilityRule
from wecom.foundation.db import Db, Tx
from wecom.foundation.http import Caller, Endpoints

from .wire import Id

endpoints = Endpoints("/api/visibility-rules")


class RuleBody(BaseModel):
    """'hide': nobody but those allowed sees the subjects. 'limit': the subjects see only their own
    departments and what is allowed. A department stands for all under it."""

    model_config = ConfigDict(extra="forbid")
    kind: Literal["hide", "limit"]
    subject_departments: list[Id] = Field(default_factory=list, max_length=1000)
    subject_members: list[Id] = Field(default_factory=list, max_length=1000)
    allowed_departments: list[Id] = Field(default_factory=list, max_length=1000)
    allowed_members: list[Id] = Field(default_factory=list, max_length=1000)


class RuleView(RuleBody):
    model_config = ConfigDict(extra="ignore")
    id: int


class Rules(BaseModel):
    rules: list[RuleView]


class OfRule(BaseModel):
    rule_id: Id


@endpoints.get("")
async def read_visibility_rules(db: Db, admin: Admin) -> Rules:
    """All the rules."""
    return Rules(rules=[_view(each) for each in await directory.visibility_rules(db)])


@endpoints.post("")
async def create_visibility_rule(tx: Tx, admin: Admin, body: RuleBody, caller: Caller) -> RuleView:
    """Add a rule; it holds from the next request on."""
    rule = await directory.add_rule(
        tx,
        admin.id,
        body.kind,
        subject_departments=body.subject_departments,
        subject_members=body.subject_members,
        allowed_departments=body.allowed_departments,
        allowed_members=body.allowed_members,
        from_address=caller.address,
    )
    return _view(rule)


@endpoints.put("/{rule_id}")
async def replace_visibility_rule(tx: Tx, admin: Admin, path: OfRule, body: RuleBody, caller: Caller) -> RuleView:
    """Put another rule in this one's place."""
    rule = await directory.change_rule(
        tx,
        admin.id,
        path.rule_id,
        body.kind,
        subject_departments=body.subject_departments,
        subject_members=body.subject_members,
        allowed_departments=body.allowed_departments,
        allowed_members=body.allowed_members,
        from_address=caller.address,
    )
    return _view(rule)


@endpoints.delete("/{rule_id}")
async def delete_visibility_rule(tx: Tx, admin: Admin, path: OfRule, caller: Caller) -> None:
    """Take a rule away."""
    await directory.remove_rule(tx, admin.id, path.rule_id, from_address=caller.address)


def _view(rule: VisibilityRule) -> RuleView:
    return RuleView(
        id=rule.id,
        kind=rule.kind,
        subject_departments=list(rule.subject_departments),
        subject_members=list(rule.subject_members),
        allowed_departments=list(rule.allowed_departments),
        allowed_members=list(rule.allowed_members),
    )
