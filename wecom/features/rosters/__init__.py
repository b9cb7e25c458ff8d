"""Rosters: tables of people that somebody brings, looked at before they are applied; and all people as such a table.

On the command line a table is read and imported at once. In the console it is uploaded, looked at by a job, which
tells of each line what would become of it, and applied by another: exactly that is done, or nothing (`run`).
"""

from . import jobs
from .begin import Kept, apply, begin, discard, find, lines, listed, take
from .model import LARGEST, Change, Does, Line, NoSuchRoster, Refusal, Roster, RosterEmpty, RosterTooLarge, State
from .reading import NoTables, Tables, lines_of, read
from .workbooks_written import as_workbook
from .written import as_csv, csv_of, everybody, harmless

__all__ = [
    "LARGEST",
    "Change",
    "Does",
    "Kept",
    "Line",
    "NoSuchRoster",
    "NoTables",
    "Refusal",
    "Roster",
    "RosterEmpty",
    "RosterTooLarge",
    "State",
    "Tables",
    "apply",
    "as_csv",
    "as_workbook",
    "begin",
    "csv_of",
    "discard",
    "everybody",
    "find",
    "harmless",
    "jobs",
    "lines",
    "lines_of",
    "listed",
    "read",
    "take",
]
