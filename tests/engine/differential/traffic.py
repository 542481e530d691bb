"""Draws requests for a given app: most hit a rule, many of them in an odd way."""

import re
from collections.abc import Iterator
from random import Random
from typing import Any

from .specs import AppSpec, BlueprintSpec, Change, RequestSpec, Step

METHODS = (*("GET",) * 7, "POST", "POST", "HEAD", "OPTIONS", "PUT")
ODD_METHODS = ("DELETE", "PATCH", "TRACE", "get", "FOO", "", "PROPFIND")
VALUES = (
    *("1", "42", "007", "-5", "1.5", "-2.25", "a", "b", "ab", "abcd", "c d", "bad"),
    *("boom", "ü", "a/b", "a+b", "x.html", "12345678-1234-5678-1234-567812345678"),
    *(
        "dflt",
        "",
        ".",
        "..",
        "a\nb",
        "\x00",
        "\x85",
        "a%2Fb",
        "٣",
        "999999999999999999999",
    ),
)
PATHS = (
    *("/", "", "//", "/nope", "/static/a.txt", "/static/sub/b.css", "/static/nope"),
    *("/static/../world.py", "/static/%2e%2e/x", "/a/blue-static/a.txt", "/*", "*"),
    *("/%ff", "nope", "/a//b", "///a", "/.", "/a/./b", "/a/../b", "/" + "x" * 300),
    *("http://evil/", "//evil.com/a", "/\\evil", "/a?b", "/a#b", "/A/", "/users/"),
)
QUERIES = (
    *("page=2", "a=1&a=2&b", "=", "&&", "q=%ff%fe", "q=ü", "x=%C3%BC+%26", "page=x"),
    *("_method=POST", "a=1;b=2", "%", "q=%0d%0aX:1", "lang=de"),
)
HOSTS = (
    *("localhost", "localhost:80", "localhost:5000", "example.com", "api.example.com"),
    *("de.example.com", "LOCALHOST", "api.localhost", "evil.com", "", "a b", "[::1]"),
    *("example.com:8080", "localhost:abc", "ü.example.com", "xn--tda.example.com"),
    *("user@localhost", "localhost/evil", "127.0.0.1", "bad_host.com", "example.com."),
)
HEADERS = (
    ("X-Own", "own"),
    ("Accept", "text/html;q=0.5, application/json"),
    ("Accept-Language", "de, en;q=0.7"),
    ("Accept-Encoding", "gzip"),
    ("Cookie", "a=1; b=2"),
    ("Cookie", "session=broken.cookie.value; a"),
    ("Cookie", 'k="quoted; x"; ü=ü'),
    ("Authorization", "Basic dXNlcjpwYXNz"),
    ("Authorization", "Bearer token"),
    ("Authorization", "nonsense"),
    ("If-None-Match", '"e"'),
    ("If-Modified-Since", "Wed, 21 Oct 2065 07:28:00 GMT"),
    ("Range", "bytes=2-5"),
    ("Range", "bytes=900-"),
    ("Referer", "http://x/y"),
    ("User-Agent", "Probe/1.0 (ü)"),
    ("X-Forwarded-For", "1.1.1.1, 2.2.2.2"),
    ("X-Forwarded-Host", "front.example.com"),
    ("X-Forwarded-Proto", "https"),
    ("X-Forwarded-Prefix", "/front"),
    ("Origin", "http://x"),
    ("Expect", "100-continue"),
    ("Date", "not a date"),
    ("X-Empty", ""),
    ("Cache-Control", "no-cache"),
    ("Access-Control-Request-Method", "PUT"),
    ("X-Custom_Under", "u"),
)
UPGRADE = (("Connection", "Upgrade"), ("Upgrade", "websocket"))
PART = b'--b\r\nContent-Disposition: form-data; name="field"\r\n\r\nvalue \xc3\xbc\r\n'
FILE = (
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="f \xc3\xbc.txt"\r\n'
    b"Content-Type: text/plain\r\n\r\nfile content\r\n"
)
MULTIPART = "multipart/form-data; boundary=b"
FORM = "application/x-www-form-urlencoded"
BODIES: tuple[tuple[str | None, bytes], ...] = (
    (FORM, b"field=value&a=1&a=2"),
    (FORM, b"field=%ff&x=%C3%BC"),
    (FORM, b"f=1&" * 30),
    (f"{FORM}; charset=latin-1", b"field=\xfc"),
    (MULTIPART, PART + FILE + b"--b--\r\n"),
    (MULTIPART, PART * 4 + b"--b--\r\n"),
    (MULTIPART, PART + FILE[:60]),
    (MULTIPART, b"no boundary at all"),
    ("application/json", b'{"name": "\\ud800"}'),
    ("application/json", b'[{"\\udfff": ["\\ud83d", {"a": "\\udc00"}]}]'),
    ("application/json", b'{"a": ' * 40 + b"[]" + b"}" * 40),
    ("application/json", b"[" + b'{"id": 1, "name": "x"},' * 300 + b"null]"),
    ("application/json", b"[" * 3000 + b"]" * 3000),
    ("multipart/form-data", PART),
    ("multipart/form-data; boundary=" + "b" * 300, PART),
    ("application/json", b'{"a": 1, "\xc3\xbc": [1.5, null]}'),
    ("application/json", b'{"a": '),
    ("application/json", b"\xff\xfe{\x00}\x00"),
    ("application/json", b"NaN"),
    ("application/json", b""),
    ("application/json; charset=utf-16", b"{}"),
    ("application/own+json", b"[1]"),
    ("text/plain", b"text \xc3\xbc \xff"),
    ("application/octet-stream", bytes(range(256))),
    (None, b"no type"),
    ("", b"empty type"),
    ("bad type;;;=", b"x"),
)
LENGTHS = ("0", "3", "99999", "-1", "abc", " 5", "5 ", "+5", "")
ENVIRON: tuple[tuple[str, Any], ...] = (
    ("REMOTE_USER", "ada"),
    ("REMOTE_ADDR", None),
    ("SERVER_PORT", "8080"),
    ("SERVER_NAME", "internal"),
    ("wsgi.input_terminated", True),
    ("HTTP_TRANSFER_ENCODING", "chunked"),
    ("SCRIPT_NAME", "/app"),
    ("SCRIPT_NAME", "/app/"),
    ("wsgi.url_scheme", "https"),
    ("HTTP_PROXY", "x"),
    ("werkzeug.request", "left over"),
    ("flask.own", 1),
)
WITHOUT = ("HTTP_HOST", "QUERY_STRING", "SERVER_PROTOCOL", "REMOTE_ADDR", "wsgi.errors")
# What tracers replace in the class; `wsgi_app` is where the engine itself stands.
PATCHED = (
    *("__call__", "full_dispatch_request", "dispatch_request", "preprocess_request"),
    *("finalize_request", "process_response", "make_response", "handle_exception"),
    *("handle_user_exception", "handle_http_exception", "log_exception"),
    *(
        "do_teardown_request",
        "do_teardown_appcontext",
        "ensure_sync",
        "request_context",
    ),
    *("create_url_adapter", "url_for", "update_template_context", "app_context"),
)
CHANGES = (
    Change("config", ("TESTING", True)),
    Change("config", ("PROPAGATE_EXCEPTIONS", False)),
    Change("config", ("MAX_CONTENT_LENGTH", 5)),
    Change("config", ("SESSION_COOKIE_NAME", "changed")),
    Change("config", ("SECRET_KEY", None)),
    Change("config", ("TRAP_HTTP_EXCEPTIONS", True)),
    *(
        Change("config", ("TRUSTED_HOSTS", value))
        for value in (["example.com"], ["localhost"], [], None, "localhost", 5)
    ),
    *(
        Change("config", ("SERVER_NAME", value))
        for value in ("example.com", "localhost:5000", None, "a..b", 5)
    ),
    *(
        Change("json", (name, value))
        for name, value in (
            *(("ensure_ascii", False), ("ensure_ascii", True), ("compact", False)),
            *(("compact", True), ("mimetype", "application/own+json")),
        )
    ),
    *(
        Change("config", (f"SESSION_COOKIE_{name}", value))
        for name, value in (
            *(("DOMAIN", "example.com"), ("DOMAIN", []), ("PATH", "/a")),
            *(("SECURE", True), ("HTTPONLY", False), ("SAMESITE", "Lax")),
            ("PARTITIONED", True),
        )
    ),
    Change("config", ("SESSION_REFRESH_EACH_REQUEST", False)),
    Change("config", ("PERMANENT_SESSION_LIFETIME", 5)),
    Change("config", ("MAX_COOKIE_SIZE", 60)),
    Change("config", ("SECRET_KEY", "new" * 9)),
    Change("config", ("APPLICATION_ROOT", "/root")),
    Change("debug", (True,)),
    Change("view", ("v0", "text")),
    Change("view", ("v1", "none")),
    Change("hook", ("before_request",)),
    Change("hook", ("after_request",)),
    Change("hook", ("teardown_request",)),
    Change("hook_removed", ("before_request_funcs",)),
    Change("hook_removed", ("after_request_funcs",)),
    Change("rule", ("/changed/<int:x>", "v0")),
    Change("rule", ("/changed", "v1")),
    Change("handler", (404,)),
    Change("handler", ("Exception",)),
    Change("session", ("store",)),
    Change("response_class", ("own",)),
    Change("request_class", ("eager",)),
    Change("json", ("sort_keys", False)),
    Change("signal", ("request_started",)),
    Change("signal", ("request_tearing_down",)),
    Change("method", ("dispatch_request",)),
    Change("method", ("process_response",)),
    Change("class_method", ("make_response",)),
    Change("function", ("before_request_funcs",)),
    Change("function", ("after_request_funcs",)),
    Change("function", ("teardown_request_funcs",)),
    Change("function", ("url_value_preprocessors",)),
    Change("function", ("url_default_functions",)),
    Change("processor"),
    Change("provider"),
    Change("teardown"),
    Change("jinja_global"),
    Change("jinja_escape"),
    Change("map", ("strict_slashes", False)),
    Change("map", ("merge_slashes", False)),
    Change("map", ("redirect_defaults", False)),
    Change("map", ("default_subdomain", "api")),
    Change("view_gone", ("v0",)),
    *(Change("patch", ("flask:Flask", name)) for name in PATCHED),
    Change("patch", ("flask.templating", "_render")),
    Change("patch", ("jinja2:Template", "render")),
)
CLIENT_STEPS = (
    Step("look", ("path",)),
    Step("look", ("endpoint",)),
    Step("look", ("form",)),
    Step("read", ("get_data",)),
    Step("use_session", ("get",)),
    Step("get_g", ("x",)),
    Step("flashes", (True,)),
    Step("context"),
    Step("url_for", ("v0", (("x", 1),), None)),
)


Known = tuple[str, tuple[str, ...]]


def draw_traffic(random: Random, app: AppSpec, count: int) -> Iterator[Any]:
    """Yield requests, and now and then a change of the set-up between them."""
    rules = list_rules(app)
    for _ in range(count):
        if random.random() < 0.05:
            yield random.choice(CHANGES)
        yield _draw_request(random, rules)


def list_rules(spec: AppSpec | BlueprintSpec, prefix: str = "") -> list[Known]:
    """Return the rules of the app and its blueprints with the methods they name."""
    rules = [
        (prefix.rstrip("/") + route.rule, tuple(dict(route.options).get("methods", ())))
        for route in spec.routes
    ]
    children = spec.blueprints if isinstance(spec, AppSpec) else spec.children
    for child in children:
        own = dict(child.options).get("url_prefix") or ""
        rules += list_rules(child, prefix.rstrip("/") + own)
    return rules


def _draw_request(random: Random, rules: list[Known]) -> RequestSpec:
    odd = random.random() < 0.3
    path, methods = _draw_path(random, rules)
    usual = methods and random.random() < 0.8
    method = random.choice(methods if usual else METHODS).upper()
    fields: dict[str, Any] = {"method": method, "path": path}
    if random.random() < 0.3:
        fields["query"] = random.choice(QUERIES)
    if random.random() < 0.3:
        fields["headers"] = tuple(random.sample(HEADERS, random.randint(1, 3)))
    if method not in {"GET", "HEAD"} or random.random() < 0.05:
        fields["content_type"], fields["body"] = random.choice(BODIES)
    if odd:
        _make_odd(random, fields)
    if random.random() < 0.12:
        fields["mode"] = random.choice(("client", "client", "context", "redirects"))
        fields["steps"] = tuple(random.sample(CLIENT_STEPS, 2))
    return RequestSpec(**fields)


def _make_odd(random: Random, fields: dict[str, Any]) -> None:
    if random.random() < 0.3:
        fields["host"] = random.choice(HOSTS)
    if random.random() < 0.2:
        fields["method"] = random.choice(ODD_METHODS)
    if random.random() < 0.2:
        fields["content_length"] = random.choice(LENGTHS)
    if random.random() < 0.2:
        fields["environ"] = (random.choice(ENVIRON),)
    if random.random() < 0.1:
        fields["without"] = (random.choice(WITHOUT),)
    if random.random() < 0.1:
        fields["headers"] = (*fields.get("headers", ()), *UPGRADE)
        fields["scheme"] = random.choice(("http", "ws", "wss"))
    if random.random() < 0.2:
        fields["drain"] = random.choice(("first", "none"))
    if random.random() < 0.2:
        fields["jar"] = False


def _draw_path(random: Random, rules: list[Known]) -> Known:
    if not rules or random.random() < 0.12:
        return random.choice(PATHS), ()
    rule, methods = random.choice(rules)
    path = fill(random, rule)
    roll = random.random()
    if roll < 0.05:
        path += "/"
    elif roll < 0.1:
        path = path.rstrip("/")
    elif roll < 0.13:
        path = path.replace("/", "//", 1)
    elif roll < 0.16:
        path += random.choice(("x", "/x", "%", " ", "\x00"))
    return path, methods


LIKELY = {
    "int": ("1", "42", "007", "123"),
    "float": ("1.5", "3.0"),
    "uuid": ("12345678-1234-5678-1234-567812345678",),
    "any": ("a", "b", "c d"),
    "odd": ("abc", "bad", "boom"),
    "path": ("a/b", "x"),
    "deep": ("a/b/c", "x"),
    "list": ("a+b", "c"),
}
VARIABLE = re.compile(r"<(?:(\w+)(?:\(.*?\))?:)?(\w+)>")


def fill(random: Random, rule: str) -> str:
    """Return a path for the rule, most often one that it accepts."""

    def value(match: re.Match[str]) -> str:
        likely = LIKELY.get(match[1], ("ab", "abcd", "ü"))
        return random.choice(likely if random.random() < 0.8 else VALUES)

    return VARIABLE.sub(value, rule)
