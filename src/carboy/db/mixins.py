"""Columns that many models have: times, and keys that sort by time."""

import secrets
import time
from datetime import UTC, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from .types import UtcDateTime

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
