"""The key of a page: its path, and what else it depends on."""

import re
from collections.abc import Callable, Iterable, Mapping
from operator import itemgetter
from typing import Any
from urllib.parse import parse_qsl

from flask import Flask
from werkzeug.datastructures import MultiDict

from carboy.errors import ConfigError

from .argument_keys import digest, name_of, text_digest
from .view_role import unwrap_layers

QueryArgs = str | Mapping[str, Any] | Iterable[tuple[str, Any]]
# The name of a header, or a function that returns what the page depends on.
Variation = str | Callable[[], Any]

# They separate the parts of a key, so a path must not contain them: otherwise a visitor
# could build a path that has the key of another page with a query.
_SEPARATORS = re.compile(r"[%?#|\x00-\x1f\x7f]")


def base_key(
    prefix: str | Callable[[], str], path: str | None, suffix: str = ""
) -> str:
    """Insert the path into the prefix; `suffix` separates functions from views."""
    if callable(prefix):
        return str(prefix())
    if "%s" not in prefix:
        return prefix
    if path is None:
        raise ConfigError(
            f"The key_prefix {prefix!r} needs the path of a request, and there is no "
            f"request. Call the function in a request, or set a key_prefix without %s."
        )
    return prefix.replace("%s", _escape(path), 1) + suffix


def query_key(query: QueryArgs) -> str:
    """Return the part of a key for a query, whatever the order of its names."""
    # The order of names does not matter; the order of the values of one name may.
    return "?" + text_digest(sorted(_pairs_of(query), key=_name_of))


def variation_key(parts: list[Any]) -> str:
    """Return the part of a key for the audience and the variations of a page."""
    return f"|{digest(parts)}" if parts else ""


def variations_of(vary_on: Iterable[Variation], request: Any) -> list[Any]:
    """Return the values that the page depends on beside its address."""
    values: list[Any] = []
    for item in vary_on:
        if callable(item):
            values.append(item())
        else:
            values.append([item.lower(), request.headers.get(item)])
    return values


def path_of_view(
    app: Flask, wrapper: Callable[..., Any], values: Mapping[str, Any]
) -> str:
    """Return the path of a view that is not the current one."""
    for endpoint, view in app.view_functions.items():
        if wrapper in unwrap_layers(view):
            return app.url_map.bind("").build(endpoint, dict(values))
    raise ConfigError(
        f"{name_of(wrapper)}() is not a view of the app {app.name!r}, so it has no "
        f"path. Pass the path: path='/works'."
    )


_name_of = itemgetter(0)


def _escape(path: str) -> str:
    return _SEPARATORS.sub(lambda match: f"%{ord(match[0]):02X}", path)


def _pairs_of(query: QueryArgs) -> list[tuple[str, str]]:
    if isinstance(query, str):
        return parse_qsl(query.lstrip("?"), keep_blank_values=True)
    if isinstance(query, MultiDict):
        return [(str(k), str(v)) for k, v in query.items(multi=True)]
    items = query.items() if isinstance(query, Mapping) else query
    return [(str(key), str(value)) for key, value in items]
