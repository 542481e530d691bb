"""The fields of a form class, with those of the forms and lists within it."""

import re
from collections.abc import Iterator
from typing import Any

from wtforms import FieldList, FileField, FormField, MultipleFileField

FILE_FIELDS = (FileField, MultipleFileField)


def list_fields(form_class: Any) -> list[tuple[str, Any]]:
    """Return name and unbound field of each field of a form class itself."""
    # WTForms keeps this list once a form was made, until a field is added.
    known = vars(form_class).get("_unbound_fields")
    if known is not None:
        return [(field.name or name, field) for name, field in known]
    names = [name for name in dir(form_class) if not name.startswith("_")]
    fields = [(name, getattr(form_class, name)) for name in names]
    return [
        (field.name or name, field)
        for name, field in fields
        if isinstance(getattr(field, "field_class", None), type)
    ]


def walk_fields(form_class: Any) -> Iterator[tuple[str, type[Any]]]:
    """Yield name and class of each field, also of those within others."""
    for name, field in list_fields(form_class):
        yield from walk_field(name, field)


def walk_field(name: str, field: Any) -> Iterator[tuple[str, type[Any]]]:
    """Yield name and class of an unbound field, and of those within it."""
    kind, inner = field.field_class, _inner(field)
    yield name, kind
    if inner is not None and issubclass(kind, FormField):
        yield from walk_fields(inner)
    elif inner is not None:
        yield from walk_field(name, inner)


def find_field_class(form_class: Any, prefix: str, name: str) -> type[Any] | None:
    """Return the class of the field that a request calls `name`, if there is one."""
    for own, field in list_fields(form_class):
        found = _find(field, prefix + own, name)
        if found is not None:
            return found
    return None


def _find(field: Any, full: str, name: str) -> type[Any] | None:
    if not name.startswith(full):
        return None
    kind, inner = field.field_class, _inner(field)
    if inner is None:
        return kind if name == full else None
    start = full + field.kwargs.get("separator", "-")
    if not name.startswith(start):
        return None
    if issubclass(kind, FormField):
        return find_field_class(inner, start, name)
    number = re.match("[0-9]+", name[len(start) :], re.ASCII)
    return None if number is None else _find(inner, start + number[0], name)


def _inner(field: Any) -> Any:
    """Return the form within a field, or the field that a list repeats."""
    if issubclass(field.field_class, FormField):
        return field.args[0] if field.args else field.kwargs["form_class"]
    if issubclass(field.field_class, FieldList):
        return field.args[0] if field.args else field.kwargs["unbound_field"]
    return None
