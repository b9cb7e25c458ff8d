"""How every setting stands."""

from collections.abc import Mapping
from typing import Any

from annotated_types import Ge, Le
from pydantic import SecretStr

from wecom.settings import Settings, Source

from ...foundation.db import Db
from . import queries
from .model import CHANGEABLE, Changed, Kind, Setting, Value, accepted

MASK = "********"
KINDS: dict[Any, Kind] = {bool: "boolean", int: "integer", float: "number"}


async def all_settings(db: Db, started_with: Settings, given: Mapping[str, Source]) -> list[Setting]:
    """Every setting, as it holds once every process has heard of it. `given`: where it stands, if anywhere."""
    kept = {each.name: each for each in await queries.changed(db)}
    values, _ = accepted({name: each.value for name, each in kept.items()})
    return [_setting(name, started_with, given, values, kept.get(name)) for name in Settings.model_fields]


async def as_set(db: Db, started_with: Settings) -> Settings:
    """What holds once every process has heard of it."""
    values, _ = accepted(await queries.kept_values(db))
    return started_with.model_copy(update=values)


async def changed_settings(db: Db, started_with: Settings) -> list[tuple[Changed, Value, bool]]:
    """What is set in the database; of each what it would be without, and whether this version accepts it."""
    found = []
    for each in await queries.changed(db):
        started = _shown(getattr(started_with, each.name)) if each.name in CHANGEABLE else None
        found.append((each, started, bool(accepted({each.name: each.value})[0])))
    return found


def _setting(
    name: str, started_with: Settings, given: Mapping[str, Source], values: Mapping[str, Any], kept: Changed | None
) -> Setting:
    field = Settings.model_fields[name]
    started, default = _shown(getattr(started_with, name)), _shown(field.default)
    source: Source = given.get(name, "default" if started == default else "environment")
    in_force = kept if name in values else None
    return Setting(
        name=name,
        value=_shown(values[name]) if in_force else started,
        default=default,
        started_with=started,
        source="database" if in_force else source,
        description=field.description or "",
        changeable=name in CHANGEABLE,
        secret=field.annotation is SecretStr,
        kind=KINDS.get(field.annotation, "text"),
        minimum=next((float(each.ge) for each in field.metadata if isinstance(each, Ge)), None),  # type: ignore[arg-type]
        maximum=next((float(each.le) for each in field.metadata if isinstance(each, Le)), None),  # type: ignore[arg-type]
        changed_by=in_force.changed_by if in_force else None,
        changed_at=in_force.changed_at if in_force else None,
    )


def _shown(value: Any) -> Value:
    """A value as a person may see it: of a secret, only whether there is one."""
    match value:
        case None | bool() | int() | float():
            return value
        case SecretStr():
            return MASK if value.get_secret_value() else ""
        case tuple():
            return ",".join(map(str, value))
        case _:
            return str(value)
