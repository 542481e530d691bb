"""Models, sessions and migrations on SQLAlchemy and Alembic."""

from .engines import (
    ClosingConnection,
    close_before_fork,
    make_engine,
    with_synchronous,
)
from .errors import DatabaseUnavailableError
from .extension import Databases, SQLAlchemy, database_of_app
from .lazy_commands import MigrateCommand
from .migrations.migrate import Migrate
from .mixins import TimeOrderedKey, Timestamps, UtcDateTime, uuid7
from .models import Model
from .pagination import Pagination
from .query import Query
from .record_queries import (
    before_models_committed,
    get_recorded_queries,
    models_committed,
)
from .session import Session
from .settings import DatabaseSettings

__all__ = [
    "ClosingConnection",
    "DatabaseSettings",
    "DatabaseUnavailableError",
    "Databases",
    "Migrate",
    "MigrateCommand",
    "Model",
    "Pagination",
    "Query",
    "SQLAlchemy",
    "Session",
    "TimeOrderedKey",
    "Timestamps",
    "UtcDateTime",
    "before_models_committed",
    "close_before_fork",
    "database_of_app",
    "get_recorded_queries",
    "make_engine",
    "models_committed",
    "uuid7",
    "with_synchronous",
]
