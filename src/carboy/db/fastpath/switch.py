"""The switch of the fast path: for this SQLAlchemy, and for the engines of a site."""

from collections.abc import Iterator
from typing import Final
from weakref import WeakSet

import sqlalchemy as sa

from carboy.core import Check

from .requirements import find_missing

# Found once, when this is imported. The fast path is not even imported if any is there.
MISSING: Final = tuple(find_missing())

_disabled: WeakSet[sa.Engine] = WeakSet()


def disable(engine: sa.Engine) -> None:
    """Leave all queries and flushes of an engine to SQLAlchemy."""
    _disabled.add(engine)


def is_enabled(engine: sa.Engine | None) -> bool:
    """Return whether queries and flushes of an engine may take the fast path."""
    return engine is not None and not MISSING and engine not in _disabled


def check_requirements() -> Iterator[Check]:
    """Warn if this SQLAlchemy is not the one that the fast path knows."""
    if MISSING:
        yield Check(
            "db.W003",
            f"SQLAlchemy {sa.__version__} is not built as the fast path of queries "
            f"expects, so all queries take SQLAlchemy's own way, with the same "
            f"results and less speed. It differs in {', '.join(MISSING[:3])}"
            f"{' and more' if len(MISSING) > 3 else ''}.",
            "Install SQLAlchemy 2.1, or set DATABASE_FAST_PATH to false.",
        )
