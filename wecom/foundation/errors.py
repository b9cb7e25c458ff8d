"""The six sorts of refusal, in words no transport owns.

Features subclass them beside the thing they are about. The docstring is the sentence a person
sees when nothing more exact is said, so it ends with what to do.
"""

import inspect


class WecomError(Exception):
    """A request was refused."""

    def __init__(self, message: str = "", **facts: object) -> None:
        super().__init__(message or inspect.cleandoc(type(self).__doc__ or ""))
        self.facts = facts
        """What a program may want to know: JSON values, shown beside the sentence."""


class Invalid(WecomError):
    """The request cannot be understood as it is: correct it and send it again."""


class Unauthenticated(WecomError):
    """It is not known who is asking: sign in first."""


class Denied(WecomError):
    """The caller is known and may not do this: ask an administrator for the right."""


class Missing(WecomError):
    """There is no such thing, or none that the caller may see."""


class Conflict(WecomError):
    """The request does not fit what is there now: look again, then decide."""


class Busy(WecomError):
    """Too much at once: wait a moment and try again."""

    def __init__(self, message: str = "", *, retry_after: float | None = None, **facts: object) -> None:
        super().__init__(message, **facts)
        self.retry_after = retry_after
        """Seconds, where known."""
