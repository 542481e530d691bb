"""Rules for production about the services that the site uses."""

import ipaddress
import sys
from urllib.parse import unquote

from carboy.core import registry_of

from .rule import DeployContext, Rule

_LOCAL = frozenset({"", "localhost", "127.0.0.1", "::1"})
_KNOWN_PASSWORDS = frozenset({
    "", "123456", "admin", "changeme", "example", "mysql", "pass", "password",
    "postgres", "root", "secret", "test",
})  # fmt: skip
_ADMINS = frozenset({"root", "postgres", "sa", "admin"})
_DATABASES = ("postgres", "mysql", "mariadb", "mssql", "oracle")
_REDIS = ("redis", "valkey")
_START_FILES = ("compose.yaml", "compose.yml", "docker-compose.yml", "Procfile")


def _password(context: DeployContext) -> str | None:
    for key, url in context.urls(*_DATABASES):
        password = unquote(url.password or "").lower()
        is_local_peer = not url.password and (url.hostname or "") in _LOCAL
        if is_local_peer:
            continue
        if password in _KNOWN_PASSWORDS or password == (url.username or "").lower():
            return f"{key} has no password, or a very common one."
    return None


def _admin(context: DeployContext) -> str | None:
    for key, url in context.urls(*_DATABASES):
        if (url.username or "").lower() in _ADMINS:
            return f"{key} logs in as {url.username}, who may do everything."
    return None


def _plaintext(context: DeployContext) -> str | None:
    for key, url in context.urls(*_DATABASES):
        if _is_remote(url.hostname or "") and not _has_tls_option(url.query):
            return f"{key} reaches {url.hostname} over the internet without TLS."
    return None


def _redis_password(context: DeployContext) -> str | None:
    for key, url in context.urls(*_REDIS):
        if _is_remote(url.hostname or "") and not url.password:
            return f"{key} reaches {url.hostname} without a password."
    return None


def _one_file(context: DeployContext) -> str | None:
    hosts = [url.hostname for _, url in context.urls(*_REDIS)]
    hosts = [host for host in hosts if host and host not in _LOCAL]
    if not hosts:
        return None
    for key, _ in context.urls("sqlite"):
        return (
            f"{key} is a file, and Redis is on {hosts[0]}: if the site runs on "
            f"several machines, each has its own data."
        )
    return None


def _worker(context: DeployContext) -> str | None:
    required = [process.name for process in registry_of(context.app).processes]
    for name in _START_FILES:
        file = context.folder / name
        if not required or not file.is_file():
            continue
        text = file.read_text("utf-8", "replace")
        missing = [process for process in required if process not in text]
        if missing:
            return f"{name} does not start {missing[0]}, which the site needs."
    return None


def _toolbar(context: DeployContext) -> str | None:
    toolbars = {"debugtoolbar", "toolbar"} & {*context.app.extensions}
    modules = {"flask_debugtoolbar"} & {*sys.modules}
    if toolbars or (modules and context.config.get("DEBUG_TB_ENABLED")):
        return "A debug toolbar is installed."
    return None


def _pickle(context: DeployContext) -> str | None:
    if str(context.config.get("SESSION_SERIALIZATION_FORMAT")).lower() == "pickle":
        return "SESSION_SERIALIZATION_FORMAT is pickle: a written session runs code."
    return None


def _is_remote(host: str) -> bool:
    """Return whether a host is outside of the own network."""
    try:
        return not ipaddress.ip_address(host).is_private
    except ValueError:
        # Container networks and clouds use bare names and these endings.
        internal = (".local", ".internal", ".localhost", ".svc", ".lan")
        return "." in host and not host.endswith(internal)


def _has_tls_option(query: str) -> bool:
    return any(name in query for name in ("sslmode=", "ssl_", "ssl=", "tls"))


RULES = (
    Rule("core.E050", _password, "Set a long random password for the database user."),
    Rule(
        "core.W051",
        _admin,
        "Use a user that owns the tables of the site only.",
    ),
    Rule("core.W052", _plaintext, "Add ?sslmode=verify-full (PostgreSQL) or ssl_ca=…"),
    Rule("core.E053", _redis_password, "Set requirepass, and use rediss://."),
    Rule("core.W054", _one_file, "Use PostgreSQL or MySQL, or run on one machine."),
    Rule("core.W055", _worker, "Start `carboy <name>` beside the web server."),
    Rule("core.E056", _toolbar, "Install it in development only."),
    Rule("core.E057", _pickle, "Set it to msgpack, or use Carboy's sessions."),
)
