"""`carboy serve`: run the checks, then start the production server."""

import logging
import os
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import click
from flask import Flask

from carboy.checks import run_app_checks
from carboy.cli.legacy import legacy_option
from carboy.cli.locate_app import (
    AppInfo,
    AppTarget,
    add_to_sys_path,
    import_app,
    pass_app_info,
)
from carboy.cli.profile import use_profile
from carboy.core import Check
from carboy.errors import ConfigError
from carboy.server import is_app_log_json, serve as start_server

from .options import (
    COMMON,
    PREFIX,
    SectionedCommand,
    SectionedOption,
    is_from_environment,
    print_options,
    read_options,
    server_options,
)

log = logging.getLogger("carboy.checks")

_SERVERS = ("carboy", "gunicorn", "gevent")
_DEFAULT_HOST, _DEFAULT_PORT = "127.0.0.1", "8000"
_MAX_PORT = 65535
_EPILOG = (
    "Each server option can be set in the environment too: "
    f"{PREFIX}WORKERS=2. A flag overrides the variable. Commas separate several "
    "values. Defaults are in brackets."
)


@click.command(cls=SectionedCommand, epilog=_EPILOG)
@click.argument("target", required=False, metavar="[MODULE:NAME]")
@click.option(
    "-h",
    "--host",
    cls=SectionedOption,
    section=COMMON,
    envvar=f"{PREFIX}HOST",
    help="Host to listen on.  [127.0.0.1]",
)
@click.option(
    "-p",
    "--port",
    cls=SectionedOption,
    section=COMMON,
    envvar=f"{PREFIX}PORT",
    metavar="NUMBER",
    help="Port to listen on; 0: a free one.  [8000]",
)
@server_options
@click.option(
    "--server",
    type=click.Choice(_SERVERS),
    default="carboy",
    show_default=True,
    help="The built-in server, or gunicorn with threads or gevent.",
)
@click.option(
    "--write-config",
    type=click.Path(path_type=Path, dir_okay=False),
    is_flag=False,
    flag_value="gunicorn.conf.py",
    help="Write the options to gunicorn.conf.py (or PATH), then exit.",
    metavar="[PATH]",
)
@click.option("--skip-checks", is_flag=True, help="Start without running the checks.")
@click.option(
    "--print-options",
    is_flag=True,
    help="Print the value of every option, then exit.",
)
@legacy_option
@click.pass_context
@pass_app_info
def serve(
    info: AppInfo, context: click.Context, /, target: str | None, **flags: Any
) -> None:
    """Serve the app in production.

    MODULE:NAME may be any WSGI app or factory, such as shop:create_app. Without it
    the project's own app is served. Checks run first, and an error stops the start.
    """
    options = read_options(context, _find_addresses(context))
    if flags["print_options"]:
        print_options(options)
        return
    is_builtin = flags["server"] == "carboy" and flags["write_config"] is None
    gunicorn: Any = None
    if not is_builtin:
        # Each module that a worker imports is memory of each worker.
        gunicorn = import_module("carboy.cli.serve.gunicorn")
        gunicorn.reject_unsupported(context, options)
    use_profile("production", over_dotenv=True)
    app_target = AppTarget(target, "the command line") if target else info.target
    if is_builtin:
        add_to_sys_path(info.folder)
        check = None if flags["skip_checks"] else make_start_check()
        sys.exit(start_server(app_target.import_path, options, on_start=check))
    import_path, app = import_app(app_target, info.folder)
    if flags["write_config"] is not None:
        path = flags["write_config"]
        gunicorn.write_config(path, import_path, options, kind=flags["server"])
        click.echo(f"Written. Serve with: gunicorn -c {path}")
        return
    if not flags["skip_checks"] and (errors := make_start_check()(app)):
        raise ConfigError("\n".join(errors))
    gunicorn.run_gunicorn(import_path, options, kind=flags["server"])


def make_start_check() -> Callable[[object], list[str] | None]:
    """Return the function that each worker calls first: it returns the errors.

    Only the first worker to call it prints the warnings.
    """
    readable, writable = os.pipe()
    os.write(writable, b"1")
    os.set_blocking(readable, False)

    def start_check(app: object) -> list[str] | None:
        if not isinstance(app, Flask):
            return None
        results = run_app_checks(app)
        try:
            is_first = bool(os.read(readable, 1))
        except BlockingIOError:
            is_first = False
        for result in results:
            if is_first and result.level == "warning":
                _warn(result)
        return [str(result) for result in results if result.level == "error"]

    return start_check


def _warn(result: Check) -> None:
    if is_app_log_json():
        text = f"{result.message} {result.hint}".rstrip()
        log.warning("%s: %s", result.id, text)
    else:
        click.secho(f"Warning: {result}", fg="yellow", err=True)


def _find_addresses(context: click.Context) -> tuple[str, ...] | None:
    """Return the address of --host and --port, if they override --bind."""
    host, port = context.params["host"], context.params["port"]
    names = [name for name in ("host", "port") if context.params[name] is not None]
    if not names:
        return None
    if context.params["bind"]:
        # A flag overrides a variable; two flags, or two variables, contradict.
        is_flag = not is_from_environment(context, "bind")
        has_flag = not all(is_from_environment(context, name) for name in names)
        if is_flag and not has_flag:
            return None
        if is_flag == has_flag:
            msg = "--bind names the address to listen on. Remove --host and --port."
            raise click.UsageError(msg)
    return (_join(host or _DEFAULT_HOST, port or _DEFAULT_PORT),)


def _join(host: str, port: str) -> str:
    if not (port.isascii() and port.isdecimal() and int(port) <= _MAX_PORT):
        msg = f"--port must be a number from 0 to {_MAX_PORT}, got {port!r}."
        raise click.UsageError(msg)
    name = f"[{host}]" if ":" in host and not host.startswith("[") else host
    return f"{name}:{port}"
