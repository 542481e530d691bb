"""A fingerprint of a row: whether it is still what its form has shown."""

import hashlib
from collections.abc import Iterable
from typing import Any

from carboy.admin.schema import Attribute, key_of


def digest_row(row: Any, attributes: Iterable[Attribute]) -> str:
    """Return a text that changes with each of the attributes."""
    text = "\0".join(
        f"{each.name}={_write(each, getattr(row, each.name))}" for each in attributes
    )
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:32]


def _write(attribute: Attribute, value: Any) -> str:
    if attribute.kind == "many":
        return ",".join(sorted(map(key_of, value)))
    if attribute.kind == "one":
        return "" if value is None else key_of(value)
    return repr(value)
