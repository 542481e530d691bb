"""The cache from scheme, host, method and path to the rule that they match."""

from collections.abc import Container
from typing import Any

from werkzeug.routing import Rule

from carboy.bounded_dict import BoundedDict

from .flask31 import blueprint_names_of_endpoint
from .request import decode_wsgi
from .router import MAX_DIGITS, Leaf, Router

# The server's name, the subdomain, and which of them the matcher looks at.
HostBinding = tuple[str, str | None, str]
# Scheme, host, method and path.
Key = tuple[str, str | None, str, str]
Match = tuple["CachedRoute | None", dict[str, Any]]

_MAX_ROUTES = 4096
_NO_RULES: dict[str, list[Rule]] = {}
_NO_LEAVES: dict[str, Leaf] = {}


class CachedRoute:
    """What requests have in common that differ in their view's arguments alone."""

    __slots__ = (
        "binding",
        "blueprint_names",
        "endpoint",
        "is_in_blueprint",
        "number_name",
        "rule",
        "static",
        "view",
    )

    def __init__(
        self,
        rule: Any,
        binding: HostBinding,
        number_name: str = "",
        static: Container[str] = (),
    ) -> None:
        self.rule = rule
        self.endpoint: str = rule.endpoint
        self.binding = binding
        # The argument at the end of the path, and the texts that may stand there too.
        self.number_name = number_name
        self.static = static
        self.blueprint_names = blueprint_names_of_endpoint(rule.endpoint)
        self.is_in_blueprint = len(self.blueprint_names) > 1
        # Set when the view is seen to be a plain function.
        self.view: Any = None


class RouteCache:
    """The cached routes of one router; dropped together with it."""

    __slots__ = ("cached", "number_routes", "router", "variable_routes")

    def __init__(self, router: Router) -> None:
        self.router = router
        self.cached = BoundedDict[Key, CachedRoute](_MAX_ROUTES)
        # By what stands before a number at the end of the path.
        self.number_routes = BoundedDict[Key, CachedRoute](_MAX_ROUTES)
        self.variable_routes = BoundedDict[tuple[int, HostBinding], CachedRoute](
            _MAX_ROUTES
        )

    def match(self, key: Key, binding: HostBinding) -> Match:
        """Return the route of a request that is not cached, and its view's arguments.

        No route means that only the slow path can tell what is right.
        """
        _, _, method, path = key
        if method == "OPTIONS":
            return None, {}
        for rule in self.router.static.get(binding[2], _NO_RULES).get(path, ()):
            if rule.methods is None or method in rule.methods:
                route = _remember(self.cached, key, rule, binding)
                return route, dict(rule.defaults) if rule.defaults else {}
        head, _, tail = path.rpartition("/")
        if tail.isdecimal() and len(tail) <= MAX_DIGITS:
            route = self.match_number((key[0], key[1], method, head), binding)
            if (
                route is not None
                and tail not in route.static
                and (route.rule.methods is None or method in route.rule.methods)
            ):
                return route, {route.number_name: int(tail)}
        return self.match_slow(binding, path, method)

    def match_number(self, key: Key, binding: HostBinding) -> CachedRoute | None:
        """Return the route of a path that ends with a number, without that number."""
        route = self.number_routes.get(key)
        if route is not None and route.rule.endpoint is route.endpoint:
            return route
        head = key[3]
        # Werkzeug folds slashes at the start, and reads other bytes as UTF-8.
        if head.startswith("//") or not head.isascii():
            return None
        leaf = self.router.leaves.get(binding[2], _NO_LEAVES).get(head)
        match = None if leaf is None else leaf.find(key[2])
        if leaf is None or match is None:
            return None
        rule, name = match
        return _remember(self.number_routes, key, rule, binding, name, leaf.static)

    def match_slow(self, binding: HostBinding, path: str, method: str) -> Match:
        """Return the route that the compiled URL map finds."""
        # Converters of the app may look at the contexts, which are not there yet.
        if not path or not self.router.is_pure:
            return None, {}
        match = self.router.find(binding[2], decode_wsgi(path), method)
        if match is None:
            return None, {}
        rule, values = match
        key = id(rule), binding
        route = self.variable_routes.get(key)
        if route is None or rule.endpoint is not route.endpoint:
            route = _remember(self.variable_routes, key, rule, binding)
        return route, values


def _remember(
    routes: dict[Any, CachedRoute],
    key: Any,
    rule: Rule,
    binding: HostBinding,
    *number: Any,
) -> CachedRoute | None:
    # The names of blueprints are read from an endpoint, if it is a name itself.
    if type(rule.endpoint) is not str:
        return None
    route = routes[key] = CachedRoute(rule, binding, *number)
    return route
