"""Following every stream at once, commit-safe, with a durable cursor per follower."""

from collections.abc import Awaitable, Callable, Sequence

from ..db import Db, Pool, Tx, transaction
from . import queries
from .queries import Followed

END = 2**63 - 1
"""Behind everything in a transaction."""

Handle = Callable[[Tx, Sequence[Followed]], Awaitable[int | None]]
"""How many of the changes it took, where these are not all."""


async def follow(pool: Pool, name: str, handle: Handle, *, limit: int = 500, bodies: bool = True) -> int:
    """Give `handle` the next changes that `name` has not had; how many it took.

    The cursor moves in the handler's own transaction, so what it writes there happens once; what
    it does elsewhere may happen again after a crash. Two processes never run one follower at the
    same time: the second finds nothing to do.

    Who needs only to know where something happened asks for no `bodies`, and gets empty ones for less work.

    The order is that of transactions' ids. Within one stream it may differ from the numbers, where a
    transaction that began earlier took its number later: whoever minds sorts by `seq`, or reads on
    with `since`.
    """
    async with transaction(pool) as tx:
        position = await queries.follower_position(tx, name)
        if position[0] < 0:
            return 0
        changes = await queries.final_changes(tx, position, limit, bodies)
        if changes:
            taken = await handle(tx, changes)
            changes = changes[: taken or None]
            last = changes[-1]
            await queries.move_follower(tx, name, (last.xid, last.stream_id, last.seq))
        return len(changes)


async def follow_transactions(
    pool: Pool, name: str, newest: Callable[[Tx, int], Awaitable[int | None]], handle: Callable[..., Awaitable[None]]
) -> bool:
    """The same for who has statements of its own for what it follows, and counts by whole transactions.

    `newest(tx, after)`: up to which transaction to go on, of those that have ended, or None where there is nothing;
    `handle(tx, after, upto)` does so. Whether there was anything.
    """
    async with transaction(pool) as tx:
        after, _, _ = await queries.follower_position(tx, name)
        if after < 0 or (upto := await newest(tx, after)) is None:
            return False
        await handle(tx, after, upto)
        await queries.move_follower(tx, name, (upto, END, END))
        return True


async def lag_of(db: Db, name: str) -> float:
    """Seconds for which the first change that a follower has not had has been there; 0 where it has had all."""
    return await queries.waiting_since(db, await queries.position_of(db, name))


async def forget_follower(db: Db, name: str) -> None:
    """Whoever follows by this name next begins at the beginning."""
    await queries.delete_follower(db, name)
