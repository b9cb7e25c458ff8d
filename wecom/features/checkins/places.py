"""Where somebody is: distances, and the two ways of counting degrees.

Browsers and we count in WGS-84. Maps in China, and WeCom's API, count in GCJ-02, which is moved by some hundred metres
there, and the same elsewhere. One way is a formula; the way back tries until the formula leads to where it began, which
it does to less than a millionth of a millionth of a degree.
"""

import math
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from .model import Where
from .rules_model import Place, Rule, Wifi

EARTH = 6371008.8
AXIS = 6378245.0
FLATNESS = 0.00669342162296594323
CLOSE_ENOUGH = 1e-12

Network = IPv4Network | IPv6Network


def gcj_from_wgs(latitude: float, longitude: float) -> tuple[float, float]:
    if not _in_china(latitude, longitude):
        return latitude, longitude
    up, right = _moved(latitude, longitude)
    return latitude + up, longitude + right


def wgs_from_gcj(latitude: float, longitude: float) -> tuple[float, float]:
    """The point that `gcj_from_wgs` moves here."""
    found = latitude, longitude
    for _ in range(60):
        there = gcj_from_wgs(*found)
        off = latitude - there[0], longitude - there[1]
        if max(abs(off[0]), abs(off[1])) < CLOSE_ENOUGH:
            break
        found = found[0] + off[0], found[1] + off[1]
    return found


def metres(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Along the ground."""
    one, other = math.radians(latitude), math.radians(other_latitude)
    up = math.sin((other - one) / 2) ** 2
    right = math.sin(math.radians(other_longitude - longitude) / 2) ** 2
    return 2 * EARTH * math.asin(math.sqrt(min(1.0, up + math.cos(one) * math.cos(other) * right)))


def nearest(rule: Rule, latitude: float, longitude: float) -> tuple[Place, float] | None:
    """Of a rule's places that of which least is missing to be within, and the distance to its middle."""
    away = [(each, metres(each.latitude, each.longitude, latitude, longitude)) for each in rule.places]
    return min(away, key=lambda pair: pair[1] - pair[0].radius, default=None)


def wifi_of(rule: Rule, mac: str) -> Wifi | None:
    return next((each for each in rule.wifi if mac and each.mac.lower() == mac.lower()), None)


def is_office(rule: Rule, address: str) -> bool:
    """Whether that is an address of one of a rule's networks."""
    if not rule.networks or not address:
        return False
    at = _plain(address)
    return at is not None and any(at in network for network in _networks(rule.networks))


def where(rule: Rule, latitude: float | None, longitude: float | None, mac: str, address: str = "") -> Where:
    """In range by place, by Wi-Fi or by network, any of which will do; otherwise what is wrong."""
    if not rule.places and not rule.wifi and not rule.networks:
        return "normal"
    if wifi_of(rule, mac) or is_office(rule, address):
        return "normal"
    if latitude is not None and longitude is not None:
        found = nearest(rule, latitude, longitude)
        if found and found[1] <= found[0].radius:
            return "normal"
    if rule.out_of_range == "outside":
        return "outside"
    return "place" if rule.places else "wifi"


@lru_cache(maxsize=2048)
def _networks(named: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(ip_network(each, strict=False) for each in named)


def _plain(address: str) -> IPv4Address | IPv6Address | None:
    """An IPv4 address is one, also where the server hears IPv6."""
    try:
        at = ip_address(address)
    except ValueError:
        return None
    return at.ipv4_mapped or at if isinstance(at, IPv6Address) else at


def _in_china(latitude: float, longitude: float) -> bool:
    return 0.8293 <= latitude <= 55.8271 and 72.004 <= longitude <= 137.8347


def _moved(latitude: float, longitude: float) -> tuple[float, float]:
    x, y = longitude - 105.0, latitude - 35.0
    waves = (20 * math.sin(6 * x * math.pi) + 20 * math.sin(2 * x * math.pi)) * 2 / 3
    up = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x)) + waves
    up += (20 * math.sin(y * math.pi) + 40 * math.sin(y / 3 * math.pi)) * 2 / 3
    up += (160 * math.sin(y / 12 * math.pi) + 320 * math.sin(y * math.pi / 30)) * 2 / 3
    right = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x)) + waves
    right += (20 * math.sin(x * math.pi) + 40 * math.sin(x / 3 * math.pi)) * 2 / 3
    right += (150 * math.sin(x / 12 * math.pi) + 300 * math.sin(x / 30 * math.pi)) * 2 / 3
    radians = math.radians(latitude)
    magic = 1 - FLATNESS * math.sin(radians) ** 2
    root = math.sqrt(magic)
    up = up * 180 / ((AXIS * (1 - FLATNESS)) / (magic * root) * math.pi)
    right = right * 180 / (AXIS / root * math.cos(radians) * math.pi)
    return up, right
