"""The development server."""

import errno
import ipaddress
import logging
import signal
import socket
import sys
import threading
from collections.abc import Callable
from typing import Any

import click
from flask import Flask
from werkzeug.serving import (
    WSGIRequestHandler,
    is_running_from_reloader,
    make_server,
    run_simple,
)

from carboy.core import Carboy
from carboy.errors import ConfigError

Wrapper = Callable[[Flask, str], Any]


class _QuietHandler(WSGIRequestHandler):
    """Logs no line for a request, because the site logs one."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Log nothing."""


def serve_development(
    app: Flask,
    host: str = "127.0.0.1",
    port: int = 5000,
    *,
    debug: bool = True,
    reload: bool = False,
    wrap: Wrapper | None = None,
    **options: Any,
) -> None:
    """Serve `app` for development until it is stopped.

    The debugger runs code for anyone who can reach it, so it is on only if `host` is
    loopback; `wrap` then makes the WSGI app to serve, instead of Werkzeug's debugger.
    `options` are passed to Werkzeug's server; `fd` is a listening socket.
    """
    if debug and not is_loopback(host):
        click.secho(
            f"The debugger is off: it lets visitors run code, and {host} can be "
            f"reached from other machines. Use -h 127.0.0.1 to turn it on.",
            fg="yellow",
            err=True,
        )
        debug = False
    app.debug = debug
    if options.get("fd") is None and not is_running_from_reloader():
        require_free(host, port)
    logging.getLogger("werkzeug").addFilter(_is_news)
    if not sys.stderr.isatty():
        logging.getLogger("werkzeug").addFilter(_unstyle)
    options.setdefault("threaded", not options.get("processes"))
    if isinstance(app, Carboy) and app.has_settings:
        for warning in app.validate():
            click.secho(f"Warning: {warning}", fg="yellow", err=True)
        options["request_handler"] = _QuietHandler
    if isinstance(app, Carboy) and (not reload or is_running_from_reloader()):
        # Not in the process that only restarts the one that serves.
        exit_on_sigterm()
        app.run_start_hooks()
    if not is_running_from_reloader():
        print_address(host, port, debug=debug)
    wsgi_app = (wrap or _with_debugger)(app, host) if debug else app
    if reload:
        options.pop("fd", None)
        run_simple(host, port, wsgi_app, use_reloader=True, **options)
        return
    options.pop("extra_files", None)
    make_server(host, port, wsgi_app, **options).serve_forever()


def _is_news(record: logging.LogRecord) -> bool:
    """Drop what `print_address` has said already."""
    text = record.getMessage()
    return "This is a development server" not in text and "Press CTRL+C" not in text


def _unstyle(record: logging.LogRecord) -> bool:
    """Remove Werkzeug's escape codes, which are for terminals."""
    record.msg, record.args = click.unstyle(record.getMessage()), None
    return True


def exit_on_sigterm() -> None:
    """Exit at SIGTERM as at the end of the program: stop hooks run."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))


def is_loopback(host: str) -> bool:
    """Return whether `host` can be reached from this machine only."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def require_free(host: str, port: int) -> None:
    """Raise `ConfigError` if the address is in use or not allowed."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ConfigError(explain_refusal(host, port, error)) from None


def explain_refusal(host: str, port: int, error: OSError) -> str:
    """Return a message that says why the address cannot be used, and what to do."""
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} on {host} is in use by another program. Stop it, or "
            f"use another port: -p {port + 1}."
        )
    if error.errno == errno.EACCES:
        return f"Port {port} is reserved for the system. Use one above 1023: -p 5000."
    return f"Cannot listen on {host} port {port}: {error.strerror or error}."


def print_address(host: str, port: int, *, debug: bool) -> None:
    """Print the address of the site."""
    name = f"[{host}]" if ":" in host else host
    url = click.style(f"http://{name}:{port}", bold=True)
    state = "debugger on" if debug else "debugger off"
    click.echo(f"Serving {url} for development, {state}. Ctrl-C stops.", err=True)


def _with_debugger(app: Flask, host: str) -> Any:
    # Imported here only: the module must not be loaded in production.
    from werkzeug.debug import DebuggedApplication  # noqa: PLC0415 - see above

    wrapped = DebuggedApplication(app, evalex=True)
    wrapped.trusted_hosts.append(host)
    return wrapped
