"""Under which key a page is kept: its path, and what else it depends on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from operator import itemgetter
from typing import Any
from urllib.parse import parse_qsl

from flask import Flask
from werkzeug.datastructures import MultiDict

from carboy.errors import ConfigError

from .argument_keys import digest, name_of, text_digest
from .view_role import layers_of

QueryArgs = str | Mapping[str, Any] | Iterable[tuple[str, Any]]
# A header name, or a function that gives what the page depends on.
Variation = str | Callable[[], Any]


def base_key(prefix: str | Callable[[], str], path: str | None, own: str = "") -> str:
    """Put the path into the prefix; `own` tells functions that are no views apart."""
    if callable(prefix):
        return str(prefix())
    if "%s" not in prefix:
        return prefix
    if path is None:
        raise ConfigError(
            f"The key {prefix!r} wants the path of a request, and there is none. Call "
            f"the function in a request, or give it a key_prefix without %s."
        )
    return prefix.replace("%s", path, 1) + own


def query_key(query: QueryArgs) -> str:
    """Give the part of a key that stands for a query, in whatever order it is."""
    # The order of names says nothing; the order of values of one name may.
    return "?" + text_digest(sorted(_pairs_of(query), key=_name_of))


def variation_key(parts: list[Any]) -> str:
    """Give the part of a key that stands for whose page it is and what it varies on."""
    return f"|{digest(parts)}" if parts else ""


def variations_of(vary_on: Iterable[Variation], request: Any) -> list[Any]:
    """Give what the page depends on beside its address."""
    found: list[Any] = []
    for item in vary_on:
        if callable(item):
            found.append(item())
        else:
            found.append([item.lower(), request.headers.get(item)])
    return found


def path_of_view(
    app: Flask, face: Callable[..., Any], values: Mapping[str, Any]
) -> str:
    """Give the path of a view that is not the one at work."""
    for endpoint, view in app.view_functions.items():
        if face in layers_of(view):
            return app.url_map.bind("").build(endpoint, dict(values))
    raise ConfigError(
        f"{name_of(face)}() is no view of the app {app.name!r}, so it has no path. "
        f"Give the path: path='/works'."
    )


_name_of = itemgetter(0)


def _pairs_of(query: QueryArgs) -> list[tuple[str, str]]:
    if isinstance(query, str):
        return parse_qsl(query.lstrip("?"), keep_blank_values=True)
    if isinstance(query, MultiDict):
        return [(str(k), str(v)) for k, v in query.items(multi=True)]
    items = query.items() if isinstance(query, Mapping) else query
    return [(str(key), str(value)) for key, value in items]
