"""SQLAlchemy 1's loader options by name: `joinedload("addresses")`."""

import sys
from collections.abc import Callable
from functools import wraps
from pkgutil import resolve_name
from typing import Any

from carboy.legacy.patches import Patches
from carboy.legacy.rows import Row, rows_of
from carboy.legacy.uses import record_use

_GONE = "SQLAlchemy 2.0"
_HERE = "carboy.legacy.names.sqlalchemy_loading"
LOADER_NAME = Row(
    "joinedload('addresses')",
    _GONE,
    "the names of relationships and columns are found; also in the other options",
    "joinedload(Model.addresses)",
)
_OPTIONS = (
    "joinedload",
    "subqueryload",
    "selectinload",
    "lazyload",
    "immediateload",
    "noload",
    "raiseload",
    "defaultload",
    "contains_eager",
    "defer",
    "undefer",
    "load_only",
)
# The older names → what each step of a path becomes.
_ALL = {
    "eagerload": "joinedload",
    "eagerload_all": "joinedload",
    "joinedload_all": "joinedload",
    "subqueryload_all": "subqueryload",
    "contains_eager_all": "contains_eager",
}


class NamedOption:
    """An option by names, which become attributes in the query that takes it."""

    def __init__(self, steps: tuple[tuple[str, tuple[Any, ...], Any], ...]) -> None:
        self.steps = steps

    def __getattr__(self, name: str) -> Callable[..., "NamedOption"]:
        if name not in _OPTIONS:
            raise AttributeError(name)

        def add(*keys: Any, **options: Any) -> NamedOption:
            return NamedOption((*self.steps, *_split(name, keys, options)))

        return add

    def bind(self, entities: list[Any]) -> Any:
        """Return the option for the first of these classes that has the attribute."""
        method, keys, _ = self.steps[0]
        first = next((key for key in keys if isinstance(key, str)), "*")
        entity = next((e for e in entities if hasattr(e, first)), entities[0])
        if keys == ("*",):
            return getattr(resolve_name("sqlalchemy.orm"), method)("*")
        load = resolve_name("sqlalchemy.orm:Load")(entity)
        for method, keys, options in self.steps:
            load = getattr(load, method)(*keys, **options)
        return load


def _split(
    method: str, keys: tuple[Any, ...], options: Any, before: str = "defaultload"
) -> list[tuple[str, tuple[Any, ...], Any]]:
    """Return the steps of a path such as `"addresses.user"`."""
    if method == "load_only":
        return [(method, keys, options)]
    path: list[Any] = []
    for key in keys:
        path += key.split(".") if isinstance(key, str) else [key]
    steps: list[Any] = [(before, (key,), {}) for key in path[:-1]]
    return [*steps, (method, (path[-1],), options)]


def _wrap_option(name: str, option: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(option)
    def make(*keys: Any, **options: Any) -> Any:
        if not any(isinstance(key, str) and key != "*" for key in keys):
            return option(*keys, **options)
        record_use(LOADER_NAME)
        return NamedOption(tuple(_split(name, keys, options)))

    return make


def _wrap_method(method: Callable[..., Any]) -> Callable[..., Any]:
    """Return the method of options that accepts names of a known class."""

    @wraps(method)
    def add(load: Any, *keys: Any, **options: Any) -> Any:
        if any(isinstance(key, str) and key != "*" for key in keys):
            entity = load.path[-1].entity
            keys = tuple(
                getattr(entity, k) if isinstance(k, str) and k != "*" else k
                for k in keys
            )
        return method(load, *keys, **options)

    return add


def make_path_option(name: str) -> Callable[..., Any]:
    """Return the function that loads each step of a path in the same way."""
    method = _ALL[name]

    def make(*keys: Any, **options: Any) -> Any:
        if not any(isinstance(key, str) for key in keys):
            return getattr(resolve_name("sqlalchemy.orm"), method)(*keys, **options)
        record_use(LOADER_NAME)
        return NamedOption(tuple(_split(method, keys, options, method)))

    return make


eagerload = make_path_option("eagerload")
eagerload_all = make_path_option("eagerload_all")
joinedload_all = make_path_option("joinedload_all")
subqueryload_all = make_path_option("subqueryload_all")
contains_eager_all = make_path_option("contains_eager_all")


def _wrap_options(options: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(options)
    def add(statement: Any, *given: Any) -> Any:
        if any(isinstance(each, NamedOption) for each in _flatten(given)):
            found = [d["entity"] for d in statement.column_descriptions]
            entities = [*dict.fromkeys(e for e in found if e is not None)]
            given = tuple(
                each.bind(entities) if isinstance(each, NamedOption) else each
                for each in _flatten(given)
            )
        return options(statement, *given)

    return add


def _flatten(values: Any) -> list[Any]:
    flat: list[Any] = []
    for value in values:
        flat += _flatten(value) if isinstance(value, list | tuple) else [value]
    return flat


def _apply(patches: Patches) -> None:
    orm: Any = sys.modules["sqlalchemy.orm"]
    for name in _OPTIONS:
        patches.set(orm, name, _wrap_option(name, getattr(orm, name)))
        patches.set(orm.Load, name, _wrap_method(getattr(orm.Load, name)))
    for kind in (orm.Query, resolve_name("sqlalchemy:Select")):
        patches.set(kind, "options", _wrap_options(kind.options))


HOOKS = {"sqlalchemy.orm": _apply}
ROWS = (
    LOADER_NAME,
    *(
        row
        for name, option in _ALL.items()
        for row in rows_of(
            "sqlalchemy.orm",
            _GONE,
            {name: f"{_HERE}:{name}"},
            f"from sqlalchemy.orm import {option}",
        )
    ),
)
