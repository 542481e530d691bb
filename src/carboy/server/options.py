"""The options of the server, with defaults that are safe on the open network."""

import ipaddress
import math
import os
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from pathlib import Path

from carboy.errors import SettingsError

App = Callable[..., object]
# Returns what stops the start; None if it does not know this kind of app.
StartCheck = Callable[[App], list[str] | None]

_MINIMUMS = {
    "workers": 1,
    "threads": 1,
    "backlog": 16,
    "max_connections": 1,
    "max_waiting": 1,
    "max_body_size": 0,
    "max_form_size": 0,
    "max_form_fields": 0,
    "max_json_depth": 0,
    "max_header_size": 8192,
    "spool_size": 1024,
    "max_requests": 0,
    "max_memory_mb": 0,
    "header_timeout": 0.1,
    "body_timeout": 0.1,
    "body_grace": 0.1,
    "min_body_rate": 0,
    "view_timeout": 0,
    "write_timeout": 1,
    "drain_timeout": 0.1,
    "hang_timeout": 1,
    "start_timeout": 0.5,
    "proxy_hops": 1,
    "events_per_worker": 1,
}


@dataclass(frozen=True, slots=True)
class Limits:
    """How much time, memory and how many connections clients may use."""

    header_timeout: float = 5.0
    """Seconds for a request head to arrive, and for the next one to begin."""
    body_timeout: float = 12.0
    """Seconds that a body may stall, however quick it was before."""
    body_grace: float = 5.0
    """Seconds before `min_body_rate` counts."""
    min_body_rate: int = 1024
    """Bytes a second that a body has to reach; each byte buys time at this rate, up to
    `body_timeout` in advance. 0 asks for none."""
    write_timeout: float = 60.0
    """Seconds that a client may leave sent bytes unread."""
    max_header_size: int = 64 * 1024
    """Bytes of a request head."""
    max_body_size: int = 32 * 1024 * 1024
    """Bytes of a request body; 0 allows any size."""
    max_form_size: int = 500_000
    """Bytes of an urlencoded form, which is always held in memory; 0 allows any."""
    max_form_fields: int = 1_000
    """Fields of an urlencoded form; 0 allows any number."""
    max_json_depth: int = 64
    """Levels that a JSON body may be nested; 0 allows any."""
    spool_size: int = 2 * 1024 * 1024
    """Bytes of a body that are held in memory before it goes to disk. It goes there
    earlier when all bodies together hold 64 MB."""
    max_connections: int = 10_000
    """Open connections of one worker; further ones wait in the backlog."""
    max_waiting: int = 2_000
    """Requests that wait for a view thread; a further one is answered with 503."""
    events_per_worker: int = 10_000
    """Open event streams of one worker."""


@dataclass(frozen=True, slots=True)
class Tls:
    """A certificate, its key, and what is required of clients."""

    certificate: Path
    key: Path
    password: str | None = field(default=None, repr=False)
    client_ca: Path | None = None
    """Clients must show a certificate that this authority signed."""
    minimum: str = "1.2"


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """How to serve: addresses, processes, hosts and lifetimes."""

    bind: tuple[str, ...] = ("127.0.0.1:8000",)
    """`host:port`, `[ipv6]:port`, `unix:/path`, or `systemd` for passed sockets."""
    workers: int = 1
    """Processes. One for each core is usual."""
    threads: int = 8
    """Threads of a worker that run views. With 1, no two views run at the same time."""
    backlog: int = 2048
    """Connections that the kernel holds until a worker takes them."""
    limits: Limits = Limits()
    view_timeout: float = 30.0
    """Seconds after which a running view is logged with its stack; 0 never does."""
    drain_timeout: float = 30.0
    """Seconds that requests in flight may take when a worker stops."""
    hang_timeout: float = 60.0
    """Seconds without a sign of life after which a worker is killed."""
    start_timeout: float = 60.0
    """Seconds that a worker may take to import the app."""
    max_requests: int = 0
    """Requests after which a worker is replaced (spread by a tenth); 0 never."""
    max_memory_mb: int = 0
    """Resident megabytes after which a worker is replaced; 0 never."""
    trusted_hosts: tuple[str, ...] = ()
    """Names that `Host` may have: `shop.example`, `.shop.example` with all below it."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses or networks of proxies, `unix` for those on a Unix socket, `private`
    for these and all at private addresses."""
    proxy_hops: int = 1
    """How many proxies stand in front, exactly."""
    static: tuple[tuple[str, Path], ...] = ()
    """URL prefixes and the folders whose files they serve."""
    access_log: str = "off"
    """`off`, `common` or `json`; goes to standard output."""
    tls: Tls | None = None
    socket_mode: int = 0o660
    """Permissions of a Unix socket."""
    chosen: frozenset[str] = frozenset()
    """Options that stand as they are, whatever the settings of a site say."""
    is_lenient: bool = False
    """Leave odd hosts and paths to the app, as gunicorn does; never chosen by hand."""

    def __post_init__(self) -> None:
        _check_numbers(self)
        _check_numbers(self.limits)
        if not self.bind:
            raise SettingsError(
                "bind is empty, so nobody could connect. Give one address at "
                "minimum, for example 127.0.0.1:8000."
            )
        if self.access_log not in {"off", "common", "json"}:
            raise SettingsError(
                f"access_log must be off, common or json, got {self.access_log!r}."
            )
        for name in self.trusted_hosts:
            _check_host(name)
        for name in self.trusted_proxies:
            _check_proxy(name)
        for prefix, folder in self.static:
            _check_static(prefix, folder)
        if self.tls is not None:
            _check_tls(self.tls)


def _check_numbers(options: ServeOptions | Limits) -> None:
    for each in fields(options):
        minimum = _MINIMUMS.get(each.name)
        value = getattr(options, each.name)
        if minimum is None:
            continue
        if not value >= minimum:
            raise SettingsError(
                f"{each.name} must be {minimum} or more, got {value!r}."
            )
        if value == math.inf:
            raise SettingsError(f"{each.name} must be a finite number, got {value!r}.")


def _check_host(name: str) -> None:
    bare = name.removeprefix(".")
    if name[:1] == "[" and _is_address(name[1:].removesuffix("]")):
        return
    if name != "*" and (not bare or set(bare) & set("/:@* ")):
        raise SettingsError(
            f"trusted_hosts has {name!r}, which is no host name. Write the bare "
            "name without scheme, port and path; begin with a dot to allow all "
            "names below it."
        )


def _is_address(text: str) -> bool:
    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return True


def _check_proxy(name: str) -> None:
    if name in {"unix", "private"}:
        return
    try:
        ipaddress.ip_network(name, strict=False)
    except ValueError:
        raise SettingsError(
            f"trusted_proxies has {name!r}, which is neither an address nor a "
            "network. Write 10.0.0.7, 10.0.0.0/8, unix, or private."
        ) from None


def _check_static(prefix: str, folder: Path) -> None:
    if not prefix.startswith("/"):
        raise SettingsError(
            f"The static prefix {prefix!r} must begin with a slash, as in /static."
        )
    if not folder.is_dir():
        raise SettingsError(
            f"The static folder {str(folder)!r} for {prefix} does not exist. "
            "Build the files first, or take the option away."
        )


def _check_tls(tls: Tls) -> None:
    if tls.minimum not in {"1.2", "1.3"}:
        raise SettingsError(f"The lowest TLS must be 1.2 or 1.3, got {tls.minimum!r}.")
    for path in (tls.certificate, tls.key, *([tls.client_ca] if tls.client_ca else [])):
        if not os.access(path, os.R_OK):
            raise SettingsError(
                f"The TLS file {str(path)!r} cannot be read. Check the path and "
                "that the user of this process may read it."
            )
    _check_pair(tls)


def _check_pair(tls: Tls) -> None:
    """Try the files, which Granian does only in a worker, and gives up on loudly."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    password = tls.password or ""  # none at all would ask the terminal
    try:
        context.load_cert_chain(tls.certificate, tls.key, password)
        if tls.client_ca is not None:
            context.load_verify_locations(tls.client_ca)
    except OSError as error:
        reason = (getattr(error, "reason", None) or str(error)).replace("_", " ")
        raise SettingsError(
            f"The TLS certificate {str(tls.certificate)!r} and its key "
            f"{str(tls.key)!r} cannot be used: {reason.lower()}. Both have to be PEM "
            "files that belong together, and the password has to be that of the key."
        ) from None
