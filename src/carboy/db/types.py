"""Column types that notes and books name and that SQLAlchemy keeps elsewhere.

`LONGTEXT` and `MEDIUMTEXT` are what MySQL calls them there, and plain text elsewhere.
They are made when they are asked for: MySQL's part of SQLAlchemy takes its time.
"""

from functools import cache
from importlib import import_module

from sqlalchemy import Text

_NAMES = frozenset({"LONGTEXT", "MEDIUMTEXT"})


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
