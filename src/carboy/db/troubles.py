"""Say what to do about what Alembic and databases complain of."""

from __future__ import annotations

import re
from typing import Any

from alembic.util.exc import CommandError

from carboy.errors import CarboyError

_UNKNOWN = re.compile(r"Can't locate revision identified by '?([^']*)'?")
_EXISTS = re.compile(
    r"""(?:table|relation) ["'`]?([\w.]+)["'`]? already exists""", re.IGNORECASE
)
_SQLITE_DROP = re.compile(r"cannot drop|after drop column|near \"DROP\"", re.IGNORECASE)


class MigrationError(CarboyError):
    """Raised when a migration cannot be made or run, with what to do about it."""


def explain(error: Exception, folder: object) -> MigrationError:
    """Turn an error into one that says what to do."""
    text = str(getattr(error, "orig", None) or error)
    for explanation in (_explain_alembic, _explain_database):
        message = explanation(error, text, folder)
        if message is not None:
            return MigrationError(message)
    return MigrationError(text)


def _explain_alembic(error: Exception, text: str, folder: Any) -> str | None:
    if not isinstance(error, CommandError):
        return None
    if "not up to date" in text:
        return (
            "The database is behind the migrations, so the difference to the models "
            "cannot be told. Run `carboy db upgrade` first. If the tables are already "
            "as the newest migration makes them, `carboy db stamp head` says so."
        )
    unknown = _UNKNOWN.search(text)
    if unknown:
        return (
            f"There is no migration {unknown[1]!r} in {folder}, but the database says "
            f"that it stands there: the file was deleted, or belongs to a branch that "
            f"is not checked out. Bring the file back from version control. If it is "
            f"gone for good and the tables are as the newest migration makes them, run "
            f"`carboy db stamp --purge head`."
        )
    if "Relative revision" in text:
        return (
            "The database does not stand that many migrations above the beginning. "
            "`carboy db current` says where it stands."
        )
    if "Multiple head" in text or "multiple heads" in text:
        return (
            "The migrations have more than one end, as happens when two people make "
            "one at the same time. Join them with `carboy db merge heads`."
        )
    return None


def _explain_database(_error: Exception, text: str, _folder: object) -> str | None:
    exists = _EXISTS.search(text)
    if exists:
        return (
            f"The table {exists[1]!r} exists already, but not by a migration: "
            f"db.create_all() made it, or the list of migrations that ran was lost. "
            f"If all tables are as the migrations make them, run "
            f"`carboy db stamp head`; otherwise drop the table and run "
            f"`carboy db upgrade` again. Nothing was changed in the list of migrations."
        )
    if _SQLITE_DROP.search(text):
        return (
            f"SQLite cannot change the column in place: {text}. In that migration, "
            f"write the step inside `with op.batch_alter_table(...) as batch_op:`, "
            f"which copies the table."
        )
    return None
