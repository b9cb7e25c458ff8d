"""What interfaces are made of: endpoints read off signatures, doors, the OpenAPI document."""

from .door import BodyTooLarge, Caller, Door, caller_of, routes
from .endpoint import Cookie, Encoded, Endpoint, Endpoints, Reply
from .openapi import document

__all__ = [
    "BodyTooLarge",
    "Caller",
    "Cookie",
    "Door",
    "Encoded",
    "Endpoint",
    "Endpoints",
    "Reply",
    "caller_of",
    "document",
    "routes",
]
