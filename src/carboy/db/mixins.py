"""Columns that many models have: times, and keys that sort by time."""

import secrets
import time
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Dialect
from sqlalchemy.orm import Mapped, mapped_column

_RANDOM_BITS = 74


def uuid7() -> UUID:
    """Make a UUID of version 7: milliseconds first, so later ones sort behind."""
    milliseconds = time.time_ns() // 1_000_000
    noise = secrets.randbits(_RANDOM_BITS)
    value = (milliseconds & (1 << 48) - 1) << 80 | 7 << 76
    value |= (noise >> 62) << 64 | 2 << 62 | noise & (1 << 62) - 1
    return UUID(int=value)


def now() -> datetime:
    """Return the time in UTC, with its zone."""
    return datetime.now(UTC)


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
        """Return the time its zone back, which only PostgreSQL keeps."""
        if value is None:
            return None
        moment: datetime = (
            value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        )
        return moment if dialect.name else None


class Timestamps:
    """`created_at` and `updated_at`, kept by themselves."""

    created_at: Mapped[datetime] = mapped_column(
        UtcDateTime, default=now, sort_order=900
    )
    updated_at: Mapped[datetime] = mapped_column(
        UtcDateTime, default=now, onupdate=now, sort_order=901
    )


class TimeOrderedKey:
    """A primary key `id` that needs no database to be made, and tells no counts."""

    id: Mapped[UUID] = mapped_column(
        sa.Uuid, primary_key=True, default=uuid7, sort_order=-900
    )
