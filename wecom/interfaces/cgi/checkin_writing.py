"""打卡: records that come from elsewhere, gates and machines and other programs."""

import re
from datetime import UTC, datetime
from hashlib import sha256

import orjson
from pydantic import Field

from wecom.features import checkins, directory, media
from wecom.features.apps import SpeakingApp
from wecom.features.checkins import Claim, Evidence, places
from wecom.features.checkins.photos import hold_photo
from wecom.features.media import Media
from wecom.foundation.db import Db, Tx
from wecom.foundation.errors import WecomError
from wecom.foundation.http import Endpoints
from wecom.services import Services

from .checkin_rule_in import MILLION
from .checkin_rule_wire import Millionths
from .refusals import CheckinTimeInvalid, CheckinUseridInvalid, PunchInvalid
from .wire import Answer, Body, Number, Text, Texts

endpoints = Endpoints("/cgi-bin/checkin")

MOST_RECORDS = 200
GATE, MACHINE, OTHER = 1, 2, 3
MAC = re.compile(r"[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}")
LONGEST = 1024
LONGEST_DEVICE = 40


class RecordBody(Body):
    userid: Text
    checkin_time: Number
    location_title: Text = Field(max_length=LONGEST)
    location_detail: Text = Field(max_length=LONGEST)
    mediaids: Texts = Field(default_factory=list)
    notes: Text = Field("", max_length=LONGEST)
    device_type: Number
    lat: Millionths | None = None
    lng: Millionths | None = None
    device_detail: Text = Field(min_length=1, max_length=LONGEST_DEVICE)
    wifiname: Text = Field("", max_length=LONGEST)
    wifimac: Text = ""


class NewRecords(Body):
    records: list[RecordBody]


@endpoints.post("/add_checkin_record", docs=(99647,))
async def add_records(tx: Tx, app: SpeakingApp, body: NewRecords, services: Services) -> Answer:
    """添加打卡记录: keep what was recorded elsewhere, all of it or nothing; the same record twice is one."""
    if not 1 <= len(body.records) <= MOST_RECORDS:
        raise PunchInvalid(f"A call brings 1 to {MOST_RECORDS} records: make several calls.")
    for record in body.records:
        _must_fit(record)
    ids = await directory.member_ids(tx, [each.userid for each in body.records])
    seen = await directory.userids_of(tx, sorted(ids.values()), seen_by=app.sight)
    if any(ids.get(each.userid.lower()) not in seen for each in body.records):
        raise CheckinUseridInvalid
    photos = [await _photo(tx, record) for record in body.records]
    claims = [
        _claim(app, record, ids[record.userid.lower()], photo)
        for record, photo in zip(body.records, photos, strict=True)
    ]
    now = services.clock()
    for photo, answer in zip(photos, await checkins.punch_batch(tx, claims, [now] * len(claims)), strict=True):
        if isinstance(answer, WecomError):
            raise answer
        if photo and not answer.again:
            await hold_photo(tx, answer.punch_id, photo)
    return Answer()


async def _photo(db: Db, record: RecordBody) -> Media | None:
    return await media.find(db, record.mediaids[0], "image") if record.mediaids else None


def _must_fit(record: RecordBody) -> None:
    if not 0 < record.checkin_time < 2**32:
        raise CheckinTimeInvalid
    if record.device_type not in (GATE, MACHINE, OTHER):
        raise PunchInvalid("invalid parameter: device_type")
    if len(record.mediaids) > 1:
        raise PunchInvalid("invalid parameter: mediaids has at most one")
    if (record.lat is None) != (record.lng is None):
        raise PunchInvalid("invalid parameter: lat and lng go together")
    if abs(record.lat or 0) > 90 * MILLION or abs(record.lng or 0) > 180 * MILLION:
        raise PunchInvalid("invalid parameter: lat is within ±90,000,000, lng within ±180,000,000")
    if bool(record.wifimac) != bool(record.wifiname) or (record.wifimac and not MAC.fullmatch(record.wifimac)):
        raise PunchInvalid("invalid parameter: wifimac is like aa:bb:cc:dd:ee:ff, beside a wifiname")


def _claim(app: SpeakingApp, record: RecordBody, member_id: int, photo: Media | None) -> Claim:
    latitude = longitude = None
    if record.lat is not None and record.lng is not None:
        latitude, longitude = places.wgs_from_gcj(record.lat / MILLION, record.lng / MILLION)
    told = record.model_dump(exclude={"userid"})
    number = sha256(orjson.dumps(told, option=orjson.OPT_SORT_KEYS)).hexdigest()[:40]
    return Claim(
        member_id,
        f"api-{app.id}-{number}",
        app.id,
        source="api" if record.device_type == OTHER else "machine",
        claimed_at=datetime.fromtimestamp(record.checkin_time, UTC),
        evidence=Evidence(
            latitude=latitude,
            longitude=longitude,
            title=record.location_title,
            detail=record.location_detail,
            wifi_name=record.wifiname,
            wifi_mac=record.wifimac.lower(),
            device_id=record.device_detail,
            photo=photo.hash if photo else None,
            note=record.notes,
        ),
    )
