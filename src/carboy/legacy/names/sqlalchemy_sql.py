"""SQLAlchemy 1's statements: conditions and values as arguments, text as SQL."""

import sys
from collections.abc import Callable
from functools import wraps
from pkgutil import resolve_name
from typing import Any

from carboy.legacy.patches import Patches
from carboy.legacy.rows import Row
from carboy.legacy.uses import record_use

_GONE = "SQLAlchemy 2.0"
SELECT = Row(
    "select([table.c.id], table.c.id > 1)",
    _GONE,
    "columns may be a list, with a condition behind it",
    "select(table.c.id).where(table.c.id > 1)",
)
CASE = Row(
    "case([(condition, value)])",
    _GONE,
    "the list is unpacked",
    "case((condition, value))",
)
TABLE_METHODS = {
    "select": Row(
        "table.select(condition)",
        _GONE,
        "the condition is that of where()",
        "table.select().where(condition)",
    ),
    "insert": Row(
        "table.insert({'name': 'a'})",
        _GONE,
        "the values are those of values()",
        "table.insert().values(name='a')",
    ),
    "update": Row(
        "table.update(condition, {'name': 'a'})",
        _GONE,
        "the arguments are those of where() and values()",
        "table.update().where(condition).values(name='a')",
    ),
    "delete": Row(
        "table.delete(condition)",
        _GONE,
        "the condition is that of where()",
        "table.delete().where(condition)",
    ),
}
COUNT = Row(
    "table.count()",
    "SQLAlchemy 1.4",
    "a statement that counts the rows",
    "select(func.count()).select_from(table)",
)
EXISTS = Row(
    "table.exists()",
    "SQLAlchemy 2.0",
    "whether the table is in the database",
    "inspect(engine).has_table(table.name)",
)
TEXT = Row(
    "statement.where('id > 5')",
    _GONE,
    "text is SQL in conditions, columns and orders",
    "statement.where(text('id > 5'))",
    "Never put what visitors write into such a text.",
)
EXECUTE = Row(
    "statement.execute()",
    _GONE,
    "executed by the engine of its tables",
    "with engine.begin() as connection: connection.execute(statement)",
)
SCALAR = Row(
    "select.as_scalar()",
    _GONE,
    "a select as a value",
    "select.scalar_subquery()",
)
BOUND_TEXT = Row(
    "text('select 1', bind=engine)",
    _GONE,
    "the statement is executed by that engine",
    "with engine.begin() as connection: connection.execute(text('select 1'))",
)


def _wrap_select(select: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(select)
    def make(*columns: Any, **options: Any) -> Any:
        is_old = (columns and isinstance(columns[0], list | tuple)) or (
            not columns and "columns" in options
        )
        if not is_old:
            return select(*columns, **options)
        record_use(SELECT)
        listed = columns[0] if columns else options.pop("columns")
        where = columns[1] if len(columns) > 1 else options.pop("whereclause", None)
        statement = select(*map(_to_column, listed))
        if where is not None:
            statement = statement.where(where)
        for name, value in options.items():
            if name == "distinct":
                statement = statement.distinct() if value else statement
                continue
            values = value if isinstance(value, list | tuple) else [value]
            method = "select_from" if name == "from_obj" else name
            statement = getattr(statement, method)(*values)
        return statement

    return make


def _wrap_case(case: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(case)
    def make(*whens: Any, **options: Any) -> Any:
        if "whens" in options:
            whens = (options.pop("whens"),)
        if len(whens) == 1 and isinstance(whens[0], list):
            record_use(CASE)
            whens = tuple(whens[0])
        return case(*whens, **options)

    return make


def _wrap_text(text: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(text)
    def make(sql: str, bind: Any = None, **options: Any) -> Any:
        statement = text(sql)
        if options.get("bindparams"):
            statement = statement.bindparams(*options["bindparams"])
        if bind is not None:
            record_use(BOUND_TEXT)
            statement.bind = bind
        return statement

    return make


def _add_parts(statement: Any, where: Any, values: Any) -> Any:
    if where is not None:
        statement = statement.where(where)
    return statement if values is None else statement.values(values)


def _wrap_table_method(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
    """Return a method of tables that accepts a condition, values, or both."""

    @wraps(method)
    def make(table: Any, *parts: Any, **options: Any) -> Any:
        if not parts and not options:
            return method(table)
        record_use(TABLE_METHODS[name])
        names = ("values",) if name == "insert" else ("whereclause", "values")
        given = dict(zip(names, parts, strict=False)) | options
        statement = method(table)
        return _add_parts(statement, given.get("whereclause"), given.get("values"))

    return make


def _wrap_function(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return `update(table, condition, values)` and its like, as methods have it."""

    @wraps(function)
    def make(table: Any, *parts: Any, **options: Any) -> Any:
        if not parts and not options:
            return function(table)
        return getattr(table, name)(*parts, **options)

    return make


def _count(table: Any, whereclause: Any = None) -> Any:
    record_use(COUNT)
    sa: Any = sys.modules["sqlalchemy"]
    counted = sa.select(sa.func.count().label("tbl_row_count")).select_from(table)
    return _add_parts(counted, whereclause, None)


def _exists(table: Any, bind: Any = None) -> bool:
    record_use(EXISTS)
    engine = bind or bind_of_metadata(table.metadata)
    inspector = resolve_name("sqlalchemy:inspect")(engine)
    return bool(inspector.has_table(table.name, table.schema))


def _to_column(item: Any) -> Any:
    if not isinstance(item, str):
        return item
    record_use(TEXT)
    return resolve_name("sqlalchemy:literal_column")(item)


def _to_text(item: Any) -> Any:
    if not isinstance(item, str):
        return item
    record_use(TEXT)
    return resolve_name("sqlalchemy:text")(item)


def _to_order(item: Any) -> Any:
    is_sql = isinstance(item, str) and not item.isidentifier()
    return _to_text(item) if is_sql else item


def _wrap_clauses(method: Callable[..., Any], convert: Any) -> Callable[..., Any]:
    @wraps(method)
    def add(statement: Any, *clauses: Any, **options: Any) -> Any:
        return method(statement, *map(convert, clauses), **options)

    return add


def _execute(statement: Any, *values: Any, **named: Any) -> Any:
    record_use(EXECUTE)
    bind = _bind_of_statement(statement)
    if bind is None:
        msg = (
            "This statement has no engine to be executed by. Give its tables one, "
            "MetaData(bind=engine), or write connection.execute(statement)."
        )
        raise resolve_name("sqlalchemy.exc:UnboundExecutionError")(msg)
    return bind.execute(statement, *values, **named)


def _scalar(statement: Any, *values: Any, **named: Any) -> Any:
    return _execute(statement, *values, **named).scalar()


def _as_scalar(statement: Any) -> Any:
    record_use(SCALAR)
    return statement.scalar_subquery()


def bind_of_metadata(metadata: Any) -> Any:
    """Return the engine of tables, or None."""
    return getattr(metadata, "bind", None)


def _bind_of_statement(statement: Any) -> Any:
    own = vars(statement).get("bind")
    if own is not None:
        return own
    table = getattr(statement, "table", None)
    if table is None and not hasattr(statement, "get_final_froms"):
        return None
    tables = [table] if table is not None else statement.get_final_froms()
    binds = (bind_of_metadata(getattr(each, "metadata", None)) for each in tables)
    return next((bind for bind in binds if bind is not None), None)


def _apply(patches: Patches) -> None:
    sa: Any = sys.modules["sqlalchemy"]
    modules = [sys.modules[f"sqlalchemy.{n}"] for n in ("sql", "sql.expression")]
    functions = {
        "select": _wrap_select(sa.select),
        "case": _wrap_case(sa.case),
        "text": _wrap_text(sa.text),
    }
    for name in ("insert", "update", "delete"):
        functions[name] = _wrap_function(name, getattr(sa, name))
    for module in (sa, *modules):
        for name, function in functions.items():
            patches.set(module, name, function)
    table: Any = resolve_name("sqlalchemy.sql.expression:TableClause")
    for name in TABLE_METHODS:
        method = _wrap_table_method(name, getattr(table, name))
        patches.set(table, name, method)
    patches.set(table, "count", _count)
    patches.set(sa.Table, "exists", _exists)
    for kind in (sa.Select, sa.Insert, sa.Update, sa.Delete, sa.TextClause):
        patches.set(kind, "execute", _execute)
        patches.set(kind, "scalar", _scalar)
    patches.set(sa.Select, "as_scalar", _as_scalar)
    for kind, name, convert in (
        (sa.Select, "where", _to_text),
        (sa.Select, "having", _to_text),
        (sa.Select, "order_by", _to_order),
        (sa.Select, "group_by", _to_order),
        (sa.Select, "select_from", _to_text),
        (sa.Update, "where", _to_text),
        (sa.Delete, "where", _to_text),
    ):
        patches.set(kind, name, _wrap_clauses(getattr(kind, name), convert))


HOOKS = {"sqlalchemy": _apply}
ROWS = (
    SELECT,
    CASE,
    *TABLE_METHODS.values(),
    COUNT,
    EXISTS,
    TEXT,
    EXECUTE,
    SCALAR,
    BOUND_TEXT,
)
