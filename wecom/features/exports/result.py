"""What came of an export."""

from wecom.foundation.db import Db

from ..apps import App
from . import queries
from .model import ExportFile, ExportForgotten, NoSuchExport, State

LONGEST_JOBID = 64


async def result(db: Db, app: App, jobid: str) -> tuple[int, State, list[ExportFile]]:
    """The export's number, how far it is, and its files once it is done; only for the app that began it."""
    export = await queries.export_with_jobid(db, jobid, app.id) if len(jobid) <= LONGEST_JOBID else None
    if export is None:
        raise NoSuchExport
    if export.state == "forgotten":
        raise ExportForgotten
    return export.id, export.state, await queries.files_of(db, export.id) if export.state == "done" else []
