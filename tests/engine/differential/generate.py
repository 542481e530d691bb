"""Draws an app: every choice comes from the `Random` that is handed in.

A hypothesis `Random` makes the choices shrink; a seeded one makes long runs cheap.
"""

from random import Random
from typing import Any

from . import classes
from .endings import ANSWERS, CODES, RAISES
from .rules import draw_routes
from .specs import AppSpec, BlueprintSpec, Callback, Handler, Hook, Step
from .steps import READS, SESSIONS

HOOKS = (
    "before_request",
    "before_request",
    "after_request",
    "after_request",
    "teardown_request",
    "context_processor",
    "url_defaults",
    "url_value_preprocessor",
    "async before_request",
    "async after_request",
)
BLUE_HOOKS = (
    "before_app_request",
    "after_app_request",
    "teardown_app_request",
    "app_context_processor",
    "app_url_defaults",
    "app_url_value_preprocessor",
)
SIGNALS = (
    "request_started",
    "request_finished",
    "got_request_exception",
    "request_tearing_down",
    "appcontext_pushed",
    "appcontext_popped",
    "appcontext_tearing_down",
    "template_rendered",
    "before_render_template",
    "message_flashed",
    "async request_started",
    "async request_finished",
)
HANDLED = (
    *("Exception", "HTTPException", "NotFound", "BadRequest", "InternalServerError"),
    *("OopsError", "OopsChildError", "CrookedError", "CodelessError", "ValueError"),
    *("LookupError", 400, 403, 404, 404, 405, 413, 418, 500, 500),
)
ATTRIBUTES = (
    *("args", "form", "files", "values", "data", "json", "cookies", "headers"),
    *("path", "full_path", "url", "base_url", "url_root", "root_url", "host_url"),
    *("host", "method", "scheme", "query_string", "root_path", "script_root"),
    *("remote_addr", "remote_user", "is_secure", "is_json", "mimetype", "server"),
    *("mimetype_params", "content_type", "content_length", "content_encoding"),
    *("authorization", "accept_mimetypes", "accept_languages", "accept_encodings"),
    *("cache_control", "date", "if_match", "if_none_match", "if_modified_since"),
    *("if_range", "range", "referrer", "user_agent", "origin", "pragma", "shallow"),
    *("access_route", "endpoint", "blueprint", "blueprints", "view_args", "url_rule"),
    *("routing_exception", "want_form_data_parsed", "max_content_length"),
    *("max_form_memory_size", "max_form_parts", "trusted_hosts", "is_multithread"),
    *("is_run_once", "max_forwards", "access_control_request_method", "no_such"),
)
TEMPLATES = (
    "{{ request.endpoint }} {{ session.get('k') }} {{ g.x }} {{ here }} {{ extra }}",
    "{{ url_for('static', filename='a.txt') }} {{ get_flashed_messages() }}",
    "{{ config.DEBUG }} {{ missing }} {{ '<' }}",
)
# What tracers replace before the first request; more come while the app runs.
PATCHES = (
    ("flask:Flask", "full_dispatch_request"),
    ("flask:Flask", "finalize_request"),
    ("flask.templating", "_render"),
    ("flask.sessions:SecureCookieSessionInterface", "open_session"),
    ("flask.sessions:SecureCookieSessionInterface", "save_session"),
    ("flask.json.provider:DefaultJSONProvider", "dumps"),
    ("flask.json.provider:DefaultJSONProvider", "response"),
    ("flask.json.provider:DefaultJSONProvider", "default"),
    ("flask:Request", "on_json_loading_failed"),
)
CONFIG: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("TESTING", (True, False)),
    ("DEBUG", (True, False)),
    ("PROPAGATE_EXCEPTIONS", (True, False, None)),
    ("TRAP_HTTP_EXCEPTIONS", (True,)),
    ("TRAP_BAD_REQUEST_ERRORS", (True, False, None)),
    ("MAX_CONTENT_LENGTH", (10, 100, None)),
    ("MAX_FORM_MEMORY_SIZE", (5, 50)),
    ("MAX_FORM_PARTS", (0, 1, 2)),
    ("SERVER_NAME", ("localhost", "example.com", "example.com:8080")),
    ("APPLICATION_ROOT", ("/app",)),
    ("PREFERRED_URL_SCHEME", ("https",)),
    ("TRUSTED_HOSTS", (["localhost"], ["localhost", ".example.com"])),
    ("SECRET_KEY", (None, "other" * 8)),
    ("SECRET_KEY_FALLBACKS", (["k" * 32], ["x"])),
    ("SESSION_COOKIE_NAME", ("sess",)),
    ("SESSION_COOKIE_DOMAIN", ("example.com",)),
    ("SESSION_COOKIE_PATH", ("/a",)),
    ("SESSION_COOKIE_SECURE", (True,)),
    ("SESSION_COOKIE_SAMESITE", ("Lax", "Strict")),
    ("SESSION_COOKIE_PARTITIONED", (True,)),
    ("SESSION_REFRESH_EACH_REQUEST", (False,)),
    ("SEND_FILE_MAX_AGE_DEFAULT", (60,)),
    ("MAX_COOKIE_SIZE", (50, 0)),
    ("EXPLAIN_TEMPLATE_LOADING", (False,)),
    ("PROVIDE_AUTOMATIC_OPTIONS", (False,)),
)


def draw_app(random: Random) -> AppSpec:
    """Return the description of a new app."""
    options: list[tuple[str, Any]] = []
    hosts = random.random() < 0.08
    if hosts:
        options += [("host_matching", True), ("static_host", "localhost")]
    elif random.random() < 0.1:
        options.append(("subdomain_matching", True))
    if not hosts and random.random() < 0.2:
        options.append(
            random.choice((("static_folder", None), ("static_url_path", "")))
        )
    subdomains = ("subdomain_matching", True) in options
    drawn = _Draw(random, hosts=hosts, subdomains=subdomains)
    return AppSpec(
        config=drawn.config(),
        options=tuple(options),
        routes=drawn.routes(random.randint(2, 7)),
        hooks=drawn.hooks((*HOOKS, "teardown_appcontext"), 3),
        handlers=drawn.handlers(3),
        blueprints=drawn.blueprints(2, deep=2),
        signals=drawn.signals(),
        overrides=drawn.overrides(),
        override_on=random.choice(("class", "class", "instance")),
        request_class=drawn.rarely(tuple(classes.REQUESTS)),
        response_class=drawn.rarely(tuple(classes.RESPONSES)),
        session=drawn.rarely(tuple(classes.SESSIONS)),
        json=drawn.json(),
        middleware=drawn.rarely(("around", "proxy")),
        patches=drawn.patches(),
    )


class _Draw:
    """The choices of one app; counts labels so that each callback has its own."""

    def __init__(self, random: Random, *, hosts: bool, subdomains: bool) -> None:
        self.random = random
        self.hosts = hosts
        self.subdomains = subdomains
        self.labels = 0
        # Rare things in every callback would leave no ordinary app.
        self.rough = random.random() < 0.5

    def label(self, kind: str) -> str:
        self.labels += 1
        return f"{kind} {self.labels}"

    def rarely(self, names: tuple[str, ...]) -> str:
        return self.random.choice(names) if self.random.random() < 0.12 else "plain"

    def count(self, most: int) -> int:
        return max(0, self.random.randint(-1, most))

    def config(self) -> tuple[tuple[str, Any], ...]:
        keys = self.random.sample(CONFIG, self.count(4))
        return tuple((key, self.random.choice(values)) for key, values in keys)

    def json(self) -> tuple[tuple[str, Any], ...]:
        if self.random.random() > 0.15:
            return ()
        return (
            self.random.choice((
                ("sort_keys", False),
                ("ensure_ascii", False),
                ("compact", False),
                ("compact", True),
                ("mimetype", "application/own+json"),
                ("provider", "own"),
                ("default", "own"),
            )),
        )

    def overrides(self) -> tuple[str, ...]:
        if self.random.random() > 0.2:
            return ()
        return tuple(self.random.sample(classes.OVERRIDES, self.random.randint(1, 3)))

    def patches(self) -> tuple[tuple[str, str], ...]:
        if self.random.random() > 0.05:
            return ()
        return (self.random.choice(PATCHES),)

    def routes(self, count: int) -> tuple[Any, ...]:
        return draw_routes(self, count)

    def hooks(self, kinds: tuple[str, ...], most: int) -> tuple[Hook, ...]:
        chosen = [self.random.choice(kinds) for _ in range(self.count(most))]
        return tuple(Hook(kind, self.hook_callback(kind)) for kind in chosen)

    def hook_callback(self, kind: str) -> Callback:
        end = Step("none")
        roll = self.random.random()
        if "after" in kind and roll < 0.5:
            end = Step("after", (self.random.choice(AFTER_ENDS),))
        elif roll < 0.1 and self.rough:
            end = self.failure()
        elif "before" in kind and roll < 0.2:
            end = self.answer()
        return Callback(self.label(kind), self.steps(2), end)

    def handlers(self, most: int) -> tuple[Handler, ...]:
        return tuple(
            Handler(
                self.random.choice(HANDLED),
                Callback(self.label("handler"), self.steps(1), self.handler_end()),
                self.random.random() < 0.2,
            )
            for _ in range(self.count(most))
        )

    def handler_end(self) -> Step:
        roll = self.random.random()
        if roll < 0.1:
            return self.failure()
        if roll < 0.2:
            return Step("none")
        return self.answer()

    def blueprints(self, most: int, deep: int) -> tuple[BlueprintSpec, ...]:
        count = self.count(most) if deep else 0
        return tuple(self.blueprint(deep) for _ in range(count))

    def blueprint(self, deep: int) -> BlueprintSpec:
        options: list[tuple[str, Any]] = []
        if self.random.random() < 0.7:
            prefix = self.random.choice(("/a", "/b/", "/<lang>", "/ü", "/a/b", ""))
            options.append(("url_prefix", prefix or None))
        if self.subdomains and self.random.random() < 0.5:
            options.append(("subdomain", self.random.choice(("api", "<lang>"))))
        return BlueprintSpec(
            name=self.label("blue").replace(" ", ""),
            options=tuple(options),
            routes=self.routes(self.random.randint(1, 3)),
            hooks=self.hooks((*HOOKS, *BLUE_HOOKS), 3),
            handlers=self.handlers(2),
            children=self.blueprints(1, deep - 1),
            with_files=self.random.random() < 0.3,
        )

    def signals(self) -> tuple[Hook, ...]:
        if self.random.random() < 0.5:
            return ()
        chosen = self.random.sample(SIGNALS, self.count(5))
        return tuple(Hook(kind, self.signal_callback(kind)) for kind in chosen)

    def signal_callback(self, kind: str) -> Callback:
        fails = self.rough and self.random.random() < 0.05
        end = self.failure() if fails else Step("none")
        steps = () if "appcontext" in kind else self.steps(1)
        return Callback(self.label(f"on {kind}"), steps, end)

    def view(self) -> Callback:
        end = self.answer() if self.random.random() < 0.85 else self.failure()
        return Callback(self.label("view"), self.steps(3), end)

    def answer(self) -> Step:
        plain = self.random.random() < 0.5
        names = PLAIN if plain else tuple(ANSWERS)
        return Step("answer", (self.random.choice(names),))

    def failure(self) -> Step:
        roll = self.random.random()
        if roll < 0.15:
            return Step("raise", ("exit",))
        if roll < 0.45:
            return Step("abort", (self.random.choice(CODES),))
        return Step("raise", (self.random.choice(tuple(RAISES)),))

    def steps(self, most: int) -> tuple[Step, ...]:
        return tuple(self.step() for _ in range(self.count(most)))

    def step(self) -> Step:
        choices = STEP_KINDS if self.rough else STEP_KINDS[:8]
        return getattr(self, f"_step_{self.random.choice(choices)}")()  # type: ignore[no-any-return]  # made values have no type

    def _step_look(self) -> Step:
        return Step("look", (self.random.choice(ATTRIBUTES),))

    def _step_touch(self) -> Step:
        return Step("touch", (self.random.choice(ATTRIBUTES[:-1]),))

    def _step_read(self) -> Step:
        return Step("read", (self.random.choice(tuple(READS)),))

    def _step_use(self) -> Step:
        return Step("use", (self.random.choice(tuple(READS)),))

    def _step_session(self) -> Step:
        return Step("use_session", (self.random.choice(tuple(SESSIONS)),))

    def _step_session_quiet(self) -> Step:
        return Step("use_session", (self.random.choice(QUIET),))

    def _step_plain(self) -> Step:
        return self.random.choice(PLAIN_STEPS)

    def _step_rare(self) -> Step:
        return self.random.choice(RARE_STEPS)

    def _step_url_for(self) -> Step:
        endpoint = self.random.choice(("static", ".v0", "v0", "v1", "blue1.v0", "nope"))
        values = self.random.choice((
            (),
            (("x", 3),),
            (("x", "a b/ü"), ("q", [1, 2])),
            (("filename", "a.txt"),),
        ))
        external = self.random.choice((None, None, True, False))
        return Step("url_for", (endpoint, values, external))

    def _step_template(self) -> Step:
        return Step("render", (self.random.choice(TEMPLATES),))


STEP_KINDS = (
    *("look", "look", "read", "session_quiet", "session_quiet", "plain", "url_for"),
    *("template", "touch", "use", "session", "rare"),
)
QUIET = ("get", "set", "count", "in", "len", "permanent", "default", "pop", "flags")
AFTER_ENDS = (
    *("same", "header", "header", "body", "status", "drop", "new", "wrong", "none"),
    *("tuple", "dict", "list"),
)
PLAIN = (
    *("text", "text", "unicode", "bytes", "empty", "dict", "dict", "list", "jsonify"),
    *("tuple_status", "tuple_headers", "tuple_three", "response", "template_text"),
    *("dict_surrogate", "dict_nested", "echo_json", "headers_dict"),
)
PLAIN_STEPS = (
    Step("flash", ("message ü", "warning")),
    Step("flash", ("other", "message")),
    Step("flashes", (True,)),
    Step("flashes", (False,)),
    Step("set_g", ("x", 1)),
    Step("get_g", ("x",)),
    Step("later", ("late",)),
    Step("log", ("warning", "careful")),
    Step("log", ("debug", "detail")),
    Step("context"),
)
RARE_STEPS = (
    Step("nested_request", ("/nested",)),
    Step("nested_app"),
    Step("nested_client", ("/a",)),
    Step("in_thread"),
    Step("copy_context"),
    Step("match_again"),
    Step("set_request", ("method", "PUT")),
    Step("set_request", ("path", "/changed")),
    Step("set_request", ("remote_addr", "1.2.3.4")),
    Step("set_request", ("scheme", "https")),
    Step("set_request", ("query_string", b"page=9&q=x")),
    Step("set_request", ("root_path", "/root")),
    Step("set_request", ("view_args", {"x": "changed"})),
    Step("set_request", ("url_rule", None)),
    Step("set_request", ("routing_exception", None)),
    Step("set_request", ("max_content_length", 3)),
    Step("set_request", ("max_form_parts", 1)),
    Step("set_request", ("shallow", True)),
    Step("set_request", ("custom", "own")),
    Step("set_request", ("cookies", {"session": "own"})),
    Step("set_request", ("close", None)),
    Step("set_request", ("files", {})),
    Step("set_environ", ("HTTP_COOKIE", "session=changed; a=2")),
    Step("set_environ", ("HTTP_X_OWN", "changed")),
    Step("set_environ", ("REQUEST_METHOD", "HEAD")),
    Step("set_environ", ("HTTP_HOST", "changed.example.com")),
    Step("keep"),
    Step("keep"),
    Step("connect_now", ("request_started",)),
    Step("connect_now", ("request_finished",)),
    Step("connect_now", ("request_tearing_down",)),
    Step("connect_now", ("appcontext_popped",)),
    Step("hook_now", ("before_request_funcs",)),
    Step("hook_now", ("after_request_funcs",)),
    Step("hook_now", ("teardown_request_funcs",)),
    Step("hook_now", ("teardown_appcontext_funcs",)),
    Step("make_response", ("made",)),
    Step("make_response", (None,)),
)
