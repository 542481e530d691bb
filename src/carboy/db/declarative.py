"""Declare a model: the name of its table, its database, its order, its constraints."""

import re
from hashlib import blake2s
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from carboy.errors import WiringError

_ROOTS = (orm.DeclarativeBase, orm.DeclarativeBaseNoMeta)
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def table_name(name: str) -> str:
    """Return the name of a class's table: `http_server` for `HTTPServer`."""
    return _WORD.sub("_", name).lower().lstrip("_")


def digest(constraint: sa.CheckConstraint, _table: sa.Table) -> str:
    """Return the name of an unnamed check: a hash of its text."""
    return blake2s(str(constraint.sqltext).encode(), digest_size=4).hexdigest()


# A constraint without a name cannot be dropped by a migration, so all get one.
NAMING_CONVENTION: dict[str, object] = {
    "digest": digest,
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(digest)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def make_metadata(
    bind_key: str | None = None, naming: dict[str, object] | None = None
) -> sa.MetaData:
    """Make the metadata of one database's tables."""
    convention: Any = NAMING_CONVENTION if naming is None else naming
    return sa.MetaData(naming_convention=convention, info={"bind_key": bind_key})


def declare(cls: Any) -> None:
    """Complete a class that is about to be mapped."""
    _pop_default_order(cls)
    if not _is_root(cls):
        _set_metadata(cls)
        if cls.autonaming and _needs_name(cls):
            cls.__tablename__ = cls.__table_prefix__ + table_name(cls.__name__)


def is_declarative(cls: type) -> bool:
    """Return whether it is a declarative base of SQLAlchemy's, or below one."""
    return issubclass(cls, _ROOTS) or isinstance(cls, orm.DeclarativeMeta)


def _is_root(cls: type) -> bool:
    """Return whether it is a base itself, and so has no table."""
    if not is_declarative(cls):
        return True
    if any(base in _ROOTS for base in cls.__bases__):
        return True
    return bool(cls.__dict__.get("__abstract__", False))


def _pop_default_order(cls: Any) -> None:
    """Keep the `order_by` of `__mapper_args__`, which mappers no longer take."""
    arguments = cls.__dict__.get("__mapper_args__")
    if isinstance(arguments, dict) and "order_by" in arguments:
        rest = dict(arguments)
        order = rest.pop("order_by")
        cls.__default_order__ = order if isinstance(order, list | tuple) else (order,)
        cls.__mapper_args__ = rest


def _set_metadata(cls: Any) -> None:
    if "metadata" in cls.__dict__ or "__table__" in cls.__dict__:
        return
    key = getattr(cls, "__bind_key__", None)
    if key is None or cls.metadata.info.get("bind_key") == key:
        return
    if cls.__db__ is None:
        msg = (
            f"{cls.__name__} has the bind key {key!r} and was declared before its "
            f"database. Make it first: db = SQLAlchemy(model_class=...)."
        )
        raise WiringError(msg)
    cls.metadata = cls.__db__.metadata_of(key)


def _needs_name(cls: type) -> bool:
    if "__table__" in cls.__dict__:
        return False
    for index, base in enumerate(cls.__mro__):
        if "__tablename__" in base.__dict__:
            named = base.__dict__["__tablename__"]
            is_function = not isinstance(named, str)
            is_mixin = not is_declarative(base)
            if index == 0 or is_function or is_mixin or _is_abstract(base):
                return False
            # A mapped ancestor: with a key of its own this is a table that joins it.
            return _declares_key(cls)
        if index and "__table__" in base.__dict__:
            return _declares_key(cls)
    return True


def _is_abstract(cls: type) -> bool:
    return bool(cls.__dict__.get("__abstract__", False))


def _declares_key(cls: type) -> bool:
    for base in cls.__mro__:
        if base is not cls and "__mapper__" in base.__dict__:
            break
        if any(_is_key(value) for value in base.__dict__.values()):
            return True
        arguments = base.__dict__.get("__table_args__")
        if isinstance(arguments, tuple) and any(
            isinstance(item, sa.PrimaryKeyConstraint) for item in arguments
        ):
            return True
    return False


def _is_key(value: object) -> bool:
    if isinstance(value, orm.MappedColumn):
        return bool(value.column.primary_key)
    return isinstance(value, sa.Column) and value.primary_key
