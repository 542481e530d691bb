"""SQLAlchemy engines as Carboy sets them up: URLs, dialects, transactions.

What sessions do with them is in `db`, and how they skip SQLAlchemy in `db.fastpath`.
"""

from .autobegin import (
    begin_and_execute,
    begin_writing,
    begins_on_write,
    has_no_other_listeners,
    in_transaction,
    is_supported,
)
from .engine import (
    count_in_use,
    count_slots,
    get_lazy_loading,
    make_engine,
    set_lazy_loading,
)
from .forks import close_before_fork, reconnect_after_fork
from .outages import is_lost
from .postgresql import configure_psycopg
from .read_only import is_read_only
from .sqlalchemy1 import (
    Connection,
    Engine1x,
    coerce_text,
    create_engine,
    declarative_base,
    report_uses_to,
)
from .sqlite import (
    ClosingConnection,
    configure_sqlite,
    make_sqlite_engine,
    without_foreign_keys,
)
from .upsert import upsert
from .urls import database_url, make_url

__all__ = [
    "ClosingConnection",
    "Connection",
    "Engine1x",
    "begin_and_execute",
    "begin_writing",
    "begins_on_write",
    "close_before_fork",
    "coerce_text",
    "configure_psycopg",
    "configure_sqlite",
    "count_in_use",
    "count_slots",
    "create_engine",
    "database_url",
    "declarative_base",
    "get_lazy_loading",
    "has_no_other_listeners",
    "in_transaction",
    "is_lost",
    "is_read_only",
    "is_supported",
    "make_engine",
    "make_sqlite_engine",
    "make_url",
    "reconnect_after_fork",
    "report_uses_to",
    "set_lazy_loading",
    "upsert",
    "without_foreign_keys",
]
