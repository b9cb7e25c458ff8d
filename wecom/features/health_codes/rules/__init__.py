"""From what is known of somebody to a level, with reasons and an end: a function of what is handed in, which knows
nothing of the house.

Conditions have no negation, and each says in which direction it is worse; rules give yellow or red, never green; the
worst level that applies is the verdict. So a worse answer never gives a better level, however rules are combined.
"""

from .checking import Fault, faults_of
from .judge import judge
from .model import (
    LEVELS,
    Concerned,
    DateWithin,
    Fact,
    Group,
    HasFact,
    Held,
    Inputs,
    Leaf,
    Level,
    NoReport,
    Number,
    Override,
    Part,
    Picked,
    Reason,
    Report,
    Rule,
    Rules,
    Source,
    Verdict,
)

__all__ = [
    "LEVELS",
    "Concerned",
    "DateWithin",
    "Fact",
    "Fault",
    "Group",
    "HasFact",
    "Held",
    "Inputs",
    "Leaf",
    "Level",
    "NoReport",
    "Number",
    "Override",
    "Part",
    "Picked",
    "Reason",
    "Report",
    "Rule",
    "Rules",
    "Source",
    "Verdict",
    "faults_of",
    "judge",
]
