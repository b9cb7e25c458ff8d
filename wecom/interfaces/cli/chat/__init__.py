"""`wecom chat`: a terminal client on the public protocol only. It knows nothing but what goes over the wire.

`state` is what a client knows, as a value, and `apply` what each entry makes of it, both pure; `wire`
is HTTP and the socket; `outbox` what was said and is not yet answered; `client` keeps the three together:
connects, catches up, asks, sends again. On top stand the screen (`screen`, with `painting` and `commands`)
and, for scripts and pipes, the lines of `plain`.
"""

from .command import arguments, run

__all__ = ["arguments", "run"]
