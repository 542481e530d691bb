"""Models, sessions and migrations on SQLAlchemy and Alembic.

Keys and values with an expiry are in `carboy.stores`.
"""

from . import requirements as requirements
from .engines import (
    ClosingConnection,
    Connection as Connection1x,
    Engine1x,
    close_before_fork,
    coerce_text,
    configure_psycopg,
    configure_sqlite,
    declarative_base as declarative_base_1x,
    make_engine,
    make_sqlite_engine,
    make_url,
    reconnect_after_fork,
    report_uses_to as report_1x_uses_to,
    upsert,
)
from .errors import DatabaseUnavailableError, LazyLoadError
from .extension import Databases, SQLAlchemy, database_of_app
from .key_paging import SortKey, follows, order_clauses
from .lazy_commands import MigrateCommand
from .migrations.migrate import Migrate
from .mixins import TimeOrderedKey, Timestamps, uuid7
from .models import Model
from .own_tables import OwnTables, make_later_column
from .pagination import Pagination
from .query import Query
from .record_queries import get_recorded_queries
from .search_index import SearchIndex, create_search_table, drop_search_table
from .session import Session
from .settings import DatabaseSettings
from .track_modifications import before_models_committed, models_committed
from .types import UtcDateTime
from .uniqueness import find_unique_row, list_unique_groups, list_violated_columns

__all__ = [
    "ClosingConnection",
    "Connection1x",
    "DatabaseSettings",
    "DatabaseUnavailableError",
    "Databases",
    "Engine1x",
    "LazyLoadError",
    "Migrate",
    "MigrateCommand",
    "Model",
    "OwnTables",
    "Pagination",
    "Query",
    "SQLAlchemy",
    "SearchIndex",
    "Session",
    "SortKey",
    "TimeOrderedKey",
    "Timestamps",
    "UtcDateTime",
    "before_models_committed",
    "close_before_fork",
    "coerce_text",
    "configure_psycopg",
    "configure_sqlite",
    "create_search_table",
    "database_of_app",
    "declarative_base_1x",
    "drop_search_table",
    "find_unique_row",
    "follows",
    "get_recorded_queries",
    "list_unique_groups",
    "list_violated_columns",
    "make_engine",
    "make_later_column",
    "make_sqlite_engine",
    "make_url",
    "models_committed",
    "order_clauses",
    "reconnect_after_fork",
    "report_1x_uses_to",
    "upsert",
    "uuid7",
]
