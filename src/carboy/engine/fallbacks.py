"""Where the engine falls back to Flask's own code, and why; `carboy check` lists it."""

from collections.abc import Iterator
from dataclasses import dataclass
from inspect import iscoroutinefunction
from typing import Any

from flask import Flask
from flask.wrappers import Response

from .dispatch import ENGINE_METHODS, is_under_engine, wsgi_app
from .json_encoder import has_default_dumps
from .plan import get_plan, get_router
from .run_async import runs_on_shared_loop


@dataclass(frozen=True, slots=True)
class Fallback:
    """Why an app (endpoint None) or an endpoint costs what it costs in Flask."""

    endpoint: str | None
    reason: str
    # Whether a request takes measurably longer than on the fast path.
    is_slower: bool = True
    # Whether the engine still runs the request, so that it is faster than in Flask.
    is_partial: bool = False


def list_fallbacks(app: Flask) -> list[Fallback]:
    """Return what keeps this app or its endpoints off the fast path."""
    fallbacks = [*_list_for_app(app)]
    fallbacks += [Fallback(None, reason) for reason in get_plan(app).reasons]
    return fallbacks + list(_list_for_rules(app))


def _list_for_app(app: Flask) -> Iterator[Fallback]:
    if "wsgi_app" in vars(app):
        reason = "wsgi_app is wrapped: the server makes an environ for each request."
        # What is wrapped is a method of the class, most likely.
        inner = type(app).wsgi_app
        is_partial = inner is wsgi_app or inner in ENGINE_METHODS
        yield Fallback(None, reason, is_partial=is_partial)
    elif not is_under_engine(app):
        kind = type(app).__qualname__
        yield Fallback(None, f"{kind} is not on the engine, or overrides wsgi_app.")
    if app.response_class is not Response:
        kind = app.response_class.__qualname__
        yield Fallback(None, f"The response class {kind} is made as it is.")
    if not has_default_dumps(app.json):
        kind = type(app.json).__qualname__
        yield Fallback(None, f"The JSON provider {kind} writes what it writes.")


def _list_for_rules(app: Flask) -> Iterator[Fallback]:
    plan = get_plan(app)
    known = {} if plan.routes is None else get_router(app.url_map).converters
    for rule in app.url_map.iter_rules():
        endpoint = str(rule.endpoint)
        if plan.routes is not None and not rule.build_only and id(rule) not in known:
            reason = f"The rule {rule.rule!r} redirects or upgrades."
            yield Fallback(endpoint, reason, is_slower=False)
        view = app.view_functions.get(rule.endpoint)
        if iscoroutinefunction(view) and not _is_on_shared_loop(app, view):
            yield Fallback(
                endpoint, "The view is async: each call needs an event loop."
            )


def _is_on_shared_loop(app: Flask, view: Any) -> bool:
    try:
        return runs_on_shared_loop(app.ensure_sync(view))
    except RuntimeError:
        # Flask's own way needs a package that is not installed.
        return False
