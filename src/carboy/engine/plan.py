"""What the engine has decided for an app, and when it has to decide anew."""

from copy import copy
from operator import attrgetter, itemgetter
from typing import Any

from flask import Flask
from werkzeug.routing import Map, MapAdapter
from werkzeug.routing.matcher import StateMachineMatcher

from carboy.bounded_dict import BoundedDict

from . import flask31
from .flask_features import READS_HOST_AT_START
from .lazy_session import (
    SessionPolicy,
    has_original_cookie_methods,
    session_policy_of,
)
from .request import (
    EnvironRequest,
    ServerBackedRequest,
    make_lazy_class,
    supports_lazy_request,
)
from .route_cache import CachedRoute, HostBinding, RouteCache
from .router import Router
from .session_cookie import SignedCookieCodec

# Attributes that an instance may replace, and that count in its class too.
_REPLACEABLE = (
    *flask31.METHODS,
    "wsgi_app",
    "request_class",
    "session_interface",
    "app_ctx_globals_class",
)
# Without `wsgi_app`, which only `respond` leaves out, and looks at.
_class_methods_of = attrgetter(*flask31.METHODS, *_REPLACEABLE[-3:])
_class_values_of = attrgetter(*_REPLACEABLE[-3:])
_ALWAYS = ("url_map", "subdomain_matching")
_values_of = attrgetter(*_ALWAYS, *_REPLACEABLE[-3:])
_read_hosts: Any = (
    itemgetter("SERVER_NAME", "TRUSTED_HOSTS")
    if READS_HOST_AT_START
    else lambda config: (config["SERVER_NAME"], None)
)
_TRUSTED_TYPES = {type(None), str, list, tuple, set, frozenset}
_PLAN_ATTRIBUTE = "carboy_plan"
_MAX_HOSTS = 512
_NO_BINDINGS: dict[str | None, HostBinding] = {}
_lazy_classes: dict[type, tuple[type, type]] = {}
# The plan, what the Host header means, the route, and the arguments of its view.
Decision = tuple["AppPlan", HostBinding | None, CachedRoute | None, dict[str, Any]]


class AppPlan:
    """Decisions for one app; made anew when something that they depend on changes."""

    __slots__ = (
        "allows_fast_path",
        "attribute_count",
        "bindings",
        "bypass",
        "class_methods",
        "codec",
        "default_subdomain",
        "entry_points",
        "host_matching",
        "host_settings",
        "json_provider",
        "last_attribute",
        "may_bypass_call",
        "overrides",
        "read_watched",
        "reasons",
        "refreshes_cookie",
        "request_class",
        "routes",
        "server_request_class",
        "session_policy",
        "trusted_hosts",
        "url_map",
        "uses_flask_methods",
        "values",
        "watched_values",
    )

    def __init__(self, app: Flask) -> None:
        self.reasons: list[str] = []
        self.bypass = self.uses_flask_methods = False
        # The functions that a server would call when `may_bypass_call` was decided.
        self.entry_points: tuple[Any, ...] = ()
        self.may_bypass_call = False
        self.json_provider: Any = None
        # By scheme and Host header. Stock Flask binds the URL map anew, twice, for each
        # request: a third of its time.
        self.bindings: dict[str, BoundedDict[str | None, HostBinding]] = {
            "http": BoundedDict(_MAX_HOSTS),
            "https": BoundedDict(_MAX_HOSTS),
        }
        self._note_dependencies(app)
        self._plan_methods(app)
        self._plan_session(app.session_interface)
        self._plan_request(app.request_class)
        self.routes = self._plan_routes(app.url_map)
        self._plan_hosts(app)
        self.allows_fast_path = (
            not (self.bypass or self.uses_flask_methods)
            and self.routes is not None
            and self.session_policy in {SessionPolicy.LAZY, SessionPolicy.REFRESH}
            and flask31.has_default_g(app)
        )

    def remember_host(self, environ: dict[str, Any], adapter: MapAdapter) -> None:
        """Keep what a Host header means, for the requests that follow."""
        bindings = self.bindings.get(environ["wsgi.url_scheme"])
        host = environ.get("HTTP_HOST")
        known = type(adapter) is MapAdapter and adapter.subdomain != "<invalid>"
        if bindings is None or host is None or not known or "HTTP_UPGRADE" in environ:
            return
        domain = adapter.server_name
        if not adapter.map.host_matching and adapter.subdomain is not None:
            domain = adapter.subdomain
        bindings[host] = (adapter.server_name, adapter.subdomain, domain)

    def rebuild_routes(self, app: Flask) -> RouteCache:
        """Compile the URL map again, after a rule was added."""
        # Router and cache at once: other threads use them meanwhile.
        routes = self.routes = RouteCache(get_router(app.url_map))
        return routes

    def _note_dependencies(self, app: Flask) -> None:
        """Note what the plan depends on, in the form in which it is compared."""
        kind, own, config = type(app), vars(app), app.config
        self.class_methods = _class_methods_of(kind)
        self.overrides = frozenset(name for name in _REPLACEABLE if name in own)
        self.attribute_count, self.last_attribute = -1, ""
        names = [name for name in _ALWAYS if name in own]
        watched = *names, *self.overrides
        self.read_watched = itemgetter(*watched) if watched else len
        self.watched_values = self.read_watched(own)
        # Where the class has a property, neither dict tells the value.
        is_odd = len(names) < len(_ALWAYS) or any(
            hasattr(type(each), "__get__") for each in _class_values_of(kind)
        )
        self.values = _values_of(app) if is_odd else None
        url_map: Map = app.url_map
        self.url_map = url_map
        self.host_matching = url_map.host_matching
        self.default_subdomain = url_map.default_subdomain
        server_name, trusted_hosts = _read_hosts(config)
        self.trusted_hosts = trusted_hosts
        if type(trusted_hosts) in _TRUSTED_TYPES:
            # A list may change in place, which has to be noticed.
            trusted_hosts = copy(trusted_hosts)
        self.host_settings = server_name, trusted_hosts

    def _plan_methods(self, app: Flask) -> None:
        changed = [
            name
            for name, original in flask31.ORIGINALS.items()
            if getattr(type(app), name) is not original or name in vars(app)
        ]
        self.bypass = any(name in flask31.BYPASS_METHODS for name in changed)
        self.uses_flask_methods = bool(changed)
        self.reasons += [f"{name}() is overridden." for name in changed]

    def _plan_session(self, interface: Any) -> None:
        self.session_policy = session_policy_of(interface)
        self.refreshes_cookie = self.session_policy is SessionPolicy.REFRESH
        self.codec: SignedCookieCodec | None = None
        if self.refreshes_cookie and has_original_cookie_methods(interface):
            self.codec = SignedCookieCodec(interface)
        if self.session_policy is SessionPolicy.EAGER:
            name = type(interface).__qualname__
            self.reasons.append(f"The session interface {name} opens at each request.")

    def _plan_request(self, kind: Any) -> None:
        self.request_class: Any = None
        self.server_request_class: Any = None
        if not isinstance(kind, type):
            self.bypass = True
            self.reasons.append(f"The request class is {kind!r}, which is no class.")
        elif supports_lazy_request(kind):
            classes = _lazy_classes.get(kind)
            if classes is None:
                classes = _lazy_classes[kind] = (
                    make_lazy_class(kind, EnvironRequest),
                    make_lazy_class(kind, ServerBackedRequest),
                )
            self.request_class, self.server_request_class = classes
        else:
            self.uses_flask_methods = True
            self.reasons.append(f"The request class {kind.__qualname__} is its own.")

    def _plan_routes(self, url_map: Map) -> RouteCache | None:
        kind = type(url_map)
        known = (
            kind.bind is Map.bind
            and kind.bind_to_environ is Map.bind_to_environ
            and kind.update is Map.update
            and type(url_map._matcher) is StateMachineMatcher  # noqa: SLF001 - no public face
        )
        if not known:
            self.reasons.append(f"The URL map is a {kind.__qualname__}.")
            return None
        return RouteCache(get_router(url_map))

    def _plan_hosts(self, app: Flask) -> None:
        if type(self.trusted_hosts) not in _TRUSTED_TYPES:
            self.bypass = True
            kind = type(self.trusted_hosts).__qualname__
            self.reasons.append(f"TRUSTED_HOSTS is a {kind}.")
        if self.bypass:
            return
        try:
            app.create_url_adapter(None)
        except Exception:  # noqa: BLE001 - whatever it is, stock Flask raises it again
            # It does so for each request, and at a place of its own.
            self.bypass = True
            self.reasons.append("SERVER_NAME is not a host name.")


class _Unplanned(AppPlan):
    """The plan of an app that cannot be looked at: stock Flask raises what is wrong."""

    __slots__ = ()

    def __init__(self) -> None:
        self.reasons = ["The attributes of the app are not what Flask expects."]
        self.bypass = self.uses_flask_methods = True
        self.allows_fast_path = False
        self.bindings = {}
        self.routes = None


_UNPLANNED = _Unplanned()


def get_plan(app: Flask) -> AppPlan:
    """Return the plan of an app, made anew if something that it depends on changed."""
    return plan_request(app, "", None, "", "")[0]


def plan_request(
    app: Flask, scheme: str, host: str | None, method: str, path: str
) -> Decision:
    """Return the plan of an app and what is known of a request that begins.

    That is what its Host header means, and, if the fast path may take the request, its
    route and the arguments of the view. Whatever goes wrong here is left to the slow
    path or to stock Flask, which raise it where the app can handle it.
    """
    own = app.__dict__
    plan: AppPlan | None = own.get(_PLAN_ATTRIBUTE)
    try:
        if (
            plan is None
            or plan.class_methods != _class_methods_of(type(app))
            # No attribute is new: half of what it costs to look for each override.
            or not (
                (
                    len(own) == plan.attribute_count
                    and next(reversed(own)) == plan.last_attribute
                )
                or _has_no_new_override(plan, own)
            )
            or plan.read_watched(own) != plan.watched_values
            or (url_map := plan.url_map).host_matching is not plan.host_matching
            or url_map.default_subdomain != plan.default_subdomain
            or (plan.values is not None and plan.values != _values_of(app))
            or _read_hosts(app.config) != plan.host_settings
        ):
            plan = own[_PLAN_ATTRIBUTE] = AppPlan(app)
    except Exception:  # noqa: BLE001 - stock Flask raises it again
        own.pop(_PLAN_ATTRIBUTE, None)
        return _UNPLANNED, None, None, {}
    binding: HostBinding | None = None
    try:
        routes = plan.routes
        if routes is None or flask31.STARTED or not plan.allows_fast_path:
            binding = plan.bindings.get(scheme, _NO_BINDINGS).get(host)
            return plan, binding, None, {}
        if routes.router.stale:
            routes = plan.rebuild_routes(app)
        key = scheme, host, method, path
        route = routes.cached.get(key)
        if (
            route is not None
            and (rule := route.rule).endpoint is route.endpoint
            and ((methods := rule.methods) is None or method in methods)
        ):
            defaults = rule.defaults
            return plan, route.binding, route, dict(defaults) if defaults else {}
        binding = plan.bindings.get(scheme, _NO_BINDINGS).get(host)
        if binding is None:
            return plan, None, None, {}
        route, values = routes.match(key, binding)
    except Exception:  # noqa: BLE001 - the slow path raises it again
        return plan, binding, None, {}
    return plan, binding, route, values


def _has_no_new_override(plan: AppPlan, own: dict[str, Any]) -> bool:
    """Return whether an instance overrides what it did; `read_watched` compares how."""
    if plan.overrides != {name for name in _REPLACEABLE if name in own}:
        return False
    plan.attribute_count, plan.last_attribute = len(own), next(reversed(own))
    return True


def get_router(url_map: Map) -> Router:
    """Return the compiled map, made anew if a rule was added since it was compiled."""
    matcher = url_map._matcher  # noqa: SLF001 - no public face
    own = vars(matcher)
    router: Router | None = own.get("carboy_router")
    if router is None or router.stale:
        own["add"] = _make_watched_add(matcher)
        router = own["carboy_router"] = Router(url_map)
    return router


def _make_watched_add(matcher: StateMachineMatcher) -> Any:
    # `Map.update` hides that a rule was added, and `url_for` calls it: only here can
    # each addition be seen.
    def add(rule: Any) -> None:
        vars(matcher)["carboy_router"].stale = True
        type(matcher).add(matcher, rule)

    return add
