"""The statements that write a new run: two, or one that does both."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from .runs import NewRun
from .tables import QUEUE, READY_ROW, RUN, SCHEDULED_ROW, WAITING

_REQUEST = ("id", "task", "queue", "priority", "args", "options")
_ORIGIN = ("who", "request_id", "parent", "root")
_Bind = sa.BindParameter[Any]


def make_inserts(dialect: str, now: Any) -> tuple[sa.Insert, ...]:
    """Make the statements once: to put them together takes as long as to execute them.

    They insert nothing if there is a run with the id, or with the mutex.
    """
    told_due: _Bind = sa.bindparam("new_due", type_=sa.Double())
    delay: _Bind = sa.bindparam("new_delay", type_=sa.Double())
    state: _Bind = sa.bindparam("new_state", type_=sa.SmallInteger())
    due: sa.ColumnElement[Any] = sa.func.coalesce(told_due, now + delay)
    run: dict[str, sa.ColumnElement[Any]] = {
        name: _bind(RUN, name, name) for name in (*_REQUEST, *_ORIGIN)
    }
    run |= {"state": sa.literal(WAITING), "created": now, "due": due}
    row: dict[str, sa.ColumnElement[Any]] = {
        name: _bind(QUEUE, name, name) for name in ("queue", "priority", "mutex")
    }
    row |= {"run": _bind(QUEUE, "run", "id"), "state": state, "due": due}
    row["sent_at"] = sa.case((state == READY_ROW, now), else_=sa.null())
    if dialect != "postgresql":
        return tuple(
            _insert_once(table, dialect).values(values)
            for table, values in ((RUN, run), (QUEUE, row))
        )
    # One statement is one round trip, and needs no transaction of its own. The columns
    # with defaults of ours have to be named.
    row |= {"token": sa.literal(0), "losses": sa.literal(0), "stop": sa.false()}
    run |= {name: sa.literal(0) for name in ("token", "losses", "retries")}
    is_known = sa.select(RUN.c.id).where(RUN.c.id == sa.bindparam("new_id")).exists()
    queued = (
        _insert_once(QUEUE, dialect)
        .from_select(list(row), sa.select(*row.values()).where(~is_known))
        .returning(QUEUE.c.run)
        .cte("queued")
    )
    rows = sa.select(*run.values()).select_from(queued)
    return (_insert_once(RUN, dialect).from_select(list(run), rows),)


def _bind(table: sa.Table, column: str, name: str) -> _Bind:
    return sa.bindparam(f"new_{name}", type_=table.c[column].type)


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
