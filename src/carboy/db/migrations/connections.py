"""Prepare a connection for migrations, and restore it before it serves a page."""

import sqlalchemy as sa

from .errors import MigrationError

_UNLIMITED = {
    "postgresql": "SET statement_timeout = 0",
    "mysql": "SET SESSION max_execution_time = 0",
    "mariadb": "SET SESSION max_statement_time = 0",
}


def prepare(connection: sa.Connection) -> None:
    """Lift the limit of statements, and let SQLite copy tables that others refer to."""
    name = connection.dialect.name
    if getattr(connection.dialect, "is_mariadb", False):
        name = "mariadb"
    if name in _UNLIMITED:
        connection.exec_driver_sql(_UNLIMITED[name])
        connection.commit()
    elif name == "sqlite":
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.rollback()


def refuse_dangling(connection: sa.Connection) -> None:
    """Raise if rows of SQLite refer to rows that are not there."""
    if connection.dialect.name != "sqlite":
        return
    dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if dangling:
        table, _row, parent, _ = dangling[0]
        msg = (
            f"After the migration {len(dangling)} rows point to rows that are not "
            f"there; the first is in {table!r} and points to {parent!r}. "
            f"Restore your backup, or delete these rows."
        )
        raise MigrationError(msg)


def restore(connection: sa.Connection, *, foreign_keys: bool) -> None:
    """Restore what was switched off here before the connection serves a page."""
    if connection.dialect.name != "sqlite":
        connection.invalidate()
        return
    connection.rollback()
    on = int(foreign_keys)
    connection.exec_driver_sql(f"PRAGMA foreign_keys={on}")
