"""Models, sessions and migrations on SQLAlchemy and Alembic."""

from .engines import make_engine
from .errors import DatabaseUnavailableError
from .extension import Databases, SQLAlchemy, database_of_app
from .lazygroup import MigrateCommand
from .migrate import Migrate
from .mixins import TimeOrderedKey, Timestamps, UtcDateTime, uuid7
from .models import Model
from .pagination import Pagination
from .query import Query
from .recording import (
    before_models_committed,
    get_recorded_queries,
    models_committed,
)
from .session import Session
from .settings import DatabaseSettings
from .sqlite import ClosingConnection, with_synchronous

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
    "database_of_app",
    "get_recorded_queries",
    "make_engine",
    "models_committed",
    "uuid7",
    "with_synchronous",
]
