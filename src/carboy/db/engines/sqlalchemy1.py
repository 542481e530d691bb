"""The API of SQLAlchemy 1 on our own engines; each use warns and names the edit.

SQLAlchemy itself stays as it is, and so do engines that are made elsewhere.
"""

import sys
import warnings
from collections.abc import Callable
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy import orm

from .read_only import is_read_only

AnyResult: TypeAlias = sa.CursorResult[*tuple[Any, ...]]

# Called with the old code and the new one, instead of a DeprecationWarning.
ReportUse = Callable[[str, str], None]

_OPTIONS = frozenset({"execution_options"})
_OURS = ("carboy.db.", "sqlalchemy.")


class Connection(sa.Connection):
    """A connection that takes plain text, and values one by one."""

    def execute(
        self,
        statement: object,
        parameters: object = None,
        *more: object,
        **options: object,
    ) -> Any:
        """Execute a statement; see SQLAlchemy."""
        if type(statement) is not str and not more and options.keys() <= _OPTIONS:
            execute: Callable[..., AnyResult] = super().execute
            return execute(statement, parameters, **options)
        _warn(f"connection.execute({_quote(statement)})", _make_edit(statement))
        return self.execute_1x(statement, parameters, *more, **options)

    def scalar(
        self, statement: object, parameters: object = None, **options: object
    ) -> Any:
        """Execute a statement and return the first element of the first row."""
        if type(statement) is not str:
            scalar: Callable[..., object] = super().scalar
            return scalar(statement, parameters, **options)
        _warn(
            f"connection.scalar({_quote(statement)})", _make_edit(statement, "scalar")
        )
        return self.execute_1x(statement, parameters, **options).scalar()

    def execute_1x(
        self, statement: object, *values: object, **options: object
    ) -> AnyResult:
        """Execute as SQLAlchemy 1 did: text as the driver reads it, committed at once.

        It is committed only if no transaction was begun before.
        """
        is_autocommit = not self.in_transaction()
        own = {name: options.pop(name) for name in _OPTIONS & options.keys()}
        parameters = _collect_values(values, options)
        is_text = isinstance(statement, str)
        execute: Callable[..., AnyResult] = (
            self.exec_driver_sql if is_text else super().execute
        )
        result = execute(statement, parameters, **own)
        if is_autocommit:
            self.commit()
        return result


class Engine1x(sa.Engine):
    """An engine that executes by itself, and lists the tables of its database."""

    _connection_cls = Connection

    def execute(self, statement: object, *values: object, **options: object) -> Any:
        """Execute on a connection of its own, and commit what was written."""
        begin = "connect" if _reads(statement) else "begin"
        _warn(
            f"engine.execute({_quote(statement)})",
            f"with engine.{begin}() as connection: {_make_edit(statement)}",
        )
        connection = Connection(self)
        with connection:
            result = connection.execute_1x(statement, *values, **options)
            if not result.returns_rows:
                return result
            # The rows have to outlive the connection.
            rows: Any = result.freeze()()
            rows.rowcount = result.rowcount
            return rows

    def scalar(self, statement: object, *values: object, **options: object) -> Any:
        """Execute, and return the first element of the first row."""
        _warn(
            f"engine.scalar({_quote(statement)})",
            f"with engine.connect() as connection: {_make_edit(statement, 'scalar')}",
        )
        connection = Connection(self)
        with connection:
            return connection.execute_1x(statement, *values, **options).scalar()

    def table_names(self, schema: str | None = None) -> list[str]:
        """List the tables in the database."""
        _warn("engine.table_names()", "sqlalchemy.inspect(engine).get_table_names()")
        return sa.inspect(self).get_table_names(schema)

    def has_table(self, table_name: str, schema: str | None = None) -> bool:
        """Return whether there is such a table in the database."""
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


def enable_1x_api(engine: sa.Engine) -> sa.Engine:
    """Add the API of SQLAlchemy 1 to an engine that we made."""
    if type(engine) is sa.Engine:
        engine.__class__ = Engine1x
    return engine


def create_engine(url: str | sa.URL, **options: object) -> sa.Engine:
    """Make an engine as `sqlalchemy.create_engine` does, with SQLAlchemy 1's API."""
    return enable_1x_api(sa.create_engine(url, **options))


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


def coerce_text(statement: Any, method: str) -> Any:
    """Return plain text as a statement, and anything else as it is."""
    if type(statement) is not str:
        return statement
    text = _quote(statement)
    _warn(f"db.session.{method}({text})", f"db.session.{method}(db.text({text}))")
    return sa.text(statement)


def _collect_values(values: tuple[object, ...], named: dict[str, object]) -> object:
    given = tuple(value for value in values if value is not None)
    if named or not given:
        return named or None
    if len(given) == 1 and isinstance(given[0], tuple | list | dict):
        return given[0]
    if isinstance(given[0], tuple | dict):
        return list(given)
    return given


def _reads(statement: object) -> bool:
    text = statement if isinstance(statement, str) else getattr(statement, "text", "")
    return is_read_only(text) or isinstance(statement, sa.Select)


def _quote(statement: object) -> str:
    if not isinstance(statement, str):
        return "…"
    return repr(statement) if len(statement) < 60 else repr(statement[:56] + " …")


def _make_edit(statement: object, method: str = "execute") -> str:
    text = _quote(statement)
    argument = f"text({text})" if isinstance(statement, str) else text
    return f'connection.{method}({argument}), with values as {{"name": value}}'


def report_uses_to(report: ReportUse | None) -> None:
    """Call `report` for each use instead of warning; None brings the warnings back."""
    _reports[:] = [report] if report else []


_reports: list[ReportUse] = []


def _warn(old: str, new: str) -> None:
    if _reports:
        _reports[0](old, new)
        return
    message = f"{old} is SQLAlchemy 1's, and gone from SQLAlchemy 2. Write: {new}."
    warnings.warn(message, DeprecationWarning, stacklevel=_get_stack_level())


def _get_stack_level() -> int:
    """Count the calls between the warning and the line of the site."""
    level, frame = 2, sys._getframe(2)  # noqa: SLF001 - the cheap way to the callers
    while frame.f_back and frame.f_globals.get("__name__", "").startswith(_OURS):
        level, frame = level + 1, frame.f_back
    return level
