"""Proofs that the log of what was done is whole: asked for in the console, found by a job, kept with their outcome.

What one ends with, a position and the chain there, is worth keeping where nobody of this house can change it: given to
a later one, it shows whether the log up to there is still the same.
"""

from . import jobs
from .ask import ask, listed
from .model import AskedOtherwise, NotAChain, Proof

__all__ = ["AskedOtherwise", "NotAChain", "Proof", "ask", "jobs", "listed"]
