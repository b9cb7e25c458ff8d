"""One table from our refusals to Tencent's numbers, and what Tencent says with each number.

A refusal that is not listed answers with the number of the nearest class above it, in the end of its
sort. Features' refusals of chapters still to come are added here with their endpoints.
"""

from functools import cache

from wecom.features import accounts, apps, directory, exports, imports, joining, media
from wecom.features.accounts.model import LastAdministrator
from wecom.features.apps import model as app_refusals
from wecom.features.checkins import refusals as checkins
from wecom.features.directory import refusals
from wecom.features.exports import model as export_refusals
from wecom.features.messaging import model as chats
from wecom.foundation import errors
from wecom.foundation.http import BodyTooLarge, FileMissing, RangeInvalid

from . import refusals as own
from . import speech
from .errcode_texts import TEXTS
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
    refusals.MaintainedInLdap: 60011,
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
    refusals.InvalidTable: 40092,
    refusals.DuplicateUserid: 302003,
    refusals.NotATree: 302004,
    refusals.DuplicateDepartment: 302006,
    refusals.DuplicateSibling: 302007,
    refusals.TooManyWouldLeave: 45026,
    refusals.TooManyWouldGo: 45026,
    directory.UnreadableTable: 40092,
    imports.NoSuchImport: 40088,
    imports.ImportForgotten: 40089,
    imports.ImportFailed: 302005,
    imports.ImportRunning: 302008,
    refusals.DirectoryBusy: 45035,
    imports.NotACsv: 40004,
    imports.InvalidCallback: 40057,
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
    app_refusals.InvalidAppName: 45022,
    app_refusals.InvalidAppDescription: 45004,
    app_refusals.InvalidAppUrl: 40094,
    app_refusals.InvalidRedirectDomain: 85005,
    app_refusals.TooManyDomains: 85005,
    app_refusals.RedirectNotTrusted: 50001,
    app_refusals.NotShownToYou: 50002,
    app_refusals.CodeInvalid: 40029,
    app_refusals.CodeExpired: 42003,
    app_refusals.CodeUsed: 42022,
    app_refusals.PrivateTicketInvalid: 84015,
    app_refusals.PrivateTicketExpired: 84014,
    app_refusals.NobodyNamed: 81012,
    app_refusals.NobodyReachable: 81013,
    app_refusals.QuotaSpent: 45009,
    app_refusals.NoSuchAppMessage: 40058,
    app_refusals.AppMessageTooOld: 42052,
    app_refusals.NotForWholeCompany: 60011,
    app_refusals.NoSuchAppchat: 86003,
    app_refusals.NotItsAppchat: 86008,
    app_refusals.InvalidChatid: 86001,
    app_refusals.AppchatSize: 86006,
    app_refusals.UnknownChatMember: 86216,
    app_refusals.InvalidChatOwner: 86005,
    app_refusals.OwnerOutsideChat: 86207,
    app_refusals.NoSuchRobot: 93000,
    app_refusals.RobotDisabled: 93004,
    chats.NoSuchConversation: 86003,
    chats.ChatidTaken: 86215,
    chats.NameTooLong: 86004,
    chats.TooManyMembers: 86006,
    chats.NoSuchParticipant: 86007,
    exports.NoSuchExport: 40088,
    exports.ExportForgotten: 40089,
    exports.TooManyExports: 45033,
    export_refusals.InvalidExportKey: 40058,
    export_refusals.InvalidBlockSize: 40058,
    export_refusals.NoSuchFile: 60136,
    joining.JoiningClosed: 48002,
    own.NobodyToInvite: 82001,
    own.InvalidSizeType: 40058,
    own.AnotherApp: 301002,
    own.InvalidReportLocation: 40059,
    own.InvalidMediaType: 40004,
    own.InvalidTicketType: 91040,
    own.TooManyRecipients: 40032,
    own.TooManyRecipientDepartments: 82002,
    own.TooManyRecipientTags: 82003,
    own.ChatidMissing: 86201,
    own.ChatidTooLong: 86205,
    own.ChatMembersMissing: 86204,
    speech.InvalidMessageType: 40008,
    speech.InvalidMedia: 40007,
    speech.MediaMissing: 41006,
    speech.EmptyContent: 44004,
    speech.ContentTooLong: 45002,
    speech.RobotTextTooLong: 40058,
    speech.TooManyArticles: 45008,
    speech.TitleMissing: 41016,
    speech.DescriptionMissing: 41033,
    speech.UrlMissing: 41010,
    speech.UrlTooLong: 40039,
    speech.UrlWithoutScheme: 45034,
    speech.SchemeNotAllowed: 40127,
    speech.NewsConfidential: 40074,
    FileMissing: 44001,
    RangeInvalid: 40146,
    chats.NotShown: 40123,
    media.NoSuchMedia: 40007,
    media.MediaExpired: 40145,
    media.MediaEmpty: 44001,
    media.MediaTooSmall: 40006,
    media.MediaTooLarge: 45001,
    media.NotAPicture: 40123,
    media.PictureTooLarge: 40009,
    media.NotVoice: 301017,
    media.VoiceTooLong: 45007,
    media.NotMp4: 40004,
    media.NotOfThisKind: 40004,
    checkins.NoSuchCheckinRule: 301089,
    checkins.NotYourRule: 301092,
    checkins.CoveredElsewhere: 301091,
    checkins.TooManyRules: 301095,
    checkins.NothingToBeAt: 301097,
    checkins.RuleUnfit: 301093,
    checkins.KindStays: 301093,
    checkins.ZoneUnknown: 301093,
    checkins.NoSuchShift: 301075,
    checkins.NotByShifts: 301075,
    checkins.NotUnderRule: 301075,
    checkins.ShiftsOverlap: 301075,
    checkins.DatePassed: 301073,
    checkins.ClaimUnfit: 301081,
    checkins.PunchUnfit: 301083,
    own.ObsoleteRuleField: 301094,
    own.RuleIdsOutOfSight: 301090,
    own.RuleIdInvalid: 301089,
    own.CheckinUseridInvalid: 301021,
    own.CheckinUseridListSize: 301023,
    own.CheckinTimeRange: 301024,
    own.WrongDataType: 40058,
    own.ScheduleInvalid: 301075,
    own.ScheduledTimeInvalid: 301080,
    own.CheckinTimeInvalid: 301081,
    own.ScheduledDateInvalid: 301082,
    own.PunchInvalid: 301083,
    checkins.NoSuchPoint: 301080,
    checkins.TooFarFromDay: 301081,
    checkins.RestDayStays: 301082,
    checkins.InTheFuture: 301083,
    own.LateStays: 301099,
    own.EarlyStays: 301101,
    own.MissingStays: 301102,
    own.OtherStays: 301103,
    own.LateAndOtherStay: 301104,
    own.EarlyAndOtherStay: 301105,
    own.NoHealthReader: 48002,
    own.NoSuchReportJob: 40058,
    own.ReportDateRange: 40058,
    own.ReportPage: 40058,
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
    "code": 41008,
    "user_ticket": 84090,
    "type": 91040,
    "media_id": 41006,
    "group": 301093,
    "groupid": 301089,
    "records": 301083,
    "items": 301075,
    "yearmonth": 301075,
    "clear_field": 301093,
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
    "code": 40029,
    "user_ticket": 84015,
    "type": 91040,
    "media_id": 40007,
    "group": 301093,
    "groupid": 301089,
    "records": 301083,
    "items": 301075,
    "yearmonth": 301075,
    "clear_field": 301093,
}
"""By the parameter that is not what it should be."""


def errcode(error: errors.WecomError) -> int:
    """Tencent's number for a refusal."""
    if isinstance(error, WrongParameter):
        return (MISSING if error.missing else MISREAD).get(error.parameter, 40058)
    return _number_of(type(error))


@cache
def errcode_named(refusal: str) -> int:
    """The same by the refusal's name, for one that was written down."""
    kinds = [errors.WecomError]
    for kind in kinds:
        if kind.__name__ == refusal:
            return _number_of(kind)
        kinds += kind.__subclasses__()
    return SYSTEM_BUSY


def _number_of(kind: type[errors.WecomError]) -> int:
    return next((ERRCODES[each] for each in kind.__mro__ if each in ERRCODES), SYSTEM_BUSY)


def text_of(code: int, error: errors.WecomError) -> str:
    """What Tencent says with this number; where it has no words of its own, our sentence."""
    if isinstance(error, own.NotOffered | own.NoSuchApi | joining.JoiningClosed | refusals.MaintainedInLdap):
        return str(error)
    return TEXTS.get(code, str(error))
