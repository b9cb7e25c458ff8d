"""Searching all that a member may see: an index of messages' words, kept by a follower, asked in one statement.

The index holds of each message the words as they are compared (`folding`), their English and German stems, and
every two neighbours of scripts that write no spaces: so whatever stands side by side in a message is found, names
and new words too, and no dictionary has a say in what can be found. A dictionary cuts long questions into
words (`asking`); to take a better one needs no new index.
"""

from .find import keep_within, search
from .index import FOLLOWER, index_next, rebuild
from .model import FIRST, LAST, LONGEST_QUESTION, MOST_HITS, TOP, Hit, Hits, NoSuchPage, Place, Question

__all__ = [
    "FIRST",
    "FOLLOWER",
    "LAST",
    "LONGEST_QUESTION",
    "MOST_HITS",
    "TOP",
    "Hit",
    "Hits",
    "NoSuchPage",
    "Place",
    "Question",
    "index_next",
    "keep_within",
    "rebuild",
    "search",
]
