"""Do something outside of the database once, although its task may run twice."""

from collections.abc import Callable
from typing import TypeVar

import sqlalchemy as sa

from .errors import TaskUsageError
from .json_values import dumps, loads
from .ledger.tables import EFFECT, DatabaseNow
from .worker import current_attempt

T = TypeVar("T")


def once(key: str, do: Callable[[str], T]) -> T:
    """Call `do` and store its result; a later attempt gets what was stored.

    `do` is handed an idempotency key that is the same in each try of this run. Give it
    to whom you call: the moment between the call and the keeping cannot be closed from
    here, and only the other side can tell a second call from a first.
    """
    attempt = current_attempt()
    if attempt is None:
        msg = f"once({key!r}) was called outside of a task. Call it inside of one."
        raise TaskUsageError(msg)
    name = f"{attempt.run_id}:{key}"
    database = attempt.database
    with database.read() as connection:
        stored = connection.scalar(
            sa.select(EFFECT.c.value).where(EFFECT.c.key == name)
        )
    if stored is not None:
        value: T = loads(stored)
        return value
    value = do(name)
    row = {"key": name, "run": attempt.run_id, "value": dumps(value)}
    with database.write() as connection:
        connection.execute(sa.insert(EFFECT).values(**row, at=DatabaseNow()))
    return value
