"""Headers that let pages of other origins read the answers of a view."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import wraps
from typing import Any

from flask import current_app, make_response, request

from carboy.errors import CarboyError

_SIX_HOURS = 21_600


class CrossOriginError(CarboyError, ValueError):
    """Other origins are let in in a way that browsers refuse or that is a hole."""


def crossdomain(
    origin: str | Iterable[str] | None = None,
    methods: Iterable[str] | None = None,
    headers: str | Iterable[str] | None = None,
    *,
    expose_headers: str | Iterable[str] | None = None,
    max_age: float | timedelta = _SIX_HOURS,
    attach_to_all: bool = True,
    automatic_options: bool = True,
    credentials: bool = False,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Send the headers with which pages of other origins may read the answer.

    With several origins the answer names the one that asks, since a browser accepts
    one only. `*` together with credentials is refused.
    """
    origins = [origin] if isinstance(origin, str) else list(origin or ())
    if not origins:
        msg = "crossdomain() needs an origin, such as origin='https://example.com'."
        raise CrossOriginError(msg)
    if credentials and "*" in origins:
        msg = (
            "crossdomain(origin='*', credentials=True) would let every page act for "
            "the visitor, and browsers refuse it. Name the origins."
        )
        raise CrossOriginError(msg)
    if isinstance(max_age, timedelta):
        max_age = max_age.total_seconds()
    fixed = {
        "Access-Control-Max-Age": f"{max_age:.0f}",
        "Access-Control-Allow-Credentials": "true" if credentials else None,
        "Access-Control-Allow-Headers": _join(headers),
        "Access-Control-Expose-Headers": _join(expose_headers),
    }
    allowed = None if methods is None else _join(sorted(methods))

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def answer(*args: Any, **kwargs: Any) -> Any:
            is_options = request.method == "OPTIONS"
            if automatic_options and is_options:
                response = current_app.make_default_options_response()
            else:
                result = current_app.ensure_sync(view)(*args, **kwargs)
                response = make_response(result)
            if not attach_to_all and not is_options:
                return response
            _add_origin(response, origins)
            response.headers["Access-Control-Allow-Methods"] = allowed or _own_methods()
            for name, value in fixed.items():
                if value is not None:
                    response.headers[name] = value
            return response

        vars(answer)["provide_automatic_options"] = False
        return answer

    return decorate


def _add_origin(response: Any, origins: list[str]) -> None:
    if len(origins) == 1:
        response.headers["Access-Control-Allow-Origin"] = origins[0]
        return
    response.vary.add("Origin")
    asking = request.headers.get("Origin")
    if asking in origins:
        response.headers["Access-Control-Allow-Origin"] = asking


def _own_methods() -> str:
    answer = current_app.make_default_options_response()
    return str(answer.headers["Allow"])


def _join(names: str | Iterable[str] | None) -> str | None:
    if names is None or isinstance(names, str):
        return names
    return ", ".join(name.upper() for name in names)
