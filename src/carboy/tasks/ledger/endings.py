"""The statements that end a run: into the history, and out of the queue.

They are made once: to put them together takes longer than to execute them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import sqlalchemy as sa

from .tables import IS_CLAIMED, QUEUE, RUN, RUNNING_ROW, WAITING

Condition = Literal["held", "waiting", "running", "any"]

_CONDITIONS: dict[Condition, tuple[sa.ColumnElement[bool], ...]] = {
    "held": (QUEUE.c.token == sa.bindparam("claim"), IS_CLAIMED),
    "waiting": (QUEUE.c.state != RUNNING_ROW,),
    "running": (IS_CLAIMED,),
    "any": (),
}
Statements: TypeAlias = tuple[sa.Update | sa.Delete, ...]

_NEW = ("state", "result", "error", "traceback")
_LAST = ("started", "due", "token", "losses")
_RUN: sa.BindParameter[str] = sa.bindparam("ended_run")


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """How a run ends, and which state of its claim that requires.

    With `follow` the claim is kept, and only its mutex freed.
    """

    run: str
    state: str
    condition: Condition = "held"
    token: int = 0
    result: str | None = None
    error: str | None = None
    traceback: str | None = None
    losses: int | None = None
    follow: bool = False


class Endings:
    """Ends runs, with statements that are made when they are first needed."""

    def __init__(self, dialect: str, now: Any) -> None:
        self._dialect = dialect
        self._now = now
        self._statements: dict[tuple[Condition, bool], Statements] = {}

    def end(self, execute: Callable[..., Any], ends: Sequence[End]) -> bool:
        """Write ends of one kind into the history, and take the runs out of the queue.

        False, and the caller has to roll back, if a claim does not fit.
        """
        first, number = ends[0], len(ends)
        kind = first.condition, first.follow
        if kind not in self._statements:
            self._statements[kind] = _make_statements(self._dialect, self._now, first)
        values = [_get_values(end) for end in ends]
        # With a list, drivers send all of it in one round trip.
        parameters = values if number > 1 else values[0]
        statements = self._statements[kind]
        return all(execute(each, parameters).rowcount == number for each in statements)


def _get_values(end: End) -> dict[str, Any]:
    values = {f"new_{name}": getattr(end, name) for name in (*_NEW, "losses")}
    return values | {"ended_run": end.run, "claim": end.token}


def _make_statements(dialect: str, now: Any, end: End) -> Statements:
    """Return statements, each of which has to change one row.

    The last one decides: it finds no row if another claim came in between.
    """
    row = (QUEUE.c.run == _RUN, *_CONDITIONS[end.condition])
    leaves: sa.Update | sa.Delete = sa.delete(QUEUE).where(*row)
    if end.follow:
        leaves = sa.update(QUEUE).where(*row).values(mutex=None)
    waits = (RUN.c.id == _RUN, RUN.c.state == WAITING)
    values: dict[str, Any] = {name: sa.bindparam(f"new_{name}") for name in _NEW}
    ended = sa.update(RUN).values(ended=now, **values)
    if dialect == "postgresql":
        # One statement is one round trip, and needs no transaction of its own.
        is_open = sa.select(RUN.c.id).where(*waits).exists()
        last = (QUEUE.c.run, *(QUEUE.c[name] for name in _LAST))
        left = leaves.where(is_open).returning(*last).cte("left_queue")
        ended = ended.values({name: _newer(name, left.c[name]) for name in _LAST})
        return (ended.where(*waits, RUN.c.id == left.c.run).add_cte(left),)
    queued = sa.select(QUEUE.c.run).where(*row).exists()
    one = {
        name: sa.select(QUEUE.c[name]).where(QUEUE.c.run == _RUN).scalar_subquery()
        for name in _LAST
    }
    ended = ended.values({name: _newer(name, one[name]) for name in _LAST})
    return ended.where(*waits, queued), leaves


def _newer(name: str, last: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    if name != "losses":
        return last
    losses: sa.BindParameter[int] = sa.bindparam("new_losses", type_=sa.Integer())
    return sa.func.coalesce(losses, last)
