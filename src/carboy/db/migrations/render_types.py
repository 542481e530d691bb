"""Write column types into migrations, each with the import that it needs."""

import ast
from typing import Any, Literal

import sqlalchemy as sa
from alembic.autogenerate.api import AutogenContext

# Migrations live long: they import a public name, not the file that it is in today.
_FRONT_DOORS = {"carboy.db.types": "carboy.db"}


def render_item(kind: str, item: Any, context: AutogenContext) -> str | Literal[False]:
    """Return the source of a type that SQLAlchemy does not have, and add its import.

    False leaves the item to Alembic. A type that cannot be made again from its `repr`
    is written as the type that it is stored as.
    """
    if kind != "type" or type(item).__module__.startswith("sqlalchemy."):
        return False
    module = _FRONT_DOORS.get(type(item).__module__, type(item).__module__)
    if getattr(item, "_variant_mapping", None):
        # Alembic writes the base and each variant.
        _add_import(context, type(item).__module__)
        return False
    if _is_importable(item) and _has_exact_repr(item):
        _add_import(context, module)
        return f"{module}.{_qualified(item)}"
    return _render_stored(item, context)


def _add_import(context: AutogenContext, module: str) -> None:
    if context.imports is not None:
        context.imports.add(f"import {module}")


def _is_importable(item: object) -> bool:
    kind = type(item)
    return kind.__module__ != "__main__" and "<locals>" not in kind.__qualname__


def _has_exact_repr(item: object) -> bool:
    """Return whether `repr(item)` is a call that makes an equal type."""
    kind = type(item)
    try:
        again = _call(kind, repr(item))
    except (SyntaxError, TypeError, ValueError, AttributeError, sa.exc.SQLAlchemyError):
        return False
    # Only what the constructor sets: SQLAlchemy memoizes more on a type in use. An
    # inner type is another object, so it is compared by its repr.
    return type(again) is kind and all(
        repr(value) == repr(getattr(item, name, None))
        for name, value in vars(again).items()
        if name != "dispatch"
    )


def _call(kind: type[object], text: str) -> object:
    """Call `kind` as `text` does, whose arguments have to be literals."""
    match ast.parse(text, mode="eval").body:
        case ast.Call(func=ast.Name(kind.__name__), args=args, keywords=keywords):
            options = {
                word.arg: ast.literal_eval(word.value) for word in keywords if word.arg
            }
            return kind(*map(ast.literal_eval, args), **options)
    raise ValueError(text)


def _qualified(item: object) -> str:
    """Return the repr with the whole name of a class that is inside another one."""
    kind = type(item)
    arguments = repr(item).removeprefix(kind.__name__)
    return f"{kind.__qualname__}{arguments}"


def _render_stored(item: Any, context: AutogenContext) -> str | Literal[False]:
    stored = getattr(item, "impl_instance", None) or getattr(item, "impl", None)
    while isinstance(stored, sa.types.TypeDecorator):
        stored = stored.impl_instance
    if not isinstance(stored, sa.types.TypeEngine):
        _add_import(context, type(item).__module__)
        return False
    parts = type(stored).__module__.split(".")
    if parts[:2] == ["sqlalchemy", "dialects"]:
        if context.imports is not None:
            context.imports.add(f"from sqlalchemy.dialects import {parts[2]}")
        return f"{parts[2]}.{stored!r}"
    return f"sa.{stored!r}"
