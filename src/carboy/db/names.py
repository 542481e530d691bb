"""What tables and constraints are called when nobody names them."""

from __future__ import annotations

import re
from hashlib import blake2s
from typing import Any

import sqlalchemy as sa

_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def table_name(name: str) -> str:
    """Turn a class's name into its table's: `HTTPServer` gives `http_server`."""
    return _WORD.sub("_", name).lower().lstrip("_")


def digest(constraint: sa.CheckConstraint, _table: sa.Table) -> str:
    """Name a check that has none after what it says, the same on each machine."""
    return blake2s(str(constraint.sqltext).encode(), digest_size=4).hexdigest()


# A constraint without a name cannot be dropped by a migration, so all get one.
NAMING: dict[str, Any] = {
    "digest": digest,
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(digest)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def make_metadata(
    bind_key: str | None = None, naming: dict[str, Any] | None = None
) -> sa.MetaData:
    """Make the catalogue of one database's tables."""
    convention: Any = NAMING if naming is None else naming
    return sa.MetaData(naming_convention=convention, info={"bind_key": bind_key})
