"""SQLAlchemy engines as Carboy sets them up: URLs, dialects, transactions."""

from .autobegin import (
    begin_with,
    begin_writing,
    in_transaction,
    is_alone,
    is_lazy,
    knows,
)
from .engine import make_engine
from .gauges import count_in_use, count_slots
from .outages import is_lost
from .read_only import is_plain_read
from .sqlalchemy1 import create_engine, declarative_base, text_of
from .sqlite import (
    ClosingConnection,
    close_before_fork,
    with_synchronous,
    without_foreign_keys,
)
from .urls import url_of

__all__ = [
    "ClosingConnection",
    "begin_with",
    "begin_writing",
    "close_before_fork",
    "count_in_use",
    "count_slots",
    "create_engine",
    "declarative_base",
    "in_transaction",
    "is_alone",
    "is_lazy",
    "is_lost",
    "is_plain_read",
    "knows",
    "make_engine",
    "text_of",
    "url_of",
    "with_synchronous",
    "without_foreign_keys",
]
