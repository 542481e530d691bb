"""What the engine has decided for one app, and whether that still holds."""

from copy import copy
from operator import attrgetter, itemgetter
from typing import Any

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, MapAdapter
from werkzeug.routing.matcher import StateMachineMatcher

from . import flask31
from .lazy_session import Opening, has_stock_cookie, opening_of
from .request import EnvironRequest, SourceRequest, is_lazy_able, make_lazy
from .route_cache import Place, Ways
from .router import Router
from .session_cookie import CookieSessions

# What an instance may replace, and what else of its class counts.
_REPLACEABLE = (
    *flask31.METHODS,
    "wsgi_app",
    "request_class",
    "session_interface",
    "app_ctx_globals_class",
)
_kind_of = attrgetter(*_REPLACEABLE, "__call__")
_class_setup_of = attrgetter(*_REPLACEABLE[-3:])
_config_of = itemgetter("SERVER_NAME", "TRUSTED_HOSTS")
_ALWAYS = ("url_map", "subdomain_matching")
_setup_of = attrgetter(*_ALWAYS, *_REPLACEABLE[-3:])
_lazy_classes: dict[type, tuple[type, type]] = {}
_PLACE = "carboy_plan"
_MOST_HOSTS = 512


class Plan:
    """Decisions for one app; made again as soon as what they rest on has changed."""

    __slots__ = (
        "chained",
        "cookies",
        "default_subdomain",
        "door",
        "host_matching",
        "is_straight",
        "kind",
        "last",
        "looks_at_cookie",
        "may_pass",
        "opening",
        "own",
        "peek",
        "peeked",
        "places",
        "provider",
        "reasons",
        "request",
        "server_name",
        "setup",
        "size",
        "source_request",
        "stock",
        "trusted",
        "trusted_copy",
        "url_map",
        "ways",
    )

    def __init__(self, app: Flask) -> None:
        self._note_ground(app)
        server_name, trusted = _config_of(app.config)
        self.server_name = server_name
        self.trusted = trusted
        # A copy: the list may change in place, which has to be seen.
        self.trusted_copy = copy(trusted)
        # What Flask itself had when it was last asked whether the edge may go past it.
        self.door: Any = None
        self.may_pass = False
        self.provider: Any = None
        self.reasons: list[str] = []
        self.opening = opening_of(app.session_interface)
        self.cookies: CookieSessions | None = None
        interface: Any = app.session_interface
        if self.opening is Opening.COOKIE and has_stock_cookie(interface):
            self.cookies = CookieSessions(interface)
        if self.opening is Opening.EAGER:
            kind = type(app.session_interface).__qualname__
            self.reasons.append(f"The session interface {kind} opens at each request.")
        self._plan_methods(app)
        self._plan_request(app)
        self.ways = self._plan_ways(app.url_map)
        self._plan_server_name(app)
        self._plan_straight(app)
        # Scheme and Host header to what they mean for this app. Stock Flask works that
        # out anew, twice, for each request: a third of its time.
        self.places: dict[str, dict[str | None, Place]] = {"http": {}, "https": {}}

    def learn(self, environ: dict[str, Any], adapter: MapAdapter) -> None:
        """Keep what a Host header came to, so that the next request need not ask."""
        places = self.places.get(environ["wsgi.url_scheme"])
        host = environ.get("HTTP_HOST")
        known = type(adapter) is MapAdapter and adapter.subdomain != "<invalid>"
        if places is None or host is None or not known or "HTTP_UPGRADE" in environ:
            return
        if len(places) >= _MOST_HOSTS:
            # Clients choose the header: what they choose must not fill the memory.
            places.clear()
        domain = adapter.server_name
        if not adapter.map.host_matching and adapter.subdomain is not None:
            domain = adapter.subdomain
        places[host] = (adapter.server_name, adapter.subdomain, domain)

    def _note_ground(self, app: Flask) -> None:
        """Note what all of this rests on, in the form in which it is compared."""
        kind, own = type(app), vars(app)
        self.kind = _kind_of(kind)
        self.own = frozenset(name for name in _REPLACEABLE if name in own)
        self.size, self.last = -1, ""
        names = [name for name in _ALWAYS if name in own]
        watched = *names, *self.own
        self.peek = itemgetter(*watched) if watched else len
        self.peeked = self.peek(own)
        # Where the class has a property, neither place tells the value.
        is_odd = len(names) < len(_ALWAYS) or any(
            hasattr(type(each), "__get__") for each in _class_setup_of(kind)
        )
        self.setup = _setup_of(app) if is_odd else None
        url_map: Map = app.url_map
        self.url_map = url_map
        self.host_matching = url_map.host_matching
        self.default_subdomain = url_map.default_subdomain

    def _plan_methods(self, app: Flask) -> None:
        changed = [
            name
            for name, stock in flask31.STOCK.items()
            if getattr(type(app), name) is not stock or name in vars(app)
        ]
        self.stock = any(name in flask31.ASIDE for name in changed)
        self.chained = bool(changed)
        self.reasons += [f"{name}() is overridden." for name in changed]

    def _plan_request(self, app: Flask) -> None:
        kind = app.request_class
        self.request: Any = None
        self.source_request: Any = None
        if not is_lazy_able(kind):
            self.chained = True
            self.reasons.append(f"The request class {kind.__qualname__} is its own.")
            return
        pair = _lazy_classes.get(kind)
        if pair is None:
            pair = make_lazy(kind, EnvironRequest), make_lazy(kind, SourceRequest)
            _lazy_classes[kind] = pair
        self.request, self.source_request = pair

    def _plan_straight(self, app: Flask) -> None:
        self.looks_at_cookie = self.opening is Opening.COOKIE
        self.is_straight = (
            not (self.stock or self.chained)
            and self.ways is not None
            and self.opening in {Opening.LATE, Opening.COOKIE}
            and flask31.has_stock_globals(app)
        )

    def renew_ways(self, app: Flask) -> Ways:
        """Compile the URL map again, after a rule was added."""
        # Router and lines at once: other threads use them meanwhile.
        ways = self.ways = Ways(router_of(app.url_map))
        return ways

    def _plan_server_name(self, app: Flask) -> None:
        if self.stock:
            return
        try:
            app.create_url_adapter(None)
        except HTTPException:
            # Stock Flask refuses each request for that, at a place of its own.
            self.stock = True
            self.reasons.append("SERVER_NAME is not a host name.")

    def _plan_ways(self, url_map: Map) -> Ways | None:
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
        return Ways(router_of(url_map))


def plan_for(app: Flask) -> Plan:
    """Give the plan of this app, made anew if what it rests on has changed."""
    own = app.__dict__
    plan: Plan | None = own.get(_PLACE)
    try:
        if (
            plan is not None
            and plan.kind == _kind_of(type(app))
            # No attribute is new: half of what it costs to look for each override.
            and (
                (len(own) == plan.size and next(reversed(own)) == plan.last)
                or _has_nothing_new(plan, own)
            )
            and plan.peek(own) == plan.peeked
            and (url_map := plan.url_map).host_matching is plan.host_matching
            and url_map.default_subdomain == plan.default_subdomain
            and (plan.setup is None or plan.setup == _setup_of(app))
            and (config := app.config)["SERVER_NAME"] == plan.server_name
            and config["TRUSTED_HOSTS"] == plan.trusted_copy
        ):
            return plan
    except KeyError:
        # What was there is gone, and as much has come in its place.
        plan = None
    plan = own[_PLACE] = Plan(app)
    return plan


def _has_nothing_new(plan: Plan, own: dict[str, Any]) -> bool:
    """Look which overrides the instance has; `peek` looks what they are."""
    if plan.own != {name for name in _REPLACEABLE if name in own}:
        return False
    plan.size, plan.last = len(own), next(reversed(own))
    return True


def router_of(url_map: Map) -> Router:
    """Give the compiled map, made anew if a rule came after it was made."""
    matcher = url_map._matcher  # noqa: SLF001 - no public face
    own = vars(matcher)
    router: Router | None = own.get("carboy_router")
    if router is None or router.stale:
        own["add"] = _watched(matcher)
        router = own["carboy_router"] = Router(url_map)
    return router


def _watched(matcher: StateMachineMatcher) -> Any:
    # `Map.update` hides that a rule was added, and `url_for` calls it: only here can
    # each addition be seen.
    def add(rule: Any) -> None:
        vars(matcher)["carboy_router"].stale = True
        type(matcher).add(matcher, rule)

    return add
