"""The statements that end a run: into the history, and out of the queue.

They are made once: to put them together takes longer than to execute them.
"""

from typing import Any, Literal

import sqlalchemy as sa

from .tables import QUEUE, RUN, RUNNING_ROW, WAITING

Condition = Literal["held", "waiting", "running", "any"]

_CONDITIONS: dict[Condition, tuple[sa.ColumnElement[bool], ...]] = {
    "held": (
        QUEUE.c.token == sa.bindparam("claim"),
        QUEUE.c.state == RUNNING_ROW,
    ),
    "waiting": (QUEUE.c.state != RUNNING_ROW,),
    "running": (QUEUE.c.state == RUNNING_ROW,),
    "any": (),
}
# PostgreSQL does not wait for its disk: if the server itself crashes within the next
# second, the change may be undone, and the run runs again.
RELAXED: sa.ColumnElement[bool] = (
    sa
    .select(sa.func.set_config("synchronous_commit", "off", sa.true()))
    .scalar_subquery()
    .is_not(None)
)
_LAST = ("started", "due", "token", "losses")
_RUN = sa.bindparam("ended_run")


def make_endings(
    dialect: str, now: Any, condition: Condition, *, follow: bool, relaxed: bool = False
) -> tuple[sa.Update | sa.Delete, ...]:
    """Return statements, each of which has to change one row.

    With `follow` the claim is kept, and only its mutex freed. The last statement
    decides: it finds no row if another claim came in between. `relaxed` is for an end
    with which nothing else is committed.
    """
    row = (QUEUE.c.run == _RUN, *_CONDITIONS[condition])
    if relaxed and dialect == "postgresql":
        row = (*row, RELAXED)
    leaves: sa.Update | sa.Delete = sa.delete(QUEUE).where(*row)
    if follow:
        leaves = sa.update(QUEUE).where(*row).values(mutex=None)
    waits = (RUN.c.id == _RUN, RUN.c.state == WAITING)
    names = ("state", "result", "error", "traceback")
    values = {name: sa.bindparam(f"new_{name}") for name in names}
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
        name: sa
        .select(QUEUE.c[name])
        .where(QUEUE.c.run == _RUN)
        .scalar_subquery()
        for name in _LAST
    }
    ended = ended.values({name: _newer(name, one[name]) for name in _LAST})
    return ended.where(*waits, queued), leaves


def get_end_values(run_id: str, token: int, values: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters of the statements."""
    names = ("state", "result", "error", "traceback", "losses")
    new = {f"new_{name}": values.get(name) for name in names}
    return {"ended_run": run_id, "claim": token, **new}


def _newer(name: str, last: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    if name != "losses":
        return last
    losses: sa.BindParameter[int] = sa.bindparam("new_losses", type_=sa.Integer())
    return sa.func.coalesce(losses, last)
