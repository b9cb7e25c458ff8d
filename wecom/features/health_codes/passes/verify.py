"""Whether a pass opens a gate: by what the gate knows, also without a network."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from .certificate import STEP, Certificate, NoPass, pass_words, read_pass
from .signing import is_signed

Why = Literal[
    "", "unknown_format", "unknown_key", "forged", "expired", "revoked", "stale", "replayed", "level", "old_knowledge"
]
ASKEW = 90
"""Seconds by which a pass may be older, or newer, than the gate's time."""


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """A key of the server's, which certifies."""

    point: bytes
    until: int | None = None
    """From then on nothing that it signed is taken; None: it is in use."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What a gate was told, and when."""

    at: float
    """By the server's clock."""
    longest_age: float
    """Seconds after which it lets nobody in any more."""
    keys: Mapping[int, TrustedKey]
    admits: Mapping[int, frozenset[int]]
    """By policy: the levels that it lets in."""
    revoked: frozenset[int] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Checked:
    """What is decided. The certificate is the server's word, but where it is unknown or forged: then there is none."""

    admitted: bool
    why: Why
    certificate: Certificate | None = None
    step: int = 0


def verify(text: str, known: Knowledge, now: float, was_seen: Callable[[int, int], bool]) -> Checked:
    """Decide on what was scanned. `now`: the gate's time, put right by what it knows of the server's. `was_seen`:
    whether this serial was let in with this step before."""
    try:
        found = read_pass(text)
    except NoPass:
        return Checked(False, "unknown_format")
    certificate = found.certificate
    key = known.keys.get(certificate.kid)
    if key is None or (key.until is not None and now >= key.until):
        return Checked(False, "unknown_key")
    if not is_signed(key.point, certificate.signature, certificate.words()):
        return Checked(False, "forged")
    if not is_signed(certificate.point, found.signature, pass_words(certificate.written(), found.step)):
        return Checked(False, "forged")
    why = _against(certificate, found.step, known, now, was_seen)
    return Checked(not why, why, certificate, found.step)


def _against(
    certificate: Certificate, step: int, known: Knowledge, now: float, was_seen: Callable[[int, int], bool]
) -> Why:
    """Of several the one that tells most about whoever stands there; last what is the gate's own fault."""
    if now >= certificate.expires:
        return "expired"
    if certificate.serial in known.revoked:
        return "revoked"
    if abs(step * STEP - now) > ASKEW:
        return "stale"
    if was_seen(certificate.serial, step):
        return "replayed"
    if certificate.level not in known.admits.get(certificate.policy_id, frozenset()):
        return "level"
    if now - known.at > known.longest_age:
        return "old_knowledge"
    return ""
