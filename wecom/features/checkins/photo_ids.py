"""By what id an app asks for the photo of a punch.

It is sealed with the server's key, so no table is needed and none can be guessed; whoever shows one makes sure besides
that the app sees the punch's member.
"""

import base64
import hmac

PREFIX = "WWCISP_"
_SEAL = 24


def photo_id(key: bytes, punch_id: int) -> str:
    place = punch_id.to_bytes(8, "big")
    sealed = place + hmac.digest(key, b"punch photo\0" + place, "sha256")[:_SEAL]
    return PREFIX + base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def punch_of_photo(key: bytes, id: str) -> int | None:
    """The punch; None where we never gave this id."""
    if not id.startswith(PREFIX) or not id.isascii():
        return None
    try:
        sealed = base64.urlsafe_b64decode(id.removeprefix(PREFIX) + "==")
    except ValueError:
        return None
    punch_id = int.from_bytes(sealed[:8], "big")
    return punch_id if punch_id < 2**63 and hmac.compare_digest(photo_id(key, punch_id), id) else None
