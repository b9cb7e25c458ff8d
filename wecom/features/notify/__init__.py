"""Reaching members who are not connected, by Web Push.

A follower of the streams notes in which conversations something was said; sending knows nothing of it. Some seconds
later it is decided who missed it: who has shown it on no device, has not read it, and wants to be told. Each of their
devices gets a push, which says how many wait and, only where the member and the company want it, who wrote what. What
happens twice, because a worker died, is one notification: the newest of a conversation replaces the others.
"""

from . import jobs
from .decide import attend
from .keys import public_key
from .model import BadSubscription, NoSuchSubscription, Subscription, TooManyTests
from .remind import remind, remind_of_report
from .send import Pushing
from .subscribe import subscribe, subscriptions_of, test, unsubscribe

__all__ = [
    "BadSubscription",
    "NoSuchSubscription",
    "Pushing",
    "Subscription",
    "TooManyTests",
    "attend",
    "jobs",
    "public_key",
    "remind",
    "remind_of_report",
    "subscribe",
    "subscriptions_of",
    "test",
    "unsubscribe",
]
