"""What an import leaves in the audit log of each department and of each member."""

from dataclasses import fields
from typing import Any

from wecom.foundation.audit import Act

from .import_rows import ImportReport
from .members import NOBODY

SAID = [each.name for each in fields(NOBODY) if each.name not in ("id", "ordinal", "leader_ids")]


def acts_of(report: ImportReport) -> list[Act]:
    """As when each had been added or changed alone."""
    return [*_on_departments(report), *_on_members(report)]


def _on_departments(report: ImportReport) -> list[Act]:
    acts: list[Act] = []
    for before, department in report.departments:
        details: dict[str, Any] = {"name": department.name, "parent": department.parent_id}
        if before:
            details |= {"old_name": before.name, "old_parent": before.parent_id}
        acts.append(("department.change" if before else "department.add", f"department:{department.id}", details))
    return acts


def _on_members(report: ImportReport) -> list[Act]:
    acts: list[Act] = []
    for member in report.members:
        before = report.before.get(member.id)
        if member == before and member.id not in report.led:
            continue
        changed = [name for name in SAID if getattr(member, name) != getattr(before or NOBODY, name)]
        changed += ["leader_ids"] * (member.id in report.led)
        details = {"userid": member.userid, "fields": changed, "departments": list(member.department_ids)}
        acts.append(("member.change" if before else "member.add", f"member:{member.id}", details))
    return acts
