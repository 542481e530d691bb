"""Say in words how the tables of a database differ from the models."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import conv

Say = Callable[..., str]


def describe(differences: Iterable[Any]) -> list[str]:
    """Return a phrase for each of Alembic's differences."""
    phrases = []
    for difference in differences:
        # What changed in one column comes as a list.
        steps = difference if isinstance(difference, list) else [difference]
        phrases += [_describe_step(*step) for step in steps]
    return phrases


def is_only_renamed(thing: Any, models: sa.MetaData, connection: Any) -> bool:
    """Return whether a unique constraint of a table and its model differ only in name.

    As when the tables were made before there was a naming convention. A name that is
    given by hand counts.
    """
    model = models.tables.get(thing.table.key)
    columns = [column.name for column in thing.columns]
    is_by_hand = thing.table is model and not isinstance(thing.name, conv)
    if model is None or is_by_hand or not getattr(thing, "unique", True):
        return False
    is_declared = any(
        isinstance(unique.name, conv) and columns == [c.name for c in unique.columns]
        for unique in model.constraints
        if isinstance(unique, sa.UniqueConstraint)
    )
    return is_declared and columns in _list_unique(thing.table, connection)


def _list_unique(table: sa.Table, connection: sa.Connection) -> Iterator[list[Any]]:
    inspector = sa.inspect(connection)
    for unique in inspector.get_unique_constraints(table.name, schema=table.schema):
        yield unique["column_names"]


def _describe_step(kind: str, *details: object) -> str:
    say = _WORDS.get(kind)
    return kind.replace("_", " ") if say is None else say(*details)


def _column(_schema: object, table: str, column: Any) -> str:
    return f"the column {table}.{column.name}"


def _part(part: Any) -> str:
    columns = ", ".join(column.name for column in part.columns)
    return f"{part.__visit_name__.replace('_', ' ')} on {part.table.name} ({columns})"


def _changed(what: str, show: Callable[[object], str] = str) -> Say:
    def say(
        _schema: object,
        table: str,
        column: str,
        _told: object,
        old: object,
        new: object,
    ) -> str:
        return f"{table}.{column} has {what} {show(old)}, the model says {show(new)}"

    return say


def _default(default: Any) -> str:
    text = getattr(getattr(default, "arg", default), "text", None)
    return "no value" if default is None else str(text or default.arg)


_WORDS: dict[str, Say] = {
    "add_table": lambda table: f"the table {table.name} is missing",
    "remove_table": lambda table: f"no model has the table {table.name}",
    "add_column": lambda *details: f"{_column(*details)} is missing",
    "remove_column": lambda *details: f"no model has {_column(*details)}",
    "add_index": lambda index: f"the {_part(index)} is missing",
    "remove_index": lambda index: f"no model has the {_part(index)}",
    "add_constraint": lambda constraint: f"the {_part(constraint)} is missing",
    "remove_constraint": lambda constraint: f"no model has the {_part(constraint)}",
    "add_fk": lambda key: f"the {_part(key)} is missing",
    "remove_fk": lambda key: f"no model has the {_part(key)}",
    "modify_type": _changed("the type"),
    "modify_nullable": _changed("nullable", repr),
    "modify_default": _changed("the server's default", _default),
    "modify_comment": _changed("the comment", repr),
}
