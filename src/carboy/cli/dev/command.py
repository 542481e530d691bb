"""`carboy dev`: the web server and everything beside it, in one command."""

from __future__ import annotations

import socket
import sys
from typing import Any

import click

from carboy.cli.listen_options import host_option, port_option
from carboy.cli.locate_app import Site, pass_site
from carboy.cli.profile import use_profile
from carboy.errors import ConfigError
from carboy.script import explain_refusal

from .output import Console
from .supervisor import Team

_BACKLOG = 128


@click.command
@host_option
@port_option
@click.option(
    "-r/-R",
    "--reload/--no-reload",
    default=True,
    show_default=True,
    help="Start again when code changes.",
)
@click.option("--only", metavar="NAMES", help="Only some, such as web,worker.")
@pass_site
def dev(info: Site, /, host: str, port: int, **told: Any) -> None:
    """Run the site and all that belongs to it, again after each change.

    That is the web server with its debugger, and the workers and schedulers that
    the batteries of the site ask for. Ctrl-C stops all of them.
    """
    use_profile("development")
    only = (told["only"] or "").split(",")
    with _listen(host, port) as listener:
        team = Team(
            place=info.target.place,
            host=host,
            listener=listener,
            console=Console(),
            only=frozenset(name.strip() for name in only if name.strip()),
        )
        sys.exit(team.work(info.folder, reload=told["reload"]))


def _listen(host: str, port: int) -> socket.socket:
    """Hold the port while web processes come and go: visitors wait, none is refused."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise ConfigError(explain_refusal(host, port, error)) from None
    return listener
