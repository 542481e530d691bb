"""Plain descriptions of a generated app and of the requests that are sent to it.

Their `repr` is code: what the judge prints can be pasted into a script.
"""

from dataclasses import dataclass
from typing import Any

Pairs = tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a callback does: the name in the table of steps, its arguments."""

    name: str
    args: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Callback:
    """A view or a hook: a label in the trace, some steps, and how it ends."""

    label: str
    steps: tuple[Step, ...] = ()
    end: Step = Step("none")


@dataclass(frozen=True, slots=True)
class Route:
    """A rule with its options; routes with one endpoint share the first one's view."""

    rule: str
    endpoint: str
    view: Callback
    kind: str = "function"
    options: Pairs = ()


@dataclass(frozen=True, slots=True)
class Hook:
    """A callback and the decorator it is registered with."""

    kind: str
    callback: Callback


@dataclass(frozen=True, slots=True)
class Handler:
    """An error handler for a code or for an exception by its name."""

    key: int | str
    callback: Callback
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class BlueprintSpec:
    """A blueprint with its own routes, hooks, handlers and children."""

    name: str
    options: Pairs = ()
    routes: tuple[Route, ...] = ()
    hooks: tuple[Hook, ...] = ()
    handlers: tuple[Handler, ...] = ()
    children: "tuple[BlueprintSpec, ...]" = ()
    with_files: bool = False


@dataclass(frozen=True, slots=True)
class AppSpec:
    """Everything that is set up before the first request."""

    config: Pairs = ()
    options: Pairs = ()
    routes: tuple[Route, ...] = ()
    hooks: tuple[Hook, ...] = ()
    handlers: tuple[Handler, ...] = ()
    blueprints: tuple[BlueprintSpec, ...] = ()
    signals: tuple[Hook, ...] = ()
    overrides: tuple[str, ...] = ()
    override_on: str = "class"
    request_class: str = "plain"
    response_class: str = "plain"
    session: str = "cookie"
    json: Pairs = ()
    middleware: str = "none"
    patches: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RequestSpec:
    """One request: how it is sent, and its environ."""

    mode: str = "wsgi"
    method: str = "GET"
    path: str = "/"
    query: str = ""
    script: str = ""
    host: str = "localhost"
    scheme: str = "http"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    content_type: str | None = None
    content_length: str | None = None
    environ: Pairs = ()
    without: tuple[str, ...] = ()
    jar: bool = True
    drain: str = "all"
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """A change of the app's set-up between two requests."""

    name: str
    args: tuple[Any, ...] = ()
