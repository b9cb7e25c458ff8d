"""What an entry stays known by, as text that leads back to it. Pure."""

from uuid import UUID

from .. import rules
from ..ldap import equals

BINARY = frozenset({"objectguid", "objectsid", "ms-ds-consistencyguid", "guid", "sidhistory", "usercertificate"})
"""Bytes, also where they happen to be characters."""

CASELESS = frozenset(
    {
        "entryuuid",
        "nsuniqueid",
        "ipauniqueid",
        "uid",
        "cn",
        "mail",
        "employeenumber",
        "employeeid",
        "samaccountname",
        "userprincipalname",
    }
)
"""Where servers take capitals and small letters for the same. Of others it is not known, so they are kept as they are:
asked for in small letters somebody would not be found, and be taken for gone."""

HEX = "hex:"


def identity(attribute: str, value: bytes) -> str:
    name = attribute.lower()
    if name == "objectguid" and len(value) == 16:
        return str(UUID(bytes_le=value))
    try:
        text = value.decode()
    except UnicodeDecodeError:
        return HEX + value.hex()
    if name in BINARY or rules.UNKEEPABLE.search(text) or text.startswith(HEX):
        return HEX + value.hex()
    return text.lower() if name in CASELESS else text


def identity_filter(attribute: str, id: str) -> str:
    """A filter for the entry of this identity."""
    try:
        if attribute.lower() == "objectguid" and not id.startswith(HEX):
            return equals(attribute, UUID(id).bytes_le)
        if id.startswith(HEX):
            return equals(attribute, bytes.fromhex(id.removeprefix(HEX)))
    except ValueError:
        pass  # of another attribute, which identities were before: nobody has it
    return equals(attribute, id)
