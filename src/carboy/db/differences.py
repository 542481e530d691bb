"""Say in words how the tables of a database differ from the models."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

Say = Callable[..., str]


def describe(differences: Iterable[Any]) -> list[str]:
    """Give a phrase for each of Alembic's differences."""
    found = []
    for difference in differences:
        # What changed in one column comes as a list.
        steps = difference if isinstance(difference, list) else [difference]
        found += [_say(*step) for step in steps]
    return found


def _say(kind: str, *told: Any) -> str:
    say = _WORDS.get(kind)
    return kind.replace("_", " ") if say is None else say(*told)


def _column(_schema: object, table: str, column: Any) -> str:
    return f"the column {table}.{column.name}"


def _part(part: Any) -> str:
    columns = ", ".join(column.name for column in part.columns)
    return f"{part.__visit_name__.replace('_', ' ')} on {part.table.name} ({columns})"


def _changed(what: str, show: Callable[[Any], str] = str) -> Say:
    def say(
        _schema: object, table: str, column: str, _told: Any, old: Any, new: Any
    ) -> str:
        return f"{table}.{column} has {what} {show(old)}, the model says {show(new)}"

    return say


def _default(default: Any) -> str:
    text = getattr(getattr(default, "arg", default), "text", None)
    return "no value" if default is None else str(text or default.arg)


_WORDS: dict[str, Say] = {
    "add_table": lambda table: f"the table {table.name} is missing",
    "remove_table": lambda table: f"no model has the table {table.name}",
    "add_column": lambda *told: f"{_column(*told)} is missing",
    "remove_column": lambda *told: f"no model has {_column(*told)}",
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
