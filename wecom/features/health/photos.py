"""Photos in answers: given first, without what they say of where they were taken, then named by an answer, and erased
with it. They are no material: nothing but their answer leads to them."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from wecom.features.accounts import Limiter
from wecom.features.media import Kept
from wecom.foundation import blobs
from wecom.foundation.blobs import Held
from wecom.foundation.db import Db, Tx

from .model import Answered
from .queries import answers as queries
from .refusals import AnswerUnfit, NoSuchHealthPhoto, TooManyHealthPhotos

OWNER = "health_photo"
MOST_PER_HOUR = 120
UNKNOWN = [{"question_id": 0, "problem": "unknown_photo"}]


async def keep_within(limiter: Limiter, member_id: int) -> None:
    """Count a photo; raises `TooManyHealthPhotos` for whoever gives them without end."""
    if (wait := await limiter.allow(f"health-photos:{member_id}", MOST_PER_HOUR, 3600)) is not None:
        raise TooManyHealthPhotos(retry_after=wait)


async def give_photo(tx: Tx, member_id: int, kept: Kept, *, now: datetime) -> str:
    """What an answer names it by, within three days."""
    token = secrets.token_urlsafe(24)
    id = await queries.insert_photo(tx, token, member_id, now)
    await blobs.hold(tx, kept.hash, kept.size, kept.media_type, OWNER, str(id))
    return token


async def named(tx: Tx, tokens: Sequence[str], member_id: int) -> dict[str, int]:
    """Their numbers; refused where one was not given by whoever sends the answer."""
    found = await queries.photos_named(tx, tokens, member_id) if tokens else {}
    if set(tokens) - set(found):
        raise AnswerUnfit(problems=UNKNOWN)
    return found


async def tie(tx: Tx, answer_id: int, numbers: Sequence[str], *, first: bool) -> None:
    """Have an answer hold these, and let go of those that it had before."""
    if first and not numbers:
        return
    ids = [int(each) for each in numbers]
    if await queries.tie_photos(tx, answer_id, ids) < len(ids):
        raise AnswerUnfit(problems=UNKNOWN)
    gone = await queries.untie_photos(tx, answer_id, ids)
    await blobs.release(tx, OWNER, *(str(id) for id in gone))


async def tokens_of(db: Db, answer: Answered) -> dict[str, str]:
    """How whoever sent an answer names its photos, to send them again."""
    numbers = [int(each) for value in answer.values for each in value.photos or ()]
    return await queries.photo_tokens(db, numbers) if numbers else {}


async def photo(db: Db, answer: Answered, n: int) -> Held:
    """The n-th photo of an answer, from 1 on."""
    numbers = [each for value in answer.values for each in value.photos or ()]
    if not 1 <= n <= len(numbers) or (held := await blobs.held(db, OWNER, numbers[n - 1])) is None:
        raise NoSuchHealthPhoto
    return held
