"""Conversations, who takes part in them, and what is said there.

A conversation is its own stream: messages are numbered with everything else that happens in it, and
taking part is an interval of those numbers. Ordinary sends go through the `Mailroom`, which commits
what arrives together in one transaction; everything else is an operation in the caller's own.
"""

from .bodies import Article, Body, Markdown, MarkdownV2, News, Text, TextCard, parse_body, plain_text
from .changes import catch_up
from .conversations import (
    create_appchat,
    create_group,
    direct_with,
    dissolve,
    leave,
    open_app_conversation,
    rename,
    set_role,
    transfer,
)
from .leaving import leave_everywhere
from .mailroom import Mailroom
from .model import (
    Conversation,
    Draft,
    NoSuchConversation,
    NoSuchMessage,
    NotAllowedHere,
    Participant,
    Posted,
)
from .participants import add_participants, remove_participants
from .post import post_batch, post_to_audience
from .read import mark_app_read, mark_read
from .recall import recall, withdraw

__all__ = [
    "Article",
    "Body",
    "Conversation",
    "Draft",
    "Mailroom",
    "Markdown",
    "MarkdownV2",
    "News",
    "NoSuchConversation",
    "NoSuchMessage",
    "NotAllowedHere",
    "Participant",
    "Posted",
    "Text",
    "TextCard",
    "add_participants",
    "catch_up",
    "create_appchat",
    "create_group",
    "direct_with",
    "dissolve",
    "leave",
    "leave_everywhere",
    "mark_app_read",
    "mark_read",
    "open_app_conversation",
    "parse_body",
    "plain_text",
    "post_batch",
    "post_to_audience",
    "recall",
    "remove_participants",
    "rename",
    "set_role",
    "transfer",
    "withdraw",
]
