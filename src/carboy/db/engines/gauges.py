"""Numbers about the pools of an app, for those who watch it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa


def count_in_use(engines: Iterable[sa.Engine]) -> float:
    """Count the connections that are in use now."""
    return float(sum(_call(engine.pool, "checkedout") for engine in engines))


def count_slots(engines: Iterable[sa.Engine]) -> float:
    """Count the connections that the pools keep open at most."""
    return float(sum(_call(engine.pool, "size") for engine in engines))


def _call(pool: Any, name: str) -> int:
    count = getattr(pool, name, None)
    return int(count()) if count is not None else 0
