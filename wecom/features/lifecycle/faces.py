"""Where pictures of members and apps are shown: to our own clients by their session, to others at sealed addresses.

What an app is told of a member goes into pages of the app's own, whose readers have no session here. The seal is an
HMAC under the server's key over the picture's hash; it holds for as long as somebody has the picture.
"""

import base64
import hmac
from dataclasses import dataclass

ADDRESS = "/api/avatars/"


def address_of(hash: bytes) -> str:
    """Where clients find a picture that somebody has."""
    return f"{ADDRESS}{hash.hex()}"


@dataclass(frozen=True, slots=True)
class Faces:
    """Addresses of pictures for whoever has no session."""

    key: bytes
    site: str
    """The server's address, as https://chat.example.com."""

    def at(self, kept: str) -> str:
        """An address that any browser may ask for; what is not a picture of ours stays as it is."""
        if not kept.startswith(ADDRESS):
            return kept
        return f"{self.site}{kept}?seal={_seal(self.key, kept.removeprefix(ADDRESS))}"


def is_sealed(key: bytes, hash: str, seal: str) -> bool:
    """Whether an address of ours was given out for this picture."""
    return hmac.compare_digest(_seal(key, hash).encode(), seal.encode(errors="replace"))


def _seal(key: bytes, hash: str) -> str:
    seal = hmac.digest(key, b"picture\0" + hash.encode(errors="replace"), "sha256")
    return base64.urlsafe_b64encode(seal).decode().rstrip("=")
