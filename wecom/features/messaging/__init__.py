"""Conversations, who takes part in them, and what is said there.

A conversation is its own stream: messages are numbered with everything else that happens in it, and
taking part is an interval of those numbers. Ordinary sends go through the `Mailroom`, which commits
what arrives together in one transaction; everything else is an operation in the caller's own.
"""

from .bodies import (
    Article,
    Body,
    File,
    FileUpload,
    Image,
    ImageUpload,
    Markdown,
    MarkdownV2,
    NewBody,
    News,
    Said,
    Text,
    TextCard,
    ToSay,
    parse_body,
    plain_text,
)
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
from .drafts import keep_draft
from .leaving import leave_everywhere
from .lines import Viewer, lines_after, lines_around, lines_before
from .mailroom import Mailroom
from .model import (
    Conversation,
    Draft,
    NoSuchConversation,
    NoSuchMessage,
    NoSuchMessageFile,
    NotAllowedHere,
    NotShown,
    Participant,
    Posted,
    Preferences,
)
from .participants import add_participants, remove_participants
from .post import post_batch, post_to_audience
from .prefer import Wanted, prefer
from .queries.conversations import Listed
from .queries.gateway import Missed, Subscription, app_subscriptions, missed_entries, subscriptions
from .queries.leaving import count_conversations
from .queries.messages import Message, save_cursors
from .queries.notices import Notice
from .read import mark_app_read, mark_read
from .reading import (
    chatid_of,
    conversation_called,
    conversation_of,
    conversations_of,
    file_of,
    met,
    page_after,
    page_of,
    participants_of,
    readers_of,
    taking_part,
)
from .recall import recall, withdraw

__all__ = [
    "Article",
    "Body",
    "Conversation",
    "Draft",
    "File",
    "FileUpload",
    "Image",
    "ImageUpload",
    "Listed",
    "Mailroom",
    "Markdown",
    "MarkdownV2",
    "Message",
    "Missed",
    "NewBody",
    "News",
    "NoSuchConversation",
    "NoSuchMessage",
    "NoSuchMessageFile",
    "NotAllowedHere",
    "NotShown",
    "Notice",
    "Participant",
    "Posted",
    "Preferences",
    "Said",
    "Subscription",
    "Text",
    "TextCard",
    "ToSay",
    "Viewer",
    "Wanted",
    "add_participants",
    "app_subscriptions",
    "catch_up",
    "chatid_of",
    "conversation_called",
    "conversation_of",
    "conversations_of",
    "count_conversations",
    "create_appchat",
    "create_group",
    "direct_with",
    "dissolve",
    "file_of",
    "keep_draft",
    "leave",
    "leave_everywhere",
    "lines_after",
    "lines_around",
    "lines_before",
    "mark_app_read",
    "mark_read",
    "met",
    "missed_entries",
    "open_app_conversation",
    "page_after",
    "page_of",
    "parse_body",
    "participants_of",
    "plain_text",
    "post_batch",
    "post_to_audience",
    "prefer",
    "readers_of",
    "recall",
    "remove_participants",
    "rename",
    "save_cursors",
    "set_role",
    "subscriptions",
    "taking_part",
    "transfer",
    "withdraw",
]
