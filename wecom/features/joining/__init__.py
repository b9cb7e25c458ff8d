"""How people come to the company: they are invited, or they ask to be let in by its QR code.

An app's wish that members be invited is noted, and whoever administers them makes the links and hands them over; whom
the contacts secret invites, it is told the links of, to hand over itself. A QR code leads to a page where somebody says
who they are and chooses a password; they become a member when HR says yes, and not before. That page never tells
whether somebody works here.
"""

from . import jobs
from .ask import Asked, Pace, ask, checked
from .code import CODE_LIFE, check_code, company_code, join_code
from .decide import approve, decline
from .invite import NewInvitation, invite_again, invite_many, note_wishes
from .model import (
    AlreadyDecided,
    JoinCodeInvalid,
    JoiningClosed,
    JoinRequest,
    JoinRequestsChanged,
    MobileMissing,
    NoSuchJoinRequest,
    State,
    TooManyJoinRequests,
    Wish,
)
from .queries import join_requests, wishes

__all__ = [
    "CODE_LIFE",
    "AlreadyDecided",
    "Asked",
    "JoinCodeInvalid",
    "JoinRequest",
    "JoinRequestsChanged",
    "JoiningClosed",
    "MobileMissing",
    "NewInvitation",
    "NoSuchJoinRequest",
    "Pace",
    "State",
    "TooManyJoinRequests",
    "Wish",
    "approve",
    "ask",
    "check_code",
    "checked",
    "company_code",
    "decline",
    "invite_again",
    "invite_many",
    "jobs",
    "join_code",
    "join_requests",
    "note_wishes",
    "wishes",
]
