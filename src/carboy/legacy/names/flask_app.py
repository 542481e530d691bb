"""Attributes and behaviour that Flask's app and blueprints had."""

import json
import os
import threading
from collections.abc import Callable
from functools import wraps
from pkgutil import resolve_name
from typing import Any

import flask
from flask import Config, Flask
from flask.blueprints import Blueprint

from carboy.legacy.patches import Patches
from carboy.legacy.rows import Row
from carboy.legacy.uses import record_use

FIRST_REQUEST = Row(
    "app.before_first_request",
    "Flask 2.3",
    "called once, before the first request is handled",
    "call the function in create_app(), inside of with app.app_context():",
)
BLUEPRINT_FIRST_REQUEST = Row(
    "blueprint.before_app_first_request",
    "Flask 2.3",
    "called once, before the first request is handled",
    "blueprint.record_once(lambda state: function())",
)
ENV = Row(
    "app.env", "Flask 2.3", "app.config['ENV'], or FLASK_ENV", "app.debug, app.testing"
)
FLASK_ENV = Row(
    "FLASK_ENV=development",
    "Flask 2.3",
    "turns debug on, on this machine only",
    "FLASK_DEBUG=1",
)
OPEN_DEBUG = Row(
    "app.run(host='0.0.0.0', debug=True)",
    "",
    "the site is served on that address, with the debugger off",
    "app.run(debug=True)",
    "The debugger runs code for anyone who reaches it, so it is off.",
)
SUBDOMAINS = Row(
    "SERVER_NAME matches subdomains",
    "Flask 1.0",
    "subdomains are matched if a rule has one",
    "Flask(__name__, subdomain_matching=True)",
)
# The attributes of the app that were names of settings.
SETTINGS = {
    "session_cookie_name": "SESSION_COOKIE_NAME",
    "send_file_max_age_default": "SEND_FILE_MAX_AGE_DEFAULT",
    "use_x_sendfile": "USE_X_SENDFILE",
    "propagate_exceptions": "PROPAGATE_EXCEPTIONS",
    "preserve_context_on_exception": "PRESERVE_CONTEXT_ON_EXCEPTION",
    "templates_auto_reload": "TEMPLATES_AUTO_RELOAD",
}
SETTING_ROWS = {
    name: Row(
        f"app.{name}",
        "Flask 2.3",
        f"the setting {key}",
        f"app.config[{key!r}]",
    )
    for name, key in SETTINGS.items()
}
_MODIFIED = Row(
    "blueprint.route after register_blueprint",
    "Flask 2.3",
    "the route is not there, as before, and a warning says so",
    "write the route above app.register_blueprint(…)",
)
_LATE = Row(
    "app.route after the first request",
    "Flask 2.3",
    "the route is added",
    "write it before the first request",
)
FROM_JSON = Row(
    "app.config.from_json(file)",
    "Flask 2.1",
    "the settings of a JSON file",
    "app.config.from_file(file, json.load)",
)
TWICE = Row(
    "app.register_blueprint(blueprint), twice",
    "Flask 2.1",
    "its pages are at both addresses, under the same names",
    "app.register_blueprint(blueprint, name='second', url_prefix=…)",
)
STATIC_PATH = Row(
    "Flask(static_path=…)", "Flask 1.0", "static_url_path", "static_url_path=…"
)


def _make_setting(name: str, key: str) -> property:
    row = SETTING_ROWS[name]

    def get(app: Flask) -> Any:
        record_use(row)
        return app.config.get(key)

    def set_value(app: Flask, value: Any) -> None:
        record_use(row)
        app.config[key] = value

    return property(get, set_value)


class FirstRequest:
    """The functions that an app calls once, before its first request."""

    def __init__(self) -> None:
        self.functions: list[Callable[[], Any]] = []
        self._lock = threading.Lock()
        self._is_done = False

    def __call__(self) -> None:
        """Call them, unless that is done; other requests wait until it is."""
        if self._is_done:
            return
        with self._lock:
            if not self._is_done:
                for function in self.functions:
                    function()
                self._is_done = True


def _first_request_of(app: Flask) -> FirstRequest:
    hook = app.extensions.get("carboy.legacy.first_request")
    if hook is None:
        hook = app.extensions["carboy.legacy.first_request"] = FirstRequest()
        app.before_request_funcs.setdefault(None, []).insert(0, hook)
    return hook


def _before_first_request(app: Flask, function: Any) -> Any:
    record_use(FIRST_REQUEST)
    _first_request_of(app).functions.append(function)
    return function


def _before_app_first_request(blueprint: Blueprint, function: Any) -> Any:
    record_use(BLUEPRINT_FIRST_REQUEST)

    def register(state: Any) -> None:
        _first_request_of(state.app).functions.append(function)

    blueprint.record_once(register)
    return function


def _list_first_request_functions(app: Flask) -> list[Callable[[], Any]]:
    record_use(FIRST_REQUEST)
    return _first_request_of(app).functions


def _trigger_first_request(app: Flask) -> None:
    record_use(FIRST_REQUEST)
    _first_request_of(app)()


def _get_env(app: Flask) -> str:
    record_use(ENV)
    env: str = app.config.get("ENV") or os.environ.get("FLASK_ENV") or "production"
    return env


def _set_env(app: Flask, value: str) -> None:
    record_use(ENV)
    app.config["ENV"] = value


class SubdomainMatching:
    """`app.subdomain_matching`: on if a rule has a subdomain, unless it was set."""

    def __get__(self, app: Any, _owner: type[Any] | None = None) -> Any:
        """Return whether subdomains are matched."""
        if app is None:
            return self
        if vars(app).get("_subdomain_matching"):
            return True
        rules = app.url_map._rules
        known: tuple[int, bool] = vars(app).get("_legacy_subdomains", (0, False))
        if known[0] != len(rules):
            known = len(rules), any(rule.subdomain for rule in rules)
            app._legacy_subdomains = known
        if known[1] and app.config.get("SERVER_NAME"):
            record_use(SUBDOMAINS)
            return True
        return False

    def __set__(self, app: Any, value: bool) -> None:
        app._subdomain_matching = value


def _apply(patches: Patches) -> None:
    for name, key in SETTINGS.items():
        patches.set(Flask, name, _make_setting(name, key))
    patches.set(Flask, "before_first_request", _before_first_request)
    patches.set(
        Flask, "before_first_request_funcs", property(_list_first_request_functions)
    )
    patches.set(
        Flask, "try_trigger_before_first_request_functions", _trigger_first_request
    )
    patches.set(Blueprint, "before_app_first_request", _before_app_first_request)
    patches.set(Flask, "env", property(_get_env, _set_env))
    patches.set(Flask, "subdomain_matching", SubdomainMatching())
    patches.set(Config, "from_json", _load_json_config)
    patches.set(Flask, "run", _wrap_run(Flask.run))
    patches.set(Flask, "__init__", _wrap_init(Flask.__init__))
    patches.set(Blueprint, "_check_setup_finished", _warn_of_late_change)
    patches.set(Blueprint, "register", _wrap_register(Blueprint.register))
    patches.set(Flask, "_check_setup_finished", _allow_late_change)


def _wrap_init(init: Callable[..., None]) -> Callable[..., None]:
    @wraps(init)
    def make(app: Flask, *args: Any, **options: Any) -> None:
        if "static_path" in options:
            record_use(STATIC_PATH)
            options["static_url_path"] = options.pop("static_path")
        init(app, *args, **options)
        env = os.environ.get("FLASK_ENV")
        app.config.setdefault("ENV", env or "production")
        if env == "development" and "FLASK_DEBUG" not in os.environ:
            record_use(FLASK_ENV)
            app.config["DEBUG"] = True

    return make


def _wrap_run(run: Callable[..., None]) -> Callable[..., None]:
    @wraps(run)
    def serve(
        app: Flask,
        host: Any = None,
        port: Any = None,
        debug: Any = None,
        **options: Any,
    ) -> None:
        is_debug = app.debug if debug is None else debug
        if is_debug and host and not _is_loopback(host):
            record_use(OPEN_DEBUG)
            options["use_debugger"] = False
        run(app, host, port, debug, **options)

    return serve


def _wrap_register(register: Callable[..., None]) -> Callable[..., None]:
    @wraps(register)
    def add(blueprint: Blueprint, app: Any, options: dict[str, Any]) -> None:
        name = options.get("name", blueprint.name)
        if options.get("name_prefix") or app.blueprints.get(name) is not blueprint:
            register(blueprint, app, options)
            return
        # Only its addresses: its other functions are those of the app already.
        record_use(TWICE)
        state = blueprint.make_setup_state(app, options, False)
        if blueprint.has_static_folder:
            state.add_url_rule(
                f"{blueprint.static_url_path}/<path:filename>",
                view_func=blueprint.send_static_file,
                endpoint="static",
            )
        for function in blueprint.deferred_functions:
            function(state)

    return add


def _is_loopback(host: str) -> bool:
    return bool(resolve_name("carboy.script:is_loopback")(host))


def _load_json_config(config: Config, filename: str, silent: bool = False) -> bool:
    record_use(FROM_JSON)
    return config.from_file(filename, json.load, silent=silent)


def _warn_of_late_change(blueprint: Blueprint, _name: str) -> None:
    if blueprint._got_registered_once:
        record_use(_MODIFIED)


def _allow_late_change(app: Flask, _name: str) -> None:
    if app._got_first_request:
        record_use(_LATE)


HOOKS = {flask.__name__: _apply}
ROWS = (
    FIRST_REQUEST,
    BLUEPRINT_FIRST_REQUEST,
    ENV,
    FLASK_ENV,
    OPEN_DEBUG,
    SUBDOMAINS,
    STATIC_PATH,
    FROM_JSON,
    TWICE,
    _MODIFIED,
    _LATE,
    *SETTING_ROWS.values(),
)
