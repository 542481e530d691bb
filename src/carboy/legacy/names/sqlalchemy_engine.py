"""SQLAlchemy 1: engines, connections, rows and tables, as its Core had them."""

import sys
from collections.abc import Callable
from functools import wraps
from importlib.util import find_spec
from pkgutil import resolve_name
from typing import Any

from carboy.legacy.patches import Patches
from carboy.legacy.rows import Row
from carboy.legacy.uses import record_use

from .sqlalchemy_sql import bind_of_metadata

_GONE = "SQLAlchemy 2.0"
CORE = Row(
    "engine.execute(…)",
    _GONE,
    "it works, also with plain text; what is written is committed at once",
    "with engine.begin() as connection: connection.execute(text(…))",
)
AUTOCOMMIT = Row(
    "connection.execute(insert) without commit",
    _GONE,
    "committed at once, unless a transaction was begun",
    "connection.commit() after it, or with engine.begin() as connection:",
)
BIND = Row(
    "MetaData(bind=engine), metadata.create_all()",
    _GONE,
    "the tables know their engine",
    "metadata.create_all(engine)",
)
ROW_KEYS = Row(
    "row['name'], row.keys(), row.items()",
    _GONE,
    "rows are read like dicts again",
    "row.name, or row._mapping['name']",
)
OPTIONS = Row(
    "create_engine(convert_unicode=True)",
    _GONE,
    "options that no longer mean anything are left out",
    "create_engine(url)",
)
DRIVER = Row(
    "create_engine('mysql://…') without MySQLdb",
    "",
    "the driver that is installed: PyMySQL, psycopg",
    "create_engine('mysql+pymysql://…')",
)
AUTOLOAD = Row(
    "Table(…, autoload=True)", _GONE, "autoload_with", "Table(…, autoload_with=engine)"
)
_DEAD_OPTIONS = (
    "convert_unicode",
    "encoding",
    "strategy",
    "case_sensitive",
    "implicit_returning",
    "empty_in_strategy",
    "autocommit",
    "supports_unicode_binds",
)


def report_core_use(old: str, new: str) -> None:
    """Record a use that the database battery has seen."""
    record_use(Row(old, _GONE, CORE.here, new))


def _wrap_create_engine(create: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(create)
    def make(url: Any, **options: Any) -> Any:
        for name in _DEAD_OPTIONS:
            if options.pop(name, None) is not None:
                record_use(OPTIONS)
        make_old: Callable[[Any], Any] = resolve_name(
            "carboy.legacy.names.autocommit:make_old_engine"
        )
        return make_old(create(_with_driver(url), **options))

    return make


def _with_driver(url: Any) -> Any:
    """Name the driver that is installed, where a URL names none or an old one."""
    text = str(url)
    scheme = text.partition(":")[0]
    old = {"mysql": "MySQLdb", "postgresql": "psycopg2", "postgres": "psycopg2"}
    if not isinstance(url, str) or scheme not in old:
        return url
    if find_spec(old[scheme]) is not None and scheme != "postgres":
        return url
    new = resolve_name("carboy.db:make_url")(url)
    if new.drivername != scheme:
        record_use(DRIVER)
    return new


def _wrap_metadata_init(init: Callable[..., None]) -> Callable[..., None]:
    @wraps(init)
    def make(metadata: Any, schema: Any = None, *args: Any, **options: Any) -> None:
        bind = options.pop("bind", None)
        if (
            schema is not None
            and not isinstance(schema, str)
            and hasattr(schema, "connect")
        ):
            bind, schema = schema, None
        init(metadata, schema, *args, **options)
        if bind is not None:
            record_use(BIND)
            metadata.bind = bind

    return make


def _with_bind(
    method: Callable[..., Any], find: Callable[[Any], Any]
) -> Callable[..., Any]:
    @wraps(method)
    def call(owner: Any, bind: Any = None, *args: Any, **options: Any) -> Any:
        if bind is None:
            bind = find(owner)
            if bind is not None:
                record_use(BIND)
        return method(owner, bind, *args, **options)

    return call


def _bind_of_table(table: Any) -> Any:
    return getattr(table.metadata, "bind", None)


def _wrap_table_new(new: Callable[..., Any]) -> Callable[..., Any]:
    def make(kind: Any, *args: Any, **options: Any) -> Any:
        if options.pop("autoload", None):
            record_use(AUTOLOAD)
            if options.get("autoload_with") is None:
                options["autoload_with"] = bind_of_metadata(args[1])
        if options.pop("useexisting", None):
            options["extend_existing"] = True
        return new(kind, *args, **options)

    return make


def _wrap_getitem(get: Callable[..., Any]) -> Callable[..., Any]:
    def find(row: Any, key: Any) -> Any:
        if isinstance(key, int | slice):
            return get(row, key)
        record_use(ROW_KEYS)
        return row._mapping[key]

    return find


def _contains(row: Any, key: Any) -> bool:
    """Return whether a row has a column of this name, or this value."""
    if isinstance(key, str) and key in row._mapping:
        record_use(ROW_KEYS)
        return True
    return key in (*row,)


def _mapping_method(name: str) -> Callable[[Any], Any]:
    def call(row: Any) -> Any:
        record_use(ROW_KEYS)
        return [*getattr(row._mapping, name)()]

    return call


def _apply(patches: Patches) -> None:
    sa: Any = sys.modules["sqlalchemy"]
    creating = sys.modules["sqlalchemy.engine.create"]
    create = _wrap_create_engine(vars(creating)["create_engine"])
    for module in (creating, sys.modules["sqlalchemy.engine"], sa):
        patches.set(module, "create_engine", create)
    patches.set(sa.MetaData, "__init__", _wrap_metadata_init(sa.MetaData.__init__))
    patches.set(sa.MetaData, "bind", None)
    for name in ("create_all", "drop_all", "reflect"):
        method = _with_bind(getattr(sa.MetaData, name), bind_of_metadata)
        patches.set(sa.MetaData, name, method)
    for name in ("create", "drop"):
        patches.set(sa.Table, name, _with_bind(getattr(sa.Table, name), _bind_of_table))
    patches.set(sa.Table, "__new__", _wrap_table_new(sa.Table.__new__))
    row = sys.modules["sqlalchemy.engine.row"].__dict__["Row"]
    patches.set(row, "__getitem__", _wrap_getitem(row.__getitem__))
    for name in ("keys", "values", "items"):
        patches.set(row, name, _mapping_method(name))
    patches.set(row, "__contains__", _contains)
    patches.set(row, "has_key", lambda self, key: key in self._mapping)


def _apply_to_declarative(patches: Patches) -> None:
    module: Any = sys.modules["sqlalchemy.ext.declarative"]
    patches.set(module, "declarative_base", make_declarative_base)


def make_declarative_base(bind: Any = None, **options: Any) -> Any:
    """Make a base of models, which may know its engine."""
    return resolve_name("carboy.db:declarative_base_1x")(bind, **options)


HOOKS = {"sqlalchemy": _apply, "sqlalchemy.ext.declarative": _apply_to_declarative}
ROWS = (
    CORE,
    AUTOCOMMIT,
    BIND,
    ROW_KEYS,
    OPTIONS,
    DRIVER,
    AUTOLOAD,
)
