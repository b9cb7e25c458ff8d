"""What interfaces are made of: endpoints read off signatures, doors, the OpenAPI document."""

from .door import BodyTooLarge, Caller, Door, caller_of, routes
from .endpoint import Cookie, Encoded, Endpoint, Endpoints, Headed, Reply
from .files import FileAnswer, FileMissing, Incoming, RangeInvalid, Upload, UploadBroken, give, send_part
from .openapi import document
from .streamed import StreamAnswer

__all__ = [
    "BodyTooLarge",
    "Caller",
    "Cookie",
    "Door",
    "Encoded",
    "Endpoint",
    "Endpoints",
    "FileAnswer",
    "FileMissing",
    "Headed",
    "Incoming",
    "RangeInvalid",
    "Reply",
    "StreamAnswer",
    "Upload",
    "UploadBroken",
    "caller_of",
    "document",
    "give",
    "routes",
    "send_part",
]
