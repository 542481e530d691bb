"""Partial responses: `?fields=id,title,author(name)` leaves out all other fields."""

import re
from collections.abc import Mapping
from typing import Any

from carboy.bounded_dict import BoundedDict
from carboy.translation import gettext

from .field_errors import FieldError
from .problems import InvalidRequestError

# Name → what to keep inside of it; empty: all.
Selection = Mapping[str, Any]
LONGEST_SELECTION = 2_000
_DEEPEST = 3
# No `\w` and no `\s`: what they match differs between dialects of patterns, and the
# document has this one.
_NAME = "[^ (),]+"


def _write_pattern(depth: int) -> str:
    """Return the pattern of a list of names, each perhaps with a list in brackets."""
    each = rf"{_NAME}(\({_write_pattern(depth - 1)}\))?" if depth else _NAME
    return f"{each}(,{each})*"


SELECTION_PATTERN = f"^{_write_pattern(_DEEPEST)}$"
_TEXT = re.compile(_write_pattern(_DEEPEST))
_PARTS = re.compile(f"({_NAME})?([(),]|$)")
_SHOWN = 40
_known: BoundedDict[str, Selection] = BoundedDict(256)


def parse_selection(text: str) -> Selection:
    """Return what a parameter `fields` selects, or raise `InvalidRequestError`."""
    known = _known.get(text)
    if known is None:
        known = _known[text] = _parse(text)
    return known


def select_fields(data: Any, selection: Selection) -> Any:
    """Return data of JSON with nothing but the selected fields."""
    if isinstance(data, list):
        return [select_fields(item, selection) for item in data]
    if not isinstance(data, dict):
        return data
    return {
        name: select_fields(data[name], inner) if inner else data[name]
        for name, inner in selection.items()
        if name in data
    }


def _parse(text: str) -> Selection:
    if len(text) > LONGEST_SELECTION or _TEXT.fullmatch(text) is None:
        _fail(text)
    root: dict[str, Any] = {}
    stack = [root]
    for name, mark in _PARTS.findall(text):
        if name:
            inner = stack[-1].setdefault(name, {})
        if mark == "(":
            stack.append(inner)
        elif mark == ")":
            stack.pop()
    return root


def _fail(text: str) -> None:
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    message = gettext(
        "Write the fields as in id,title,author(name), not %(text)s.", text=shown
    )
    raise InvalidRequestError("query", [FieldError("/fields", "invalid", message)])
