"""Checking in: what is expected of you next, doing it, and what became of your days."""

import hashlib
from datetime import date, datetime, timedelta
from functools import partial
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from wecom.features import checkins, media
from wecom.features.accounts import Limiter, Me
from wecom.features.checkins import Claim, Evidence, Kept, Punch, photos
from wecom.features.checkins.model import Status
from wecom.features.checkins.photos import NoSuchPhoto
from wecom.features.checkins.punching import LONGEST_ID, keep_within
from wecom.features.checkins.results import fold
from wecom.features.checkins.today import own_days, today
from wecom.foundation.blobs import Held
from wecom.foundation.db import Db, Pool, Tx, transaction
from wecom.foundation.errors import Invalid
from wecom.foundation.http import Caller, Endpoints, FileAnswer, Upload
from wecom.foundation.instants import Instant
from wecom.services import Services

from .checkin_views import NowView, OwnDaysView, OwnDayView, OwnMonthView, PointView, PunchView
from .wire import Id, Text

endpoints = Endpoints("/api/checkins", tag="Check-ins")

MOST_DAYS = 62


class TooManyDays(Invalid):
    """At most 62 days are answered at once, and the first is not after the last: ask for fewer."""


def _keepable(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("must say in which time zone it is meant, as 2026-01-31T08:15:00Z does")
    if not 2000 <= at.year <= 9000:
        raise ValueError("must be between the years 2000 and 9000")
    return at


def _reckonable(on: date) -> date:
    if not 2015 <= on.year <= 2049:
        raise ValueError("must be between the years 2015 and 2049")
    return on


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


Date = Annotated[date, AfterValidator(_reckonable)]


class NewPlace(_Request):
    """Where the device says that it is, in WGS-84 degrees."""

    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    accuracy_m: float | None = Field(None, ge=0, le=1e7)


class NewDevice(_Request):
    id: Annotated[Text, Field(min_length=1, max_length=64)] = Field(
        description="The same for as long as this device is used: the first that one checks in with is the usual one."
    )
    name: Annotated[Text, Field(max_length=64)] = ""


class NewPunch(_Request):
    client_id: Annotated[Text, Field(min_length=1, max_length=64)] = Field(
        description="Sent again with the same one, it is answered as it was the first time."
    )
    kind: Literal["regular", "outside"] = Field("regular", description="outside: work elsewhere, said so.")
    way: Literal["on", "off"] | None = Field(None, description="Coming or going; null: as its time tells.")
    claimed_at: Annotated[Instant, AfterValidator(_keepable)] | None = Field(
        None, description="When it was done, where it had to wait for a network: for at most three days."
    )
    place: NewPlace | None = None
    device: NewDevice | None = None
    photo: Annotated[Text, Field(max_length=64)] | None = Field(None, description="As giving the photo answered.")
    note: Annotated[Text, Field(max_length=500)] = ""


class OutcomeView(BaseModel):
    """What became of a punch."""

    date: date
    point: PointView | None = Field(
        description="What it was about; null: about nothing that was expected, or another one counts for that."
    )
    status: Literal[Status, "not_counted"]
    seconds: int
    exceptions: list[Literal["place", "wifi", "device", "time", "late_received"]]


class PunchedView(BaseModel):
    punch: PunchView
    outcome: OutcomeView


class PhotoView(BaseModel):
    photo: str = Field(description="To be named by a punch, within three days.")


class Asking(_Request):
    """Who asks."""

    device: Annotated[Text, Field(min_length=1, max_length=64)] | None = Field(
        None, description="This device, as its punches name it: whether it is known is answered then."
    )


class OfPunch(BaseModel):
    punch_id: Id


class Span(_Request):
    first: Date = Field(alias="from")
    last: Date = Field(alias="to")


class OfMonth(BaseModel):
    month: str = Field(pattern=r"^20(1[5-9]|[234]\d)-(0[1-9]|1[0-2])$", examples=["2026-11"])


@endpoints.get("/now")
async def read_now(tx: Tx, me: Me, services: Services, caller: Caller, query: Asking) -> NowView:
    """What is expected of you next, where, and what you have punched today."""
    now = services.clock()
    known = await checkins.device_of(tx, me.id, query.device) if query.device else None
    return NowView.of(await today(tx, me.id, now=now), now, caller.address, known)


@endpoints.post("/photos")
async def give_photo(pool: Pool, me: Me, services: Services, limiter: Limiter, file: Upload) -> PhotoView:
    """Give a photo to check in with: JPEG or PNG of at most 10 MB. What it says of where it was taken is left out."""
    await photos.keep_within(limiter, me.id)
    kept = await media.take_picture(
        services.blobs, services.decoder, me.id, file.name, file.chunks(), declared=file.declared
    )
    async with transaction(pool) as tx:
        return PhotoView(photo=await photos.give_photo(tx, me.id, kept))


@endpoints.post("")
async def check_in(
    pool: Pool, me: Me, services: Services, limiter: Limiter, caller: Caller, body: NewPunch
) -> PunchedView:
    """Check in. The server's clock counts; what had to wait for a network counts by `claimed_at`, and is marked.

    Errors: 403 where the rule lets nobody check in there, then or by phone; 400 without a photo that it asks for;
    404 where the photo is there no more; 429 for whoever does nothing else.
    """
    claim = _claim(me.id, body, caller.address)
    await keep_within(pool, limiter, claim)
    if body.photo is None:
        kept = await services.turnstile.punch(claim)
    else:
        async with transaction(pool) as tx:
            kept = await photos.punch_with(tx, claim, body.photo, now=services.clock())
    assert kept.punch
    return _punched(kept.punch, kept)


@endpoints.get("/punches/{punch_id}/photo")
async def read_photo(db: Db, me: Me, services: Services, path: OfPunch) -> FileAnswer:
    """The photo of your own punch."""
    return await photo_file(services, await photos.photo_of(db, me.id, path.punch_id))


@endpoints.get("/days")
async def read_days(tx: Tx, me: Me, services: Services, query: Span) -> OwnDaysView:
    """Your days as they were judged, with all that you punched."""
    if not timedelta(0) <= query.last - query.first < timedelta(days=MOST_DAYS):
        raise TooManyDays
    days = await own_days(tx, me.id, query.first, query.last, now=services.clock())
    return OwnDaysView(days=[OwnDayView.of(each) for each in days])


@endpoints.get("/months/{month}")
async def read_month(tx: Tx, me: Me, services: Services, path: OfMonth) -> OwnMonthView:
    """Your month, added up as far as it has come."""
    first = date.fromisoformat(f"{path.month}-01")
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    days = (await checkins.day_reports(tx, [me.id], first, last, now=services.clock()))[me.id]
    return OwnMonthView.of(first, fold(days))


def _claim(member_id: int, body: NewPunch, address: str) -> Claim:
    place = body.place
    return Claim(
        member_id=member_id,
        client_id=_of_client(body.client_id),
        actor_id=member_id,
        way={"on": "start", "off": "end", None: None}[body.way],
        outside=body.kind == "outside",
        claimed_at=body.claimed_at,
        evidence=Evidence(
            latitude=place.latitude if place else None,
            longitude=place.longitude if place else None,
            accuracy=place.accuracy_m if place else None,
            device_id=body.device.id if body.device else "",
            address=address,
            note=body.note,
        ),
    )


def _of_client(id: str) -> str:
    """Numbers of clients keep out of the way of those that machines, approvals and apps give."""
    named = f"p-{id}"
    return named if len(named) <= LONGEST_ID else f"p-{hashlib.sha256(id.encode()).hexdigest()[:48]}"


async def photo_file(services: Services, held: Held) -> FileAnswer:
    """What its bytes are sent as."""
    if await services.blobs.read(held.hash, 0, 1) is None:  # let go of meanwhile
        raise NoSuchPhoto
    name = "photo.png" if held.media_type == "image/png" else "photo.jpg"
    part = partial(services.blobs.read, held.hash)
    return FileAnswer.of(name, held.media_type, held.size, part, etag=held.hash.hex()[:32], inline=True)


def _punched(punch: Punch, kept: Kept) -> PunchedView:
    """As the whole day tells: where one came before already, this one does not count."""
    point = kept.point
    wrong: list[Literal["place", "wifi", "device", "time", "late_received"]] = []
    if kept.where in ("place", "wifi"):
        wrong.append("wifi" if kept.where == "wifi" else "place")
    if kept.strange_device:
        wrong.append("device")
    if point and point.status in ("late", "early", "absent"):
        wrong.append("time")
    if kept.late_received:
        wrong.append("late_received")
    return PunchedView(
        punch=PunchView.of(punch),
        outcome=OutcomeView(
            date=kept.date,
            point=PointView.of(point) if point else None,
            status=point.status if point else "not_counted",
            seconds=point.seconds if point else 0,
            exceptions=wrong,
        ),
    )
