"""What SQLAlchemy did before 2.0, on our own engines: it works, and names the edit.

SQLAlchemy itself stays as it is: engines that others make know nothing of this.
"""

from __future__ import annotations

import sys
import warnings
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from .read_only import is_read_only

_OPTIONS = frozenset({"execution_options"})
_OURS = ("carboy.db.", "sqlalchemy.")


class Connection(sa.Connection):
    """A connection that takes plain text, and values one by one."""

    def execute(
        self, statement: Any, parameters: Any = None, *more: Any, **options: Any
    ) -> Any:
        """Execute a statement; see SQLAlchemy."""
        if type(statement) is not str and not more and options.keys() <= _OPTIONS:
            return super().execute(statement, parameters, **options)
        _warn(f"connection.execute({_shown(statement)})", _edit_of(statement))
        return self.execute_old(statement, parameters, *more, **options)

    def scalar(self, statement: Any, parameters: Any = None, **options: Any) -> Any:
        """Execute a statement and give the first element of the first row."""
        if type(statement) is not str:
            return super().scalar(statement, parameters, **options)
        _warn(f"connection.scalar({_shown(statement)})", _edit_of(statement, "scalar"))
        return self.execute_old(statement, parameters, **options).scalar()

    def execute_old(self, statement: Any, *values: Any, **options: Any) -> Any:
        """Execute as SQLAlchemy 1 did: text as the driver reads it, committed at once.

        Committed only if no transaction was begun before.
        """
        is_alone = not self.in_transaction()
        kept = {name: options.pop(name) for name in _OPTIONS & options.keys()}
        told = _values_of(values, options)
        if isinstance(statement, str):
            result: Any = self.exec_driver_sql(statement, told, **kept)
        else:
            result = super().execute(statement, told, **kept)
        if is_alone:
            self.commit()
        return result


class Engine(sa.Engine):
    """An engine that executes by itself, and answers what is in its database."""

    _connection_cls = Connection

    def execute(self, statement: Any, *values: Any, **options: Any) -> Any:
        """Execute on a connection of its own, and commit what was written."""
        begin = "connect" if _is_read(statement) else "begin"
        _warn(
            f"engine.execute({_shown(statement)})",
            f"with engine.{begin}() as connection: {_edit_of(statement)}",
        )
        with self.connect() as connection:
            made: Any = connection
            result = made.execute_old(statement, *values, **options)
            # The rows have to outlive the connection.
            return result.freeze()() if result.returns_rows else result

    def scalar(self, statement: Any, *values: Any, **options: Any) -> Any:
        """Execute, and give the first element of the first row."""
        _warn(
            f"engine.scalar({_shown(statement)})",
            f"with engine.connect() as connection: {_edit_of(statement, 'scalar')}",
        )
        with self.connect() as connection:
            made: Any = connection
            return made.execute_old(statement, *values, **options).scalar()

    def table_names(self, schema: str | None = None) -> list[str]:
        """List the tables in the database."""
        _warn("engine.table_names()", "sqlalchemy.inspect(engine).get_table_names()")
        return sa.inspect(self).get_table_names(schema)

    def has_table(self, table_name: str, schema: str | None = None) -> bool:
        """Whether there is such a table in the database."""
        _warn(
            f"engine.has_table({table_name!r})",
            f"sqlalchemy.inspect(engine).has_table({table_name!r})",
        )
        return sa.inspect(self).has_table(table_name, schema)


class BoundMetaData(sa.MetaData):
    """Tables that know their database."""

    bind: Any = None

    def create_all(self, bind: Any = None, *args: Any, **options: Any) -> None:
        """Create the tables that are missing."""
        super().create_all(self.bind if bind is None else bind, *args, **options)

    def drop_all(self, bind: Any = None, *args: Any, **options: Any) -> None:
        """Drop the tables."""
        super().drop_all(self.bind if bind is None else bind, *args, **options)


def allow_old_ways(engine: sa.Engine) -> sa.Engine:
    """Let an engine that we made execute by itself."""
    if type(engine) is sa.Engine:
        engine.__class__ = Engine
    return engine


def create_engine(url: Any, **options: Any) -> sa.Engine:
    """Make an engine as `sqlalchemy.create_engine` does, with the old ways."""
    return allow_old_ways(sa.create_engine(url, **options))


def declarative_base(bind: sa.Engine | None = None, **options: Any) -> Any:
    """Make a base of models; `bind` is where `Base.metadata.create_all()` goes."""
    if bind is None:
        return orm.declarative_base(**options)
    _warn(
        "declarative_base(engine)",
        "Base = declarative_base(), and Base.metadata.create_all(engine)",
    )
    metadata = options.setdefault("metadata", BoundMetaData())
    metadata.bind = bind
    return orm.declarative_base(**options)


def text_of(statement: Any, way: str) -> Any:
    """Give plain text as a statement; anything else as it is."""
    if type(statement) is not str:
        return statement
    shown = _shown(statement)
    _warn(f"db.session.{way}({shown})", f"db.session.{way}(db.text({shown}))")
    return sa.text(statement)


def _values_of(values: tuple[Any, ...], named: dict[str, Any]) -> Any:
    told = tuple(value for value in values if value is not None)
    if named or not told:
        return named or None
    if len(told) == 1 and isinstance(told[0], tuple | list | dict):
        return told[0]
    if isinstance(told[0], tuple | dict):
        return list(told)
    return told


def _is_read(statement: Any) -> bool:
    text = statement if isinstance(statement, str) else getattr(statement, "text", "")
    return is_read_only(text) or isinstance(statement, sa.Select)


def _shown(statement: Any) -> str:
    if not isinstance(statement, str):
        return "…"
    return repr(statement) if len(statement) < 60 else repr(statement[:56] + " …")


def _edit_of(statement: Any, way: str = "execute") -> str:
    shown = _shown(statement)
    made = f"text({shown})" if isinstance(statement, str) else shown
    return f'connection.{way}({made}), with values as {{"name": value}}'


def _warn(old: str, new: str) -> None:
    message = f"{old} is SQLAlchemy 1's, and gone from SQLAlchemy 2. Write: {new}."
    warnings.warn(message, DeprecationWarning, stacklevel=_find_level())


def _find_level() -> int:
    """Count the calls between the warning and the line of the site."""
    level, frame = 2, sys._getframe(2)  # noqa: SLF001 - the cheap way to the callers
    while frame.f_back and frame.f_globals.get("__name__", "").startswith(_OURS):
        level, frame = level + 1, frame.f_back
    return level
