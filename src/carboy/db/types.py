"""Column types: points in time, and MySQL's long texts, which books import from here.

`LONGTEXT` and `MEDIUMTEXT` are plain text on other databases. They are made at their
first use, because importing MySQL's part of SQLAlchemy takes long.
"""

from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Dialect, Text

_NAMES = frozenset({"LONGTEXT", "MEDIUMTEXT"})


class UtcDateTime(sa.TypeDecorator[datetime]):
    """A point in time: written in UTC, read with its zone, on every database."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Refuse a time without a zone, which could be any of 38 points in time."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = f"{value!r} has no time zone. Use datetime.now(UTC)."
            raise ValueError(msg)
        moment = value.astimezone(UTC)
        return moment if dialect.name == "postgresql" else moment.replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Return the time with its zone, which only PostgreSQL keeps."""
        if value is None:
            return None
        moment: datetime = (
            value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        )
        return moment if dialect.name else None


def __getattr__(name: str) -> Text:
    if name not in _NAMES:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return _make(name)


@cache
def _make(name: str) -> Text:
    kind = getattr(import_module("sqlalchemy.dialects.mysql"), name)
    text: Text = Text().with_variant(kind(), "mysql", "mariadb")
    return text
