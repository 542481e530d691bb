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
_LONGEST = 2_000
_DEEPEST = 8
_TEXT = re.compile(r"[\w\s(),-]*")
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
    if len(text) > _LONGEST or _TEXT.fullmatch(text) is None:
        _fail(text[:40] + "…")
    root: dict[str, Any] = {}
    stack = [root]
    name = ""
    for character in text + ",":
        if character not in "(),":
            name += character
            continue
        name = name.strip()
        if name:
            stack[-1].setdefault(name, {})
        if character == "(":
            if not name or len(stack) > _DEEPEST:
                _fail(text)
            stack.append(stack[-1][name])
        elif character == ")":
            if len(stack) == 1:
                _fail(text)
            stack.pop()
        name = ""
    if len(stack) > 1 or not root:
        _fail(text)
    return root


def _fail(text: str) -> None:
    message = gettext(
        "Write the fields as in id,title,author(name), not %(text)s.", text=text
    )
    raise InvalidRequestError("query", [FieldError("/fields", "invalid", message)])
