"""Changing settings while the server runs."""

from collections.abc import Mapping

from wecom.settings import Settings

from ...foundation import audit
from ...foundation.db import Tx
from ...foundation.streams import DIRECTORY, tell
from ..directory.model import DirectoryReloaded
from . import queries
from .model import Value, accepted


async def change_settings(
    tx: Tx, actor_id: int | None, wanted: Mapping[str, Value], *, started_with: Settings, address: str = ""
) -> None:
    """Set what is named; None: as the server was started. `wanted` is what `NewValues` accepted.

    Of two who do so at once the later wins, and both are recorded.
    """
    await queries.lock_changes(tx)
    kept = await queries.kept_values(tx)
    values, _ = accepted(kept)
    acts: list[audit.Act] = []
    for name, value in wanted.items():
        if kept.get(name) == value and type(kept.get(name)) is type(value):
            continue
        started: Value = getattr(started_with, name)
        if value is None:
            await queries.delete_value(tx, name)
        else:
            await queries.put_value(tx, name, value, actor_id)
        facts = {
            "before": values.get(name, started),
            "after": started if value is None else value,
            "source": "environment" if value is None else "database",
        }
        acts.append(("setting.changed", f"setting:{name}", facts))
    if acts:
        await audit.record_all(tx, actor_id, acts, address=address)
    if any(object == "setting:company_name" for _, object, _ in acts):
        tell(tx, DIRECTORY, DirectoryReloaded())  # in whose snapshot it stands
