"""Bring back values that the history has."""

from collections.abc import Iterable, Mapping
from typing import Any

from carboy.admin.schema import UNREADABLE, Attribute, ModelAdmin, read_plain

from .snapshots import HIDDEN_MARK

_NOT_RESTORED = frozenset({"binary", "file", "other"})


def read_snapshot(
    attributes: Iterable[Attribute], snapshot: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the values of those attributes that the history has and can read."""
    values: dict[str, Any] = {}
    for each in attributes:
        if each.column is None or each.kind in _NOT_RESTORED:
            continue
        if each.name not in snapshot or snapshot[each.name] == HIDDEN_MARK:
            continue
        value = snapshot[each.name]
        try:
            is_plain = isinstance(value, str) and each.kind != "json"
            values[each.name] = (
                read_plain(each.column.type, value) if is_plain else value
            )
        except UNREADABLE:
            # The column has another type by now.
            continue
    return values


def restore_values(
    admin: ModelAdmin, row: Any, attributes: Iterable[Attribute], snapshot: Any
) -> list[Attribute]:
    """Set values of the history on a row; return the attributes that change."""
    known = {each.name: each for each in attributes}
    changed = []
    for name, value in read_snapshot(known.values(), snapshot).items():
        is_counter = known[name].column is admin.mapper.version_id_col
        if not is_counter and getattr(row, name) != value:
            setattr(row, name, value)
            changed.append(known[name])
    return changed
