"""How much the company uses it, and how the server fares.

Counted by a follower as messages are committed (`counting`), and closed day by day; nothing here looks through
messages when it is asked.
"""

from . import jobs
from .counting import FOLLOWER, count_next
from .model import Busiest, Day, Notice, Standing
from .standing import notices_of, standing
from .use import busiest, days

__all__ = [
    "FOLLOWER",
    "Busiest",
    "Day",
    "Notice",
    "Standing",
    "busiest",
    "count_next",
    "days",
    "jobs",
    "notices_of",
    "standing",
]
