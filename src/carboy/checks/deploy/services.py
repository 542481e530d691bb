"""Rules for production that look at what stands around the site."""

from __future__ import annotations

import ipaddress
import sys
from urllib.parse import unquote

from carboy.core import registry_of

from .rule import Deployed, Rule

_LOCAL = frozenset({"", "localhost", "127.0.0.1", "::1"})
_KNOWN_PASSWORDS = frozenset({
    "", "123456", "admin", "changeme", "example", "mysql", "pass", "password",
    "postgres", "root", "secret", "test",
})  # fmt: skip
_RULERS = frozenset({"root", "postgres", "sa", "admin"})
_DATABASES = ("postgres", "mysql", "mariadb", "mssql", "oracle")
_REDIS = ("redis", "valkey")
_STARTERS = ("compose.yaml", "compose.yml", "docker-compose.yml", "Procfile")


def _password(site: Deployed) -> str | None:
    for key, url in site.urls(*_DATABASES):
        password = unquote(url.password or "").lower()
        is_local_peer = not url.password and (url.hostname or "") in _LOCAL
        if is_local_peer:
            continue
        if password in _KNOWN_PASSWORDS or password == (url.username or "").lower():
            return f"{key} has no password, or one that everybody tries first."
    return None


def _ruler(site: Deployed) -> str | None:
    for key, url in site.urls(*_DATABASES):
        if (url.username or "").lower() in _RULERS:
            return f"{key} logs in as {url.username}, who may do everything there."
    return None


def _open_line(site: Deployed) -> str | None:
    for key, url in site.urls(*_DATABASES):
        if _is_far(url.hostname or "") and not _asks_for_tls(url.query):
            return f"{key} crosses the open network to {url.hostname} without TLS."
    return None


def _redis_password(site: Deployed) -> str | None:
    for key, url in site.urls(*_REDIS):
        if _is_far(url.hostname or "") and not url.password:
            return f"{key} reaches {url.hostname} without a password."
    return None


def _one_file(site: Deployed) -> str | None:
    several = [url.hostname for _, url in site.urls(*_REDIS)]
    several = [host for host in several if host and host not in _LOCAL]
    if not several:
        return None
    for key, _ in site.urls("sqlite"):
        return (
            f"{key} is a file, and Redis is on {several[0]}: where the site runs on "
            f"several machines, each would have data of its own."
        )
    return None


def _worker(site: Deployed) -> str | None:
    wanted = [process.name for process in registry_of(site.app).processes]
    for name in _STARTERS:
        file = site.folder / name
        if not wanted or not file.is_file():
            continue
        text = file.read_text("utf-8", "replace")
        missing = [process for process in wanted if process not in text]
        if missing:
            return f"{name} starts no {missing[0]}, which the site needs."
    return None


def _toolbar(site: Deployed) -> str | None:
    found = {"debugtoolbar", "toolbar"} & {*site.app.extensions}
    modules = {"flask_debugtoolbar"} & {*sys.modules}
    if found or (modules and site.config.get("DEBUG_TB_ENABLED")):
        return "A debug toolbar is installed."
    return None


def _pickle(site: Deployed) -> str | None:
    if str(site.config.get("SESSION_SERIALIZATION_FORMAT")).lower() == "pickle":
        return "SESSION_SERIALIZATION_FORMAT is pickle: a written session runs code."
    return None


def _is_far(host: str) -> bool:
    """Tell whether a host is on the open network, not on this one."""
    try:
        return not ipaddress.ip_address(host).is_private
    except ValueError:
        # Bare names and these endings are made by container networks and clouds.
        inner = (".local", ".internal", ".localhost", ".svc", ".lan")
        return "." in host and not host.endswith(inner)


def _asks_for_tls(query: str) -> bool:
    return any(word in query for word in ("sslmode=", "ssl_", "ssl=", "tls"))


RULES = (
    Rule("core.E050", _password, "Give the database user a long random password."),
    Rule("core.W051", _ruler, "Give the site a user of its own, for its own tables."),
    Rule("core.W052", _open_line, "Add ?sslmode=verify-full (PostgreSQL) or ssl_ca=…"),
    Rule("core.E053", _redis_password, "Set requirepass, and use rediss://."),
    Rule("core.W054", _one_file, "Use PostgreSQL or MySQL, or run on one machine."),
    Rule("core.W055", _worker, "Start `carboy <name>` beside the web server."),
    Rule("core.E056", _toolbar, "Install it in development only."),
    Rule("core.E057", _pickle, "Set it to msgpack, or use Carboy's sessions."),
)
