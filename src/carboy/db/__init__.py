"""Models, sessions and migrations on SQLAlchemy and Alembic.

Keys and values with an expiry are in `carboy.stores`.
"""

from . import requirements as requirements
from .engines import (
    ClosingConnection,
    close_before_fork,
    configure_sqlite,
    make_engine,
    make_sqlite_engine,
    upsert,
)
from .errors import DatabaseUnavailableError
from .extension import Databases, SQLAlchemy, database_of_app
from .lazy_commands import MigrateCommand
from .migrations.migrate import Migrate
from .mixins import TimeOrderedKey, Timestamps, uuid7
from .models import Model
from .own_tables import OwnTables
from .pagination import Pagination
from .query import Query
from .record_queries import get_recorded_queries
from .session import Session
from .settings import DatabaseSettings
from .track_modifications import before_models_committed, models_committed
from .types import UtcDateTime

__all__ = [
    "ClosingConnection",
    "DatabaseSettings",
    "DatabaseUnavailableError",
    "Databases",
    "Migrate",
    "MigrateCommand",
    "Model",
    "OwnTables",
    "Pagination",
    "Query",
    "SQLAlchemy",
    "Session",
    "TimeOrderedKey",
    "Timestamps",
    "UtcDateTime",
    "before_models_committed",
    "close_before_fork",
    "configure_sqlite",
    "database_of_app",
    "get_recorded_queries",
    "make_engine",
    "make_sqlite_engine",
    "models_committed",
    "upsert",
    "uuid7",
]
