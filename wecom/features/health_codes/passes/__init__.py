"""Passes: what a phone shows at a gate, and how that is verified. A function of bytes, keys and the time, which knows
nothing of the house. The gate page has the same in TypeScript; both are held to tests/recorded/passes/examples.json.

docs/health-codes.md has the bytes.
"""

from . import base45
from .base45 import NotBase45
from .certificate import Certificate, NoPass, Pass, challenge_words, pass_words, read_pass, step_at, written_pass
from .signing import compressed, is_signed, sign, uncompressed
from .verify import Checked, Knowledge, TrustedKey, Why, verify

__all__ = [
    "Certificate",
    "Checked",
    "Knowledge",
    "NoPass",
    "NotBase45",
    "Pass",
    "TrustedKey",
    "Why",
    "base45",
    "challenge_words",
    "compressed",
    "is_signed",
    "pass_words",
    "read_pass",
    "sign",
    "step_at",
    "uncompressed",
    "verify",
    "written_pass",
]
