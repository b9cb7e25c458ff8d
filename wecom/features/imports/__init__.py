"""Imports that an app asks for and a job does: members added and changed, or all members, or all departments replaced.

One at a time, in one transaction: a worker that dies has done nothing, and another begins anew. How far one is can
be asked meanwhile, and afterwards what became of each line; that is kept of the newest only.
"""

from . import jobs
from .begin import begin
from .model import (
    KINDS,
    Callback,
    Import,
    ImportFailed,
    ImportForgotten,
    ImportRunning,
    InvalidCallback,
    Kind,
    Line,
    NoSuchImport,
    NotACsv,
)
from .result import Result, result

__all__ = [
    "KINDS",
    "Callback",
    "Import",
    "ImportFailed",
    "ImportForgotten",
    "ImportRunning",
    "InvalidCallback",
    "Kind",
    "Line",
    "NoSuchImport",
    "NotACsv",
    "Result",
    "begin",
    "jobs",
    "result",
]
