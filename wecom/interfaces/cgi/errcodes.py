"""One table from our refusals to Tencent's numbers, and what Tencent says with each number.

A refusal that is not listed answers with the number of the nearest class above it, in the end of its
sort. Features' refusals of chapters still to come are added here with their endpoints.
"""

from wecom.features import accounts, apps, directory
from wecom.features.accounts.model import LastAdministrator
from wecom.features.apps import model as app_refusals
from wecom.features.directory import refusals
from wecom.foundation import errors
from wecom.foundation.http import BodyTooLarge

from . import refusals as own
from .wire import IllegalCharacters, WrongParameter

SYSTEM_BUSY = -1

ERRCODES: dict[type[errors.WecomError], int] = {
    apps.InvalidSecret: 40001,
    apps.TokenMissing: 41001,
    apps.TokenInvalid: 40014,
    apps.TokenExpired: 42001,
    apps.AppDisabled: 50003,
    apps.AddressNotTrusted: 60020,
    apps.NotForThisApp: 48002,
    app_refusals.NoSuchApp: 40056,
    refusals.NoSuchMember: 60111,
    refusals.NoSuchDepartment: 60003,
    refusals.NoSuchParent: 60004,
    refusals.NoSuchTag: 40068,
    refusals.OutsideSight: 60011,
    refusals.InvalidText: 40033,
    refusals.InvalidUserid: 40003,
    refusals.UseridTaken: 60102,
    refusals.UseridFixed: 301036,
    refusals.InvalidName: 60112,
    refusals.InvalidAlias: 40058,
    refusals.InvalidEnglishName: 301014,
    refusals.InvalidMobile: 60103,
    refusals.MobileTaken: 60104,
    refusals.InvalidEmail: 60105,
    refusals.EmailTaken: 60106,
    refusals.InvalidBizMail: 60143,
    refusals.BizMailTaken: 60145,
    refusals.NoContact: 60129,
    refusals.InvalidTelephone: 301013,
    refusals.InvalidPosition: 301012,
    refusals.InvalidAddress: 40058,
    refusals.InvalidGender: 40058,
    refusals.InvalidAttribute: 60150,
    refusals.InvalidExternalPosition: 40058,
    refusals.InvalidExternalProfile: 90106,
    refusals.TooManyDepartments: 60110,
    refusals.NoDepartment: 41019,
    refusals.InvalidPlaces: 60132,
    refusals.InvalidMainDepartment: 60123,
    refusals.TooManyLeaders: 60257,
    refusals.InvalidLeader: 60111,
    refusals.InvalidDepartmentId: 60123,
    refusals.InvalidDepartmentName: 60001,
    refusals.IllegalDepartmentName: 60009,
    refusals.InvalidOrder: 40058,
    refusals.DepartmentExists: 60008,
    refusals.DepartmentCycle: 60010,
    refusals.DepartmentTooDeep: 81002,
    refusals.DepartmentFull: 81001,
    refusals.TooManyInAll: 81001,
    refusals.DepartmentHasMembers: 60005,
    refusals.DepartmentHasDepartments: 60006,
    refusals.DepartmentInUse: 60005,
    refusals.RootDepartment: 60007,
    refusals.InvalidTagName: 40072,
    refusals.InvalidTagId: 40068,
    refusals.TagExists: 40071,
    refusals.TagFull: 81003,
    refusals.TagOfAnother: 81011,
    directory.NotFounded: 40013,
    LastAdministrator: 301005,
    accounts.AccountDisabled: 50003,
    own.TooFrequent: 45009,
    own.NotOffered: 48002,
    own.NoSuchApi: 40066,
    own.PostRequired: 43002,
    own.AllInvalid: 40070,
    own.TooManyNamed: 81014,
    own.UseridListInvalid: 40031,
    own.UseridListSize: 40032,
    own.NoSuchMobile: 46004,
    own.NoSuchEmail: 60147,
    own.NoSuchBizMail: 60148,
    own.InvalidAvatar: 301015,
    own.InvalidCursor: 50100,
    IllegalCharacters: 40033,
    BodyTooLarge: 40206,
    # Whatever has no number of its own says only what sort of refusal it was.
    errors.Invalid: 40058,
    errors.Unauthenticated: 40014,
    errors.Denied: 48002,
    errors.Missing: 60136,
    errors.Conflict: 45035,
    errors.Busy: SYSTEM_BUSY,
}

MISSING = {
    "corpid": 41002,
    "corpsecret": 41004,
    "userid": 41009,
    "agentid": 41011,
    "tagid": 41017,
    "tagname": 40072,
    "department_id": 60123,
    "id": 60123,
    "parentid": 60124,
    "name": 60112,
}
"""By the parameter that is missing."""

MISREAD = {
    "department_id": 60123,
    "department": 40066,
    "id": 60123,
    "parentid": 60124,
    "tagid": 40068,
    "agentid": 40056,
    "userid": 40003,
    "useridlist": 40031,
}
"""By the parameter that is not what it should be."""

TEXTS = {
    40001: "invalid credential",
    40003: "invalid userid",
    40013: "invalid corpid",
    40014: "invalid access_token",
    40031: "some userid in list is invalid",
    40032: "invalid userid list size",
    40033: "invalid characters",
    40056: "invalid agentid",
    40066: "invalid party list",
    40068: "invalid tagid",
    40070: "user list or party list is invalid",
    40071: "invalid tagname or tagname existed",
    40072: "tagname invalid length",
    40206: "request body too large",
    41001: "access_token missing",
    41002: "corpid missing",
    41004: "corpsecret missing",
    41009: "userid missing",
    41011: "agentid missing",
    41017: "tagid missing",
    41019: "department missing",
    42001: "access_token expired",
    43002: "require POST method",
    45009: "api freq out of limit",
    45035: "concurrent operation conflict",
    46004: "user not exist",
    48002: "api forbidden",
    50003: "agent is disabled",
    60001: "department invalid length",
    60003: "department not found",
    60004: "parent department not found",
    60005: "department contains user",
    60006: "department contains sub-department",
    60007: "root department can not be deleted",
    60008: "department existed",
    60009: "department name contains illegal characters",
    60010: "department loop",
    60011: "no privilege to access/modify contact/party/agent",
    60020: "not allow to access from your ip",
    60102: "userid existed",
    60103: "mobile invalid",
    60104: "mobile existed",
    60105: "email invalid",
    60106: "email existed",
    60110: "too many departments",
    60111: "userid not found",
    60112: "invalid name",
    60123: "invalid party id",
    60124: "invalid parent party id",
    60129: "missing mobile or email",
    60132: "is_leader_in_dept and department not match",
    60143: "biz_mail invalid",
    60145: "biz_mail existed",
    60147: "email not found",
    60148: "biz_mail not found",
    60150: "invalid extattr type",
    60257: "too many direct leaders",
    81001: "department or member count exceeds the limit",
    81002: "department depth exceeds the limit",
    81003: "tag node count exceeds the limit",
    81011: "no privilege to access/modify tag",
    81014: "too many users or parties",
    301005: "not allow to delete corp creator",
    301012: "invalid position",
    301013: "invalid telephone",
    301014: "invalid english name",
    301015: "invalid avatar mediaid",
    301036: "userid not allow to update",
}


def errcode(error: errors.WecomError) -> int:
    """Tencent's number for a refusal."""
    if isinstance(error, WrongParameter):
        return (MISSING if error.missing else MISREAD).get(error.parameter, 40058)
    return next(ERRCODES[kind] for kind in type(error).__mro__ if kind in ERRCODES)


def text_of(code: int, error: errors.WecomError) -> str:
    """What Tencent says with this number; where it has no words of its own, our sentence."""
    if isinstance(error, own.NotOffered | own.NoSuchApi):
        return str(error)
    return TEXTS.get(code, str(error))
