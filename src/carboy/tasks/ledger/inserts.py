"""The two statements that write a new run."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from .runs import NewRun
from .tables import QUEUE, READY_ROW, RUN, SCHEDULED_ROW, WAITING

_REQUEST = ("id", "task", "queue", "priority", "args", "options")
_ORIGIN = ("who", "request_id", "parent", "root")
_Bind = sa.BindParameter[Any]


def make_inserts(dialect: str, now: Any) -> tuple[sa.Insert, sa.Insert]:
    """Make the statements once: to put them together takes as long as to execute them.

    They insert nothing if there is a run with the id, or with the mutex.
    """
    names = (*_REQUEST, *_ORIGIN, "mutex")
    bound: dict[str, _Bind] = {name: sa.bindparam(f"new_{name}") for name in names}
    told_due: _Bind = sa.bindparam("new_due", type_=sa.Double())
    delay: _Bind = sa.bindparam("new_delay", type_=sa.Double())
    state: _Bind = sa.bindparam("new_state", type_=sa.SmallInteger())
    due: sa.ColumnElement[Any] = sa.func.coalesce(told_due, now + delay)
    run = _insert_once(RUN, dialect).values(
        **{name: bound[name] for name in (*_REQUEST, *_ORIGIN)},
        state=WAITING,
        created=now,
        due=due,
    )
    row = _insert_once(QUEUE, dialect).values(
        run=bound["id"],
        queue=bound["queue"],
        priority=bound["priority"],
        mutex=bound["mutex"],
        state=state,
        due=due,
        sent_at=sa.case((state == READY_ROW, now), else_=sa.null()),
    )
    return run, row


def get_values(run: NewRun) -> dict[str, Any]:
    """Return the parameters of both statements."""
    names = (*_REQUEST, *_ORIGIN, "mutex", "due", "delay")
    values = {f"new_{name}": getattr(run, name) for name in names}
    values["new_state"] = SCHEDULED_ROW if run.is_later else READY_ROW
    return values


def _insert_once(table: sa.Table, dialect: str) -> sa.Insert:
    statement: sa.Insert
    if dialect == "postgresql":
        statement = postgresql.insert(table).on_conflict_do_nothing()
    elif dialect == "sqlite":
        statement = sqlite.insert(table).on_conflict_do_nothing()
    else:
        statement = sa.insert(table).prefix_with("IGNORE")
    return statement.execution_options(preserve_rowcount=True)
