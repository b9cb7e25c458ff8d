"""Exports: what of the directory an app sees, written by a job to files that only the holder of its key can read.

What is told is what the app may see as the job runs, and each file is what `files` says: an object with lists, cut by
number of entries. How an entry is spelt is for the interface to say (`Spelt`). The key is kept only until the files
are written; they are kept for a day, and of an app's exports only the newest. An export leaves the house, so who began
it, how many entries it held and who fetched it is in the audit log.
"""

from .begin import begin
from .files import Spelt
from .jobs import ATTEMPTS
from .links import LINK_LIFE, Fetched, fetch, link_to, note_fetched
from .model import Export, ExportFile, ExportForgotten, Kind, NoSuchExport, NoSuchFile, State, TooManyExports
from .result import result
from .write import RunExport, departments, everybody, tagged, write

__all__ = [
    "ATTEMPTS",
    "LINK_LIFE",
    "Export",
    "ExportFile",
    "ExportForgotten",
    "Fetched",
    "Kind",
    "NoSuchExport",
    "NoSuchFile",
    "RunExport",
    "Spelt",
    "State",
    "TooManyExports",
    "begin",
    "departments",
    "everybody",
    "fetch",
    "link_to",
    "note_fetched",
    "result",
    "tagged",
    "write",
]
