"""Words that only this server can have written, and that nothing has to be kept for: a few numbers under a seal.

The seal is an HMAC under the server's key over what it is for and the numbers. Whoever reads one asks what the numbers
say: whether it has run out, and whether what it stands on still stands.
"""

import base64
import binascii
import hmac
import struct

SHA256 = 32


class Sealed:
    """One sort of such words. `purpose` keeps the sorts apart; `numbers` as `struct` has them."""

    def __init__(self, purpose: bytes, numbers: str, *, seal: int = SHA256) -> None:
        self._purpose = purpose + b"\0"
        self._numbers = struct.Struct(numbers)
        self._length = seal

    def write(self, key: bytes, *numbers: int) -> str:
        facts = self._numbers.pack(*numbers)
        return base64.urlsafe_b64encode(facts + self._seal(key, facts)).decode().rstrip("=")

    def read(self, key: bytes, text: str) -> tuple[int, ...] | None:
        """The numbers; None where we did not write this."""
        try:
            raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return None
        facts, seal = raw[: self._numbers.size], raw[self._numbers.size :]
        if len(facts) != self._numbers.size or not hmac.compare_digest(seal, self._seal(key, facts)):
            return None
        return self._numbers.unpack(facts)

    def _seal(self, key: bytes, facts: bytes) -> bytes:
        return hmac.digest(key, self._purpose + facts, "sha256")[: self._length]
