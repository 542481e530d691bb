"""`werkzeug.contrib`: caches, feeds, the fix for proxies, signed cookies."""

import json
from collections.abc import Iterable
from typing import Any

from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wsgi import LimitedStream

from carboy.legacy.rows import Row, rows_of

_GONE = "Werkzeug 1.0"
_CACHE = "carboy.legacy.names.contrib_cache"
_HERE = "carboy.legacy.names.werkzeug_contrib"
_NO_PICKLE = "Values are stored as msgpack: what was pickled is not read."
_CACHES = {
    "SimpleCache": "make_simple",
    "FileSystemCache": "make_file",
    "RedisCache": "make_redis",
    "NullCache": "make_null",
    "MemcachedCache": "make_memcached",
    "BaseCache": "StoreCache",
}


def make_proxy_fix(app: Any, num_proxies: int = 1, **options: Any) -> ProxyFix:
    """Make the middleware that trusts so many proxies in front of the site."""
    given = {"x_for": num_proxies, "x_proto": num_proxies, "x_host": num_proxies}
    return ProxyFix(app, **(given | options))


class SecureCookie(dict[str, Any]):
    """A dict that is stored in a cookie, signed; its values are JSON."""

    def __init__(
        self, data: Any = None, secret_key: Any = None, new: bool = True
    ) -> None:
        super().__init__(data or {})
        self.secret_key, self.new = secret_key, new
        self._before = json.dumps(self, sort_keys=True)

    @property
    def modified(self) -> bool:
        """Whether it was changed since it was read."""
        return json.dumps(self, sort_keys=True) != self._before

    @property
    def should_save(self) -> bool:
        """Whether it has to be sent."""
        return self.modified

    def serialize(self, expires: Any = None) -> str:
        """Return the text of the cookie."""
        del expires
        return str(_serializer(self.secret_key).dumps(dict(self)))

    @classmethod
    def unserialize(cls, string: str, secret_key: Any) -> "SecureCookie":
        """Return the dict of a cookie; an empty one if it is not ours."""
        try:
            return cls(_serializer(secret_key).loads(string), secret_key, new=False)
        except BadData:
            return cls((), secret_key, new=False)

    @classmethod
    def load_cookie(
        cls, request: Any, key: str = "session", secret_key: Any = None
    ) -> "SecureCookie":
        """Return the dict that a request has sent, or a new one."""
        data = request.cookies.get(key)
        return cls.unserialize(data, secret_key) if data else cls(secret_key=secret_key)

    def save_cookie(self, response: Any, key: str = "session", **options: Any) -> None:
        """Send it with a response, if it was changed."""
        if options.pop("force", False) or self.should_save:
            response.set_cookie(key, self.serialize(), **options)


def _serializer(secret_key: Any) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret_key, salt="carboy.legacy.cookie")


def _rows(
    module: str, names: Iterable[tuple[str, str, str]], safe: str = ""
) -> list[Row]:
    return [
        row
        for name, here, edit in names
        for row in rows_of(
            f"werkzeug.contrib.{module}", _GONE, {name: here}, edit, safe
        )
    ]


def make_stream_limit(app: Any, maximum_size: int = 10 * 1024 * 1024) -> Any:
    """Make the middleware that reads at most so many bytes of a body."""

    def limit(environ: Any, start_response: Any) -> Any:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        environ["wsgi.input"] = LimitedStream(
            environ["wsgi.input"], min(length, maximum_size)
        )
        return app(environ, start_response)

    return limit


def make_root_fix(app: Any, app_root: str = "/") -> Any:
    """Make the middleware that names the path below which the app is."""

    def fix(environ: Any, start_response: Any) -> Any:
        environ["SCRIPT_NAME"] = app_root.strip("/") and "/" + app_root.strip("/")
        return app(environ, start_response)

    return fix


_PARTS = ("cache", "atom", "fixers", "profiler", "lint", "securecookie", "wrappers")
_MORE = ("sessions", "iterio", "limiter")
_SESSIONS = {
    "FilesystemSessionStore": "SessionsInFiles",
    "SessionStore": "SessionsInStore",
    "SessionMiddleware": "SessionsOfEnviron",
    "Session": "ServerSession",
    "generate_key": "generate_key",
}
MODULES = (
    "werkzeug.contrib",
    *(f"werkzeug.contrib.{part}" for part in (*_PARTS, *_MORE)),
)
ROWS = (
    *_rows(
        "cache",
        [
            (name, f"{_CACHE}:{function}", "from carboy.cache import Cache")
            for name, function in _CACHES.items()
        ],
        _NO_PICKLE,
    ),
    *_rows(
        "atom",
        [
            (
                name,
                f"carboy.legacy.names.atom:{name}",
                "a template of your own, with |e",
            )
            for name in ("AtomFeed", "FeedEntry")
        ],
    ),
    *_rows(
        "fixers",
        [
            (
                "ProxyFix",
                f"{_HERE}:make_proxy_fix",
                "from werkzeug.middleware.proxy_fix import ProxyFix",
            )
        ],
        "Only the last proxy is trusted, so that visitors cannot name their address.",
    ),
    *_rows(
        "fixers",
        [
            (name, f"{_HERE}:make_root_fix", "app.config['APPLICATION_ROOT'] = '/path'")
            for name in ("CGIRootFix", "LighttpdCGIRootFix")
        ],
    ),
    *_rows(
        "sessions",
        [
            (
                name,
                f"carboy.legacy.names.contrib_sessions:{here}",
                "from carboy.sessions import Session",
            )
            for name, here in _SESSIONS.items()
        ],
        "Sessions are stored as msgpack: what was pickled is not read.",
    ),
    *_rows(
        "iterio",
        [
            (name, f"carboy.legacy.names.contrib_iterio:{here}", "io.StringIO")
            for name, here in (
                ("IterIO", "make_iterio"),
                ("IterI", "list_writes"),
                ("IterO", "read_all"),
            )
        ],
    ),
    *_rows(
        "limiter",
        [
            (
                "StreamLimitMiddleware",
                f"{_HERE}:make_stream_limit",
                "app.config['MAX_CONTENT_LENGTH'] = 10_000_000",
            )
        ],
    ),
    *_rows(
        "profiler",
        [("ProfilerMiddleware", "werkzeug.middleware.profiler:ProfilerMiddleware", "")],
    ),
    *_rows("lint", [("LintMiddleware", "werkzeug.middleware.lint:LintMiddleware", "")]),
    *_rows(
        "securecookie",
        [("SecureCookie", f"{_HERE}:SecureCookie", "from flask import session")],
        "Values are JSON: what was pickled is not read.",
    ),
    *_rows(
        "wrappers",
        [
            (
                name,
                "carboy.legacy.names.werkzeug_names:NoMixin",
                "remove it: Request and Response have its methods",
            )
            for name in ("JSONRequestMixin", "DynamicCharsetRequestMixin")
        ],
    ),
)
