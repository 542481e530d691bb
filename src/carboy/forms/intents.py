"""Buttons that add, remove and move the entries of a repeated field, without a script.

Such a button sends the whole form with the name `_intent`. What was typed is renamed
before the form is filled with it, so that every kind of field can be repeated.
"""

import re
from collections.abc import Iterable
from typing import Any

from werkzeug.datastructures import MultiDict

INTENT = "_intent"
# The name of an entry without its number, then the number.
_ENTRY = re.compile(r"(?P<prefix>.*?[^0-9])(?P<index>[0-9]{1,9})", re.ASCII | re.DOTALL)
# What stands between the separators of a name.
_PARTS = re.compile(r"[\W_]+")
_ACTIONS = frozenset({"add", "remove", "up", "down"})
_LONGEST_NAME = 256


def add_intent(list_prefix: str) -> str:
    """Return the value of a button that adds an entry; the prefix ends with `-`."""
    return f"add:{list_prefix}"


def entry_intent(action: str, entry_name: str) -> str:
    """Return the value of a button that removes or moves an entry."""
    return f"{action}:{entry_name}"


def entry_marker(entry_name: str) -> str:
    """Return the name of the hidden field by which an entry without values is kept."""
    return f"{entry_name}-"


def find_focus(intent: str, prefix: str, count: int, least: int) -> str:
    """Return the intent of the button that gets the focus after `intent`.

    It follows an entry that was moved. After a removed one it is the button of the
    next entry, so that a few can be removed in a row. `count` is that of the entries
    that are left.
    """
    action, _, name = intent.partition(":")
    match = _ENTRY.fullmatch(name)
    if action == "add" or match is None or match["prefix"] != prefix:
        return ""
    index = int(match["index"])
    if action == "remove":
        # There is no such button if no more entries may be removed.
        if count <= least:
            return add_intent(prefix)
        return entry_intent("remove", f"{prefix}{min(index, count - 1)}")
    index = max(0, min(index + (1 if action == "down" else -1), count - 1))
    # At an end, there is only the button that leads back.
    if index == 0:
        action = "down"
    elif index == count - 1:
        action = "up"
    return entry_intent(action, f"{prefix}{index}")


def find_intent(data: MultiDict[str, Any]) -> str:
    """Return what a button asks for, or nothing if the form itself was sent."""
    intent = data.get(INTENT, "")
    # A longer one names no field, and every button would be compared with it.
    if not isinstance(intent, str) or len(intent) > _LONGEST_NAME:
        return ""
    return intent if intent.partition(":")[0] in _ACTIONS else ""


def apply_intent(data: MultiDict[str, Any], intent: str) -> MultiDict[str, Any]:
    """Return the sent data with an entry added, removed or moved."""
    action, _, name = intent.partition(":")
    match = _ENTRY.fullmatch(name)
    if action == "add":
        prefix, chosen = name, -1
    elif match is not None:
        prefix, chosen = match["prefix"], int(match["index"])
    else:
        return data
    order = sorted(set(_list_indexes(data, prefix)))
    if action == "add":
        chosen = order[-1] + 1 if order else 0
        order.append(chosen)
    elif chosen not in order:
        return data
    else:
        order = _move(order, order.index(chosen), action)
    renamed = _rename(data, prefix, order)
    if action == "add":
        renamed.add(entry_marker(f"{prefix}{len(order) - 1}"), "")
    return renamed


def drop_strange_names(data: MultiDict[str, Any]) -> MultiDict[str, Any]:
    """Return the data without names that no field can have.

    That is a digit that `int` does not read, a name that is too long, or none: Werkzeug
    has None for a part of a body without a name.
    """
    strange = [
        name
        for name in data
        if not name
        or len(name) > _LONGEST_NAME
        or (not name.isascii() and any(map(_is_strange, _PARTS.split(name))))
    ]
    if not strange:
        return data
    return MultiDict((k, v) for k, v in data.items(multi=True) if k not in strange)


def _is_strange(part: str) -> bool:
    """Return whether WTForms takes a part of a name for the number of an entry."""
    return part.isdigit() and not part.isascii()


def _move(order: list[int], position: int, action: str) -> list[int]:
    entry = order[position]
    rest = order[:position] + order[position + 1 :]
    if action == "remove":
        return rest
    target = max(0, position - 1) if action == "up" else position + 1
    return [*rest[:target], entry, *rest[target:]]


def _list_indexes(names: Iterable[str], prefix: str) -> Iterable[int]:
    for name in names:
        index = _split(name, prefix)[0]
        if index is not None:
            yield index


def _split(name: str, prefix: str) -> tuple[int | None, str]:
    """Return the number of the entry that a name belongs to, and what follows it."""
    if not name.startswith(prefix):
        return None, ""
    tail = name[len(prefix) :]
    digits = re.match("[0-9]{1,9}(?![0-9])", tail, re.ASCII)
    return (int(digits[0]), tail[digits.end() :]) if digits else (None, "")


def _rename(
    data: MultiDict[str, Any], prefix: str, order: list[int]
) -> MultiDict[str, Any]:
    numbers = {old: new for new, old in enumerate(order)}
    renamed: MultiDict[str, Any] = MultiDict()
    for name, value in data.items(multi=True):
        index, tail = _split(name, prefix)
        if index is None:
            renamed.add(name, value)
        elif index in numbers:
            renamed.add(f"{prefix}{numbers[index]}{tail}", value)
    return renamed
