"""What a model has: its columns and relations, with a kind that pages understand."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from .secret_names import is_secret_column

# From special to general: the first type that a column's type is an instance of.
_KINDS: tuple[tuple[type[Any], str], ...] = (
    (sa.Boolean, "boolean"),
    (sa.Enum, "choice"),
    (sa.Text, "long_text"),
    (sa.String, "text"),
    (sa.Integer, "integer"),
    (sa.Numeric, "number"),
    (sa.Float, "number"),
    (sa.DateTime, "datetime"),
    (sa.Date, "date"),
    (sa.Time, "time"),
    (sa.Uuid, "uuid"),
    (sa.JSON, "json"),
    (sa.LargeBinary, "binary"),
)
# What a list shows by default, and what can be compared and ordered.
PLAIN = frozenset({
    *("boolean", "choice", "text", "integer", "number", "date", "datetime", "time"),
    "uuid",
})


@dataclass(frozen=True, slots=True, eq=False)
class Attribute:
    """A column or relation of a model.

    `kind` is that of a column, or "one" or "many" for a relation. `choices` maps what
    is stored, as text, to what people read.
    """

    name: str
    label: Any
    kind: str
    prop: Any
    column: sa.Column[Any] | None = None
    choices: Mapping[str, Any] = field(default_factory=dict)
    is_key: bool = False
    is_secret: bool = False

    @property
    def is_relation(self) -> bool:
        """Whether it leads to rows of a model."""
        return self.kind in {"one", "many"}

    @property
    def is_plain(self) -> bool:
        """Whether its values are short, and can be compared and ordered."""
        return self.kind in PLAIN

    @property
    def is_number(self) -> bool:
        """Whether it stands on the right of its column."""
        return self.kind in {"integer", "number"} and not self.is_reference

    @property
    def is_reference(self) -> bool:
        """Whether it is a key, or leads to one."""
        column = self.column
        return column is not None and (self.is_key or bool(column.foreign_keys))

    @property
    def is_nullable(self) -> bool:
        """Whether the database may have no value for it."""
        if self.column is not None:
            return bool(self.column.nullable)
        return self.kind == "many" or all(c.nullable for c in self.prop.local_columns)

    @property
    def target(self) -> type[Any]:
        """The class that a relation leads to."""
        model: type[Any] = self.prop.mapper.class_
        return model


def list_attributes(
    mapper: orm.Mapper[Any], labels: Mapping[str, Any]
) -> dict[str, Attribute]:
    """Return the columns and relations of a model by name, in its own order."""
    attributes = {
        prop.key: _make_column(prop, mapper, labels) for prop in mapper.column_attrs
    }
    attributes |= {
        prop.key: _make_relation(prop, labels) for prop in mapper.relationships
    }
    return attributes


def _make_column(
    prop: orm.ColumnProperty[Any], mapper: orm.Mapper[Any], labels: Mapping[str, Any]
) -> Attribute:
    column = prop.columns[0]
    if not isinstance(column, sa.Column):
        # An expression of the mapper, such as a count.
        kind = _find_kind(column.type)
        return Attribute(prop.key, _label(prop.key, {}, labels), kind, prop)
    # In joined tables the key of the child stands before that of its parent.
    is_key = any(each in mapper.primary_key for each in prop.columns)
    is_secret = not (is_key or column.foreign_keys) and (
        is_secret_column(prop.key) or is_secret_column(column.name)
    )
    choices = _list_choices(column)
    return Attribute(
        prop.key,
        _label(prop.key, column.info, labels),
        "choice" if choices else _find_kind(column.type),
        prop,
        column,
        choices,
        is_key=is_key,
        is_secret=bool(column.info.get("secret", is_secret)),
    )


def _make_relation(
    prop: orm.RelationshipProperty[Any], labels: Mapping[str, Any]
) -> Attribute:
    kind = "many" if prop.uselist else "one"
    return Attribute(prop.key, _label(prop.key, prop.info, labels), kind, prop)


def _find_kind(sql_type: Any) -> str:
    if hasattr(sql_type, "make_form_field"):
        # A type of another battery, such as that of attachments.
        return "file"
    for each in (sql_type, getattr(sql_type, "impl", None)):
        for known, kind in _KINDS:
            if isinstance(each, known):
                return kind
    return "other"


def _list_choices(column: sa.Column[Any]) -> dict[str, Any]:
    choices = column.info.get("choices")
    if isinstance(choices, Mapping):
        return {str(value): label for value, label in choices.items()}
    if choices and not callable(choices):
        return {str(value): str(value) for value in choices}
    if isinstance(column.type, sa.Enum):
        names = column.type.enums
        return {name: make_label(name) for name in names}
    return {}


def choice_text(value: Any) -> str:
    """Return the text under which a value stands among the choices."""
    return value.name if isinstance(value, enum.Enum) else str(value)


def _label(name: str, info: Mapping[Any, Any], labels: Mapping[str, Any]) -> Any:
    return labels.get(name) or info.get("label") or make_label(name)


def make_label(name: str) -> str:
    """Return the words of a name: `published_at` is "Published at"."""
    return name.replace("_", " ").strip().capitalize()
