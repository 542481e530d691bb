"""What may be wrong with the database of a site: settings, columns, migrations."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import Flask

from carboy.core import Check, check_obsolete, registry_of

from .migrations.pending import check_pending
from .module_models import check_table_names
from .settings import DatabaseSettings


def check_settings(app: Flask) -> Iterator[Check]:
    """Check the settings without effect."""
    yield from check_obsolete(app.config, DatabaseSettings.obsolete, "db.W005")


def check_tables(
    app: Flask, model: Any, engine: sa.Engine, settings: DatabaseSettings
) -> Iterator[Check]:
    """Check the migrations of the main database, and the models below `model`."""
    yield from check_pending(app, engine, settings.migrations)
    yield from check_table_names(app, model.metadata)
    for base in (model, *registry_of(app).models.values()):
        yield from check_naive_times(base, engine.dialect.name)


def check_naive_times(model: Any, dialect: str) -> Iterator[Check]:
    """Check the defaults of all columns of the models below the base `model`."""
    for mapper in sorted(model.registry.mappers, key=lambda each: each.class_.__name__):
        for column in mapper.local_table.columns:
            if _drops_zone(column.type, dialect) and _is_fed_aware(column):
                yield _warn(f"{mapper.class_.__name__}.{column.key}")


def _drops_zone(kind: object, dialect: str) -> bool:
    # Only PostgreSQL keeps a zone, in a column that asks for it.
    is_kept = dialect == "postgresql" and getattr(kind, "timezone", False)
    return isinstance(kind, sa.DateTime) and not is_kept


def _is_fed_aware(column: sa.Column[Any]) -> bool:
    return any(_is_aware(default) for default in (column.default, column.onupdate))


def _is_aware(default: Any) -> bool:
    if default is None or not (default.is_callable or default.is_scalar):
        return False
    value = None
    # A default that needs the values of its row fails here, with any error.
    with suppress(Exception):
        # SQLAlchemy has wrapped functions, so that all take a context.
        value = default.arg(None) if default.is_callable else default.arg
    return isinstance(value, datetime) and value.tzinfo is not None


def _warn(name: str) -> Check:
    return Check(
        "db.W004",
        f"{name} is a DateTime without a time zone, and its default has one: SQLite "
        f"and MariaDB drop the zone, PostgreSQL converts to the zone of its session, "
        f"so the value that is read is another one.",
        "Write mapped_column(UtcDateTime, default=…), from carboy.db, and migrate.",
    )
