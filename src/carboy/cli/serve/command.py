"""`carboy serve`: the production server, once every check has passed."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from flask import Flask

from carboy.cli.check import find_all
from carboy.cli.locate_app import Site, Target, add_to_path, load, pass_site
from carboy.cli.profile import use_profile
from carboy.errors import ConfigError
from carboy.server import ServeOptions, serve as start_server

from .gunicorn import run_gunicorn, write_config
from .options import (
    PREFIX,
    USUAL,
    SectionedCommand,
    SectionedOption,
    is_from_environment,
    name_option,
    print_options,
    read_options,
    server_options,
)

_SERVERS = ("carboy", "gunicorn", "gevent")
_DEFAULT_HOST, _DEFAULT_PORT = "127.0.0.1", "8000"
_HIGHEST_PORT = 65535
_FOR_GUNICORN = {
    *("bind", "workers", "threads", "backlog"),
    *("hang_timeout", "drain_timeout", "max_requests"),
}
_EPILOG = (
    "Each option of the server can be told in the environment too: "
    f"{PREFIX}WORKERS=2. A flag counts for more. Commas separate several values. "
    "In brackets: defaults."
)


@click.command(cls=SectionedCommand, epilog=_EPILOG)
@click.argument("target", required=False, metavar="[MODULE:NAME]")
@click.option(
    "-h",
    "--host",
    cls=SectionedOption,
    section=USUAL,
    envvar=f"{PREFIX}HOST",
    help="Host to listen on.  [127.0.0.1]",
)
@click.option(
    "-p",
    "--port",
    cls=SectionedOption,
    section=USUAL,
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
    help="What serves: the built-in edge, or gunicorn with threads or gevent.",
)
@click.option(
    "--write-config",
    type=click.Path(path_type=Path, dir_okay=False),
    is_flag=False,
    flag_value="gunicorn.conf.py",
    help="Write the same settings to gunicorn.conf.py (or PATH), and leave.",
    metavar="[PATH]",
)
@click.option("--skip-checks", is_flag=True, help="Serve whatever the checks say.")
@click.option(
    "--print-options",
    is_flag=True,
    help="Write all options as they are told, and leave.",
)
@click.pass_context
@pass_site
def serve(
    info: Site, context: click.Context, /, target: str | None, **told: Any
) -> None:
    """Serve the app in production.

    MODULE:NAME may be any WSGI app or factory, such as shop:create_app; without it
    the project's own app is served. Checks run first: errors stop the start.
    """
    options = read_options(context, _find_addresses(context))
    if told["print_options"]:
        print_options(options)
        return
    is_edge = told["server"] == "carboy" and told["write_config"] is None
    if not is_edge:
        _refuse_foreign(context, options)
    use_profile("production", over_dotenv=True)
    wanted = Target(target, "the command line") if target else info.target
    if is_edge:
        add_to_path(info.folder)
        rehearse = None if told["skip_checks"] else make_rehearsal()
        sys.exit(start_server(wanted.place, options, on_start=rehearse))
    place, app = load(wanted, info.folder)
    if told["write_config"] is not None:
        write_config(told["write_config"], place, options, kind=told["server"])
        click.echo(f"Written. Serve with: gunicorn -c {told['write_config']}")
        return
    if not told["skip_checks"] and (errors := make_rehearsal()(app)):
        raise ConfigError("\n".join(errors))
    run_gunicorn(place, options, kind=told["server"])


def make_rehearsal() -> Callable[[object], list[str]]:
    """Make what a worker asks before it serves: the errors that stop it.

    Warnings are told by one worker, the first.
    """
    readable, writable = os.pipe()
    os.write(writable, b"1")
    os.set_blocking(readable, False)

    def rehearse(app: object) -> list[str]:
        if not isinstance(app, Flask):
            return []
        found = find_all(app)
        try:
            is_first = bool(os.read(readable, 1))
        except BlockingIOError:
            is_first = False
        for one in found:
            if is_first and one.level == "warning":
                click.secho(f"Warning: {one}", fg="yellow", err=True)
        return [str(one) for one in found if one.level == "error"]

    return rehearse


def _find_addresses(context: click.Context) -> tuple[str, ...] | None:
    """Return where --host and --port lead, if they are what counts."""
    host, port = context.params["host"], context.params["port"]
    names = [name for name in ("host", "port") if context.params[name] is not None]
    if not names:
        return None
    if context.params["bind"]:
        # Flags count for more than variables; of two of a kind none can be meant.
        is_flag = not is_from_environment(context, "bind")
        has_flag = not all(is_from_environment(context, name) for name in names)
        if is_flag and not has_flag:
            return None
        if is_flag == has_flag:
            msg = "--bind says where to listen; leave --host and --port away."
            raise click.UsageError(msg)
    return (_join(host or _DEFAULT_HOST, port or _DEFAULT_PORT),)


def _join(host: str, port: str) -> str:
    if not (port.isascii() and port.isdecimal() and int(port) <= _HIGHEST_PORT):
        msg = f"--port must be a number from 0 to {_HIGHEST_PORT}, got {port!r}."
        raise click.UsageError(msg)
    shown = f"[{host}]" if ":" in host and not host.startswith("[") else host
    return f"{shown}:{port}"


def _refuse_foreign(context: click.Context, options: ServeOptions) -> None:
    """Refuse what gunicorn would not be told: nobody should believe that it holds."""
    for name in sorted(options.chosen - _FOR_GUNICORN):
        flag = name_option(context, name)
        msg = f"{flag} is an option of the built-in server, which gunicorn lacks."
        raise click.UsageError(f"{msg} Leave it away, or serve without gunicorn.")
