"""The listening sockets: opened by the supervisor, shared by all workers."""

import ctypes
import errno
import os
import socket
import stat
import struct
from dataclasses import dataclass
from pathlib import Path

from carboy.errors import ConfigError

from .options import ServeOptions

_FIRST_PASSED_FD = 3
_ATTACH_FILTER = 26


class BindError(ConfigError):
    """Raised when an address cannot be listened on."""


@dataclass(frozen=True, slots=True)
class Listener:
    """One bound socket and its address as text."""

    socket: socket.socket
    address: str
    is_passed: bool = False

    @property
    def is_unix(self) -> bool:
        """Whether it has a path instead of an address."""
        return self.socket.family == socket.AF_UNIX


def open_listeners(options: ServeOptions) -> list[Listener]:
    """Bind all addresses of the options, or none."""
    listeners: list[Listener] = []
    try:
        for address in options.bind:
            listeners.extend(_open(address, options))
    except BaseException:
        close_listeners(listeners)
        raise
    return listeners


def close_listeners(listeners: list[Listener]) -> None:
    """Close the sockets and remove the paths of Unix sockets."""
    for each in listeners:
        each.socket.close()
        if each.is_unix and each.address.startswith("unix:"):
            Path(each.address.removeprefix("unix:")).unlink(missing_ok=True)


def drop_new_connections(listeners: list[Listener]) -> None:
    """Drop the first packet of new connections, while pending ones complete.

    Closing a listening socket resets what waits in its queue. A filter that drops
    only the first packet of a connection lets the queue run empty previous that.
    """
    # Load the flags of the TCP header, keep SYN and ACK; SYN alone is dropped.
    program = struct.pack(
        "=HBBIHBBIHBBIHBBIHBBI",
        *(0x30, 0, 0, 13),
        *(0x54, 0, 0, 0x12),
        *(0x15, 0, 1, 0x02),
        *(0x06, 0, 0, 0),
        *(0x06, 0, 0, 0xFFFFFFFF),
    )
    code = ctypes.create_string_buffer(program)
    packed = struct.pack("@HP", 5, ctypes.addressof(code))
    for each in listeners:
        # A socket of systemd's outlives this process, and so would its filter.
        if not each.is_unix and not each.is_passed:
            try:
                each.socket.setsockopt(socket.SOL_SOCKET, _ATTACH_FILTER, packed)
            except OSError:
                continue


def _open(address: str, options: ServeOptions) -> list[Listener]:
    if address == "systemd":
        return _adopt_passed(options)
    if address.startswith("unix:"):
        return [_open_unix(address.removeprefix("unix:"), options)]
    return [_open_tcp(address, options)]


def _open_tcp(address: str, options: ServeOptions) -> Listener:
    host, port = _parse_address(address)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        _set_tcp_options(sock, options.limits.write_timeout)
        sock.bind((host, port))
        sock.listen(options.backlog)
    except OSError as error:
        sock.close()
        raise BindError(_describe_error(address, error)) from error
    sock.settimeout(0)
    text = f"[{host}]" if ":" in host else host
    return Listener(sock, f"{text}:{sock.getsockname()[1]}")


def _set_tcp_options(sock: socket.socket, write_timeout: float) -> None:
    """Set what accepted connections inherit: no delay, a timeout for dead peers."""
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    option = getattr(socket, "TCP_USER_TIMEOUT", None)
    if option is not None:
        sock.setsockopt(socket.IPPROTO_TCP, option, int(write_timeout * 1000))


def _parse_address(address: str) -> tuple[str, int]:
    host, colon, port = address.rpartition(":")
    if not colon or not port.isdecimal() or int(port) > 65535:
        raise BindError(
            f"The address {address!r} is not understood. Write host:port as in "
            "0.0.0.0:8000, [::]:8000, unix:/run/shop.sock or systemd."
        )
    return host.strip("[]") or "0.0.0.0", int(port)  # noqa: S104 - ":8000" asks for it


def _describe_error(address: str, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"{address} is in use by another process. Stop that one or choose "
            "another address."
        )
    if error.errno == errno.EACCES:
        return (
            f"This user may not listen on {address}. Ports below 1024 need a "
            "privilege: choose a higher one, or let systemd pass the socket."
        )
    return f"Cannot listen on {address}: {error.strerror or error}."


def _open_unix(path: str, options: ServeOptions) -> Listener:
    _remove_stale(path)
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    previous = os.umask(0o777 & ~options.socket_mode)
    try:
        sock.bind(path)
        sock.listen(options.backlog)
    except OSError as error:
        sock.close()
        raise BindError(_describe_error(f"unix:{path}", error)) from error
    finally:
        os.umask(previous)
    sock.settimeout(0)
    return Listener(sock, f"unix:{path}")


def _remove_stale(path: str) -> None:
    """Remove a socket file that nobody listens on any more."""
    try:
        mode = Path(path).lstat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(mode):
        raise BindError(f"{path!r} exists and is no socket, so it was left alone.")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(path)
        except ConnectionRefusedError:
            Path(path).unlink(missing_ok=True)
            return
    raise BindError(f"unix:{path} is in use by another process.")


def _adopt_passed(options: ServeOptions) -> list[Listener]:
    """Adopt the sockets that systemd opened (LISTEN_FDS)."""
    is_for_us = os.environ.get("LISTEN_PID") == str(os.getpid())
    count = int(os.environ.get("LISTEN_FDS", "0")) if is_for_us else 0
    if not count:
        raise BindError(
            "bind is systemd, but no socket was passed (LISTEN_FDS). Start the "
            "service through its .socket unit."
        )
    listeners = []
    for number in range(_FIRST_PASSED_FD, _FIRST_PASSED_FD + count):
        os.set_inheritable(number, False)  # noqa: FBT003 - it takes no names
        sock = socket.socket(fileno=number)
        sock.settimeout(0)
        name = sock.getsockname()
        if sock.family != socket.AF_UNIX:
            _set_tcp_options(sock, options.limits.write_timeout)
        text = name if isinstance(name, str) else f"{name[0]}:{name[1]}"
        listeners.append(Listener(sock, f"systemd ({text})", is_passed=True))
    for key in ("LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES"):
        os.environ.pop(key, None)
    return listeners
