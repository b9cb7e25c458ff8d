"""Judging days: a pure function of punches, plans, facts and corrections, and its sum over a month.

Nothing here knows a database, a clock or a library: what it goes by is handed in, zone offsets and holidays included,
so that the same inputs give the same bytes for ever. `plan` lays a rule on a date, and `away` what was approved;
`match` says which punch is about which point; `day` judges; `overtime` counts what came on top; `month` adds days up.

How it judges stands in docs/check-ins.md, sentence by sentence; the tests hold it to a second judge, slow and obvious.
"""

from .away import concerns
from .clock import instant, wall
from .day import judge
from .match import Bent, bent, point_for
from .month import FORM, fold, month_of
from .plan import Shape, plan, shape

__all__ = [
    "FORM",
    "Bent",
    "Shape",
    "bent",
    "concerns",
    "fold",
    "instant",
    "judge",
    "month_of",
    "plan",
    "point_for",
    "shape",
    "wall",
]
