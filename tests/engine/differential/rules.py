"""Draws URL rules that overlap, redirect and convert in every way that Flask has."""

from typing import Any

from .specs import Route

WORDS = ("a", "b", "users", "x.y", "ü", "a b", "static", "page", "100%", "A", "a+b")
PARTS = (
    *(
        "<x>",
        "<string:x>",
        "<string(length=2):x>",
        "<string(minlength=2, maxlength=4):x>",
    ),
    *("<int:x>", "<int:x>", "<int(signed=True):x>", "<int(fixed_digits=3):x>"),
    *("<int(min=2, max=50):x>", "<float:x>", "<float(signed=True, max=9.5):x>"),
    *('<any(a, b, "c d"):x>', "<uuid:x>", "<path:x>", "<list:x>", "<deep:x>"),
    *("<odd:x>", "v<int:x>", "<int:x>-<int:y>", "<x>.<y>", "<path:x>.html"),
)
NAMES = (("x", "y"), ("z", "w"), ("s", "t"))
METHODS = (
    ("GET",),
    ("POST",),
    ("GET", "POST"),
    ("PUT", "delete"),
    ("OPTIONS",),
    ("HEAD",),
)
VIEW_KINDS = ("method", "class", "object", "async")
OPTIONS: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("strict_slashes", (True, False)),
    ("merge_slashes", (True, False)),
    ("defaults", ((("y", 1),), (("x", "dflt"),), (("x", 1),))),
    ("provide_automatic_options", (True, False)),
    ("redirect_to", ("target/<x>", "/target", "call")),
    ("alias", (True,)),
    ("build_only", (True,)),
    ("websocket", (True,)),
)


def draw_routes(draw: Any, count: int) -> tuple[Route, ...]:
    """Return some routes; some share an endpoint, some shadow each other."""
    routes: list[Route] = []
    for number in range(count):
        shared = bool(routes) and draw.random.random() < 0.12
        endpoint = draw.random.choice(routes).endpoint if shared else f"v{number}"
        routes.append(
            Route(
                rule=_draw_rule(draw),
                endpoint=endpoint,
                view=draw.view(),
                kind=_draw_kind(draw),
                options=_draw_options(draw),
            )
        )
        if draw.random.random() < 0.1:
            routes += _with_default(draw, routes[-1])
    return tuple(routes)


def _draw_kind(draw: Any) -> str:
    if draw.random.random() < 0.85:
        return "function"
    return draw.random.choice(VIEW_KINDS)  # type: ignore[no-any-return]  # made values have no type


def _draw_rule(draw: Any) -> str:
    count = draw.random.choice((0, 1, 1, 2, 2, 3))
    parts: list[str] = []
    for _ in range(count):
        part = draw.random.choice(PARTS if draw.random.random() < 0.5 else WORDS)
        first, second = NAMES[len(parts)]
        parts.append(part.replace("x>", f"{first}>").replace("y>", f"{second}>"))
    rule = "/" + "/".join(parts)
    if draw.random.random() < 0.05:
        rule = rule.replace("/", "//", 1)
    return rule + "/" if parts and draw.random.random() < 0.35 else rule


def _draw_options(draw: Any) -> tuple[tuple[str, Any], ...]:
    options: list[tuple[str, Any]] = []
    if draw.random.random() < 0.3:
        options.append(("methods", draw.random.choice(METHODS)))
    for name, values in OPTIONS:
        fits = name != "websocket" or not options
        if fits and draw.random.random() < 0.05:
            options.append((name, draw.random.choice(values)))
    if draw.subdomains and draw.random.random() < 0.4:
        options.append(("subdomain", draw.random.choice(("api", "<sub>", ""))))
    if draw.hosts:
        host = draw.random.choice(("localhost", "localhost", "<sub>.example.com"))
        options.append(("host", host))
    return tuple(options)


def _with_default(draw: Any, route: Route) -> list[Route]:
    """Return the pair that makes Werkzeug redirect to the shorter of two URLs."""
    base = f"/list{draw.label('').strip()}"
    endpoint = f"paged{base[1:]}"
    options = tuple((k, v) for k, v in route.options if k in {"host", "subdomain"})
    view = draw.view()
    return [
        Route(
            f"{base}/",
            endpoint,
            view,
            "function",
            (*options, ("defaults", (("page", 1),))),
        ),
        Route(f"{base}/<int:page>", endpoint, view, "function", options),
    ]
