"""What each field of a member, a department or a tag may hold: WeCom's limits."""

import re
from collections.abc import Sequence
from typing import Any

import orjson

from .model import Attribute, Place
from .refusals import (
    IllegalDepartmentName,
    InvalidAddress,
    InvalidAlias,
    InvalidAttribute,
    InvalidBizMail,
    InvalidDepartmentId,
    InvalidDepartmentName,
    InvalidEmail,
    InvalidEnglishName,
    InvalidExternalPosition,
    InvalidExternalProfile,
    InvalidGender,
    InvalidMobile,
    InvalidName,
    InvalidOrder,
    InvalidPlaces,
    InvalidPosition,
    InvalidTagName,
    InvalidTelephone,
    InvalidText,
    InvalidUserid,
    NoDepartment,
    TooManyDepartments,
)

USERID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_@.-]{0,63}")
MOBILE = re.compile(r"\+?[0-9]{5,20}")
TELEPHONE = re.compile(r"[0-9+,-]{1,32}")
EMAIL = re.compile(r"[^\s@<>\"(),:;\[\]\\]+@[^\s@<>\"(),:;\[\]\\]+\.[^\s@<>\"(),:;\[\]\\]+")
ILLEGAL_IN_DEPARTMENT = re.compile(r"[\\:*?\"<>|｜]")
UNKEEPABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
LINE_BREAK = re.compile(r"[\t\n\r\u2028\u2029]")

MOST_DEPARTMENTS = 100
MOST_LEADERS = 5
DEEPEST = 15
MOST_IN_DEPARTMENT = 30_000
MOST_IN_ALL = 30_000
LARGEST_ORDER = 2**32 - 1
LARGEST_ID = 2**31 - 1


def keepable(value: str) -> str:
    """Postgres and JSON keep neither NUL nor half a character; other controls, and overrides of the direction
    of writing, only deceive."""
    if UNKEEPABLE.search(value):
        raise InvalidText
    return value


def line(value: str) -> str:
    """Text that can be kept, on one line, without the spaces around it."""
    if LINE_BREAK.search(keepable(value).strip()):
        raise InvalidText
    return value.strip()


def userid(value: str) -> str:
    if not USERID.fullmatch(value):
        raise InvalidUserid(userid=value[:64] if value.isprintable() else "")
    return value


def name(value: str) -> str:
    value = line(value)
    if not 1 <= len(value) <= 64:
        raise InvalidName
    return value


def alias(value: str) -> str:
    return _short(value, 64, InvalidAlias)


def english_name(value: str) -> str:
    return _short(value, 64, InvalidEnglishName)


def position(value: str) -> str:
    return _short(value, 128, InvalidPosition)


def address(value: str) -> str:
    return _short(value, 128, InvalidAddress)


def external_position(value: str) -> str:
    return _short(value, 12, InvalidExternalPosition)


def external_profile(value: dict[str, Any]) -> dict[str, Any]:
    try:
        text = orjson.dumps(value)
    except orjson.JSONEncodeError:  # nested deeper than anybody means
        raise InvalidExternalProfile from None
    if len(text) > 16_384:
        raise InvalidExternalProfile
    if b"\\u0000" in text:
        raise InvalidText
    return value


def mobile(value: str | None) -> str | None:
    """As it is kept: no spaces or dashes, and no country code for China."""
    if not value or not (bare := re.sub(r"[\s()-]", "", value)):
        return None
    bare = "+" + bare[2:] if bare.startswith("00") else bare
    bare = bare[3:] if re.fullmatch(r"\+861[0-9]{10}", bare) else bare
    if not MOBILE.fullmatch(bare):
        raise InvalidMobile
    return bare


def telephone(value: str) -> str:
    bare = re.sub(r"\s", "", value)
    if bare and not TELEPHONE.fullmatch(bare):
        raise InvalidTelephone
    return bare


def email(value: str | None) -> str | None:
    return _mail(value, InvalidEmail)


def biz_mail(value: str | None) -> str | None:
    return _mail(value, InvalidBizMail)


def gender(value: int) -> int:
    if value not in (0, 1, 2):
        raise InvalidGender
    return value


def places(given: Sequence[Place]) -> tuple[Place, ...]:
    if not given:
        raise NoDepartment
    if len(given) > MOST_DEPARTMENTS:
        raise TooManyDepartments
    if len({place.department_id for place in given}) < len(given):
        raise InvalidPlaces
    for place in given:
        order(place.sort_order)
    return tuple(given)


def attributes(given: Sequence[Attribute]) -> tuple[Attribute, ...]:
    for each in given:
        for text in (each.name, each.value, each.title, each.url):
            keepable(text)
        if len(each.value) > 1024 or len(each.title) > 128 or len(each.url.encode()) > 2048:
            raise InvalidAttribute(attribute=each.name)
        if each.kind == "web" and each.url and not each.url.startswith(("http://", "https://")):
            raise InvalidAttribute(attribute=each.name)
    return tuple(given)


def order(value: int) -> int:
    if not 0 <= value <= LARGEST_ORDER:
        raise InvalidOrder
    return value


def department_id(value: int) -> int:
    if not 1 < value <= LARGEST_ID:
        raise InvalidDepartmentId
    return value


def department_name(value: str) -> str:
    value = line(value)
    if not 1 <= len(value) <= 64:
        raise InvalidDepartmentName
    if ILLEGAL_IN_DEPARTMENT.search(value):
        raise IllegalDepartmentName
    return value


def department_name_en(value: str) -> str:
    return department_name(value) if value.strip() else ""


def tag_name(value: str) -> str:
    value = line(value)
    if not 1 <= len(value) <= 32:
        raise InvalidTagName
    return value


def _short(value: str, most: int, refusal: type[Exception]) -> str:
    value = line(value)
    if len(value) > most:
        raise refusal
    return value


def _mail(value: str | None, refusal: type[Exception]) -> str | None:
    value = (value or "").strip()
    if not value:
        return None
    if not 6 <= len(value.encode()) <= 64 or not EMAIL.fullmatch(value) or UNKEEPABLE.search(value):
        raise refusal
    return value
