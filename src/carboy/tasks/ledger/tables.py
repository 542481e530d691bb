"""The tables of the tasks battery.

They are made when they are first missed. A site that keeps its tables by migrations
calls `make_tables(metadata)` in its models.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import mysql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

WAITING = "waiting"
RUNNING = "running"
DONE = "done"
FAILED = "failed"
CANCELLED = "cancelled"
DEAD = "dead"

# In the queue table: to be offered when due; offered; claimed.
SCHEDULED_ROW, READY_ROW, RUNNING_ROW = 0, 1, 2

STATES = (WAITING, RUNNING, DONE, FAILED, CANCELLED, DEAD)
ENDED = (DONE, FAILED, CANCELLED, DEAD)

_Long = sa.Text().with_variant(mysql.LONGTEXT(), "mysql", "mariadb")


class DatabaseNow(FunctionElement[float]):
    """Seconds since the epoch by the database's clock, the same for all machines."""

    name = "carboy_now"
    type = sa.Double()
    inherit_cache = True


@compiles(DatabaseNow, "postgresql")
def _postgresql(_element: Any, _compiler: Any, **_options: Any) -> str:
    return "CAST(EXTRACT(EPOCH FROM now()) AS DOUBLE PRECISION)"


@compiles(DatabaseNow, "mysql")
@compiles(DatabaseNow, "mariadb")
def _mysql(_element: Any, _compiler: Any, **_options: Any) -> str:
    return "CAST(UNIX_TIMESTAMP(NOW(6)) AS DOUBLE)"


@compiles(DatabaseNow)
def _sqlite(_element: Any, _compiler: Any, **_options: Any) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"


METADATA = sa.MetaData()

# Each run: what was asked for, and how it ended. Between the call and the end only a
# new attempt changes the row.
_parent = sa.Column("parent", sa.String(64))
RUN = sa.Table(
    "carboy_task_run",
    METADATA,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("task", sa.String(200), nullable=False),
    sa.Column("queue", sa.String(100), nullable=False),
    sa.Column("priority", sa.SmallInteger, nullable=False),
    # "waiting" until it ends: whether it runs is in the queue table.
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("args", _Long, nullable=False),
    sa.Column("options", _Long, nullable=False),
    sa.Column("who", sa.String(100)),
    sa.Column("request_id", sa.String(64)),
    _parent,
    sa.Column("root", sa.String(64)),
    sa.Column("created", sa.Double, nullable=False),
    sa.Column("due", sa.Double, nullable=False),
    sa.Column("started", sa.Double),
    sa.Column("ended", sa.Double),
    sa.Column("token", sa.Integer, nullable=False, default=0),
    sa.Column("losses", sa.Integer, nullable=False, default=0),
    sa.Column("retries", sa.Integer, nullable=False, default=0),
    sa.Column("result", _Long),
    sa.Column("error", sa.String(1000)),
    sa.Column("traceback", _Long),
    sa.Index("ix_carboy_task_run_created", "created"),
    sa.Index("ix_carboy_task_run_task", "task", "created"),
    sa.Index("ix_carboy_task_run_state", "state", "ended"),
    sa.Index(
        "ix_carboy_task_run_parent",
        "parent",
        sqlite_where=_parent.is_not(None),
        postgresql_where=_parent.is_not(None),
    ),
)

# The runs that have not ended, and who works on them: apart from the history, so that
# the number of finished runs slows nothing.
_state = sa.Column("state", sa.SmallInteger, nullable=False)
QUEUE = sa.Table(
    "carboy_task_queue",
    METADATA,
    sa.Column("run", sa.String(64), primary_key=True),
    sa.Column("queue", sa.String(100), nullable=False),
    sa.Column("priority", sa.SmallInteger, nullable=False),
    _state,
    sa.Column("due", sa.Double, nullable=False),
    # When it was offered to workers, by a message if there is a broker.
    sa.Column("sent_at", sa.Double),
    # Held while a unique run waits or runs; NULL never collides.
    sa.Column("mutex", sa.String(255), unique=True),
    # Raised by each claim: an old claim can change nothing any more.
    sa.Column("token", sa.Integer, nullable=False, default=0),
    sa.Column("losses", sa.Integer, nullable=False, default=0),
    sa.Column("owner", sa.String(32)),
    sa.Column("host", sa.String(64)),
    sa.Column("started", sa.Double),
    sa.Column("stop", sa.Boolean, nullable=False, default=False),
    sa.Index(
        "ix_carboy_task_queue_claim", "state", "queue", sa.desc("priority"), "due"
    ),
    sa.Index(
        "ix_carboy_task_queue_due",
        "state",
        "due",
        # PostgreSQL would sometimes use it for claims, and step over dead entries.
        postgresql_where=_state == SCHEDULED_ROW,
    ),
)

# What runs by the clock.
SCHEDULE = sa.Table(
    "carboy_task_schedule",
    METADATA,
    sa.Column("name", sa.String(200), primary_key=True),
    sa.Column("task", sa.String(200), nullable=False),
    sa.Column("rule", sa.String(200), nullable=False),
    sa.Column("args", _Long, nullable=False),
    sa.Column("paused", sa.Boolean, nullable=False, default=False),
    sa.Column("next", sa.Double, nullable=False),
    sa.Column("last", sa.Double),
    sa.Column("last_run", sa.String(64)),
)

# What was done once outside of the database, and how far a loop is.
EFFECT = sa.Table(
    "carboy_task_effect",
    METADATA,
    sa.Column("key", sa.String(255), primary_key=True),
    sa.Column("run", sa.String(64), nullable=False, index=True),
    sa.Column("value", _Long, nullable=False),
    sa.Column("at", sa.Double, nullable=False),
)

# What changes all the time and may be lost: progress, workers, log lines.
LIVE_METADATA = sa.MetaData()

PROGRESS = sa.Table(
    "carboy_task_progress",
    LIVE_METADATA,
    sa.Column("run", sa.String(64), primary_key=True),
    sa.Column("current", sa.Double, nullable=False),
    sa.Column("total", sa.Double, nullable=False),
    sa.Column("fraction", sa.Double, nullable=False),
    sa.Column("text", sa.String(500), nullable=False),
    sa.Column("at", sa.Double, nullable=False),
)
WORKER = sa.Table(
    "carboy_task_worker",
    LIVE_METADATA,
    sa.Column("owner", sa.String(32), primary_key=True),
    sa.Column("host_id", sa.String(64), nullable=False),
    sa.Column("host", sa.String(100), nullable=False),
    sa.Column("pid", sa.Integer, nullable=False),
    sa.Column("kind", sa.String(10), nullable=False),
    sa.Column("about", sa.String(500), nullable=False),
    # Why it cannot claim runs now; NULL if it can.
    sa.Column("problem", sa.String(500)),
    sa.Column("started", sa.Double, nullable=False),
    sa.Column("seen", sa.Double, nullable=False),
)
LOG = sa.Table(
    "carboy_task_log",
    LIVE_METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("run", sa.String(64), nullable=False, index=True),
    sa.Column("at", sa.Double, nullable=False),
    sa.Column("level", sa.String(10), nullable=False),
    sa.Column("text", sa.String(2000), nullable=False),
)


def make_tables(metadata: sa.MetaData) -> None:
    """Describe the tables, for a site that makes them by a migration."""
    for own in (METADATA, LIVE_METADATA):
        for table in own.sorted_tables:
            table.to_metadata(metadata)


# For conditions that name a run as well. Written so that no index fits: while the table
# looks empty, PostgreSQL would rather read the entries of all claims than the one run.
IS_CLAIMED: sa.ColumnElement[bool] = QUEUE.c.state + 0 == RUNNING_ROW
