"""Which table an error of a database misses; apart, for it needs no Alembic."""

import re

_MISSING = re.compile(
    r"""no such table: ["'`]?([\w.]+)|(?:relation|table) ["'`]([\w.]+)["'`] does"""
    r"""(?: not|n't) exist|Unknown table ["'`]([\w.]+)""",
    re.IGNORECASE,
)


def find_missing_table(text: str) -> str:
    """Return the table that an error of a database misses, or an empty text."""
    match = _MISSING.search(text)
    return next(filter(None, match.groups()), "") if match else ""
