"""`carboy dev`: the web server, its workers and its schedulers in one command."""

import socket
import sys
from typing import Any

import click

from carboy.cli.listen_options import host_option, port_option
from carboy.cli.locate_app import AppInfo, pass_app_info
from carboy.cli.profile import use_profile
from carboy.errors import ConfigError
from carboy.script import explain_refusal

from .output import PrefixedOutput
from .supervisor import DevSupervisor

_BACKLOG = 128


@click.command
@host_option
@port_option
@click.option(
    "-r/-R",
    "--reload/--no-reload",
    default=True,
    show_default=True,
    help="Restart when code changes.",
)
@click.option("--only", metavar="NAMES", help="Run only these, such as web,worker.")
@pass_app_info
def dev(info: AppInfo, /, host: str, port: int, **options: Any) -> None:
    """Run the site with its workers, and restart it after each change.

    Starts the web server with its debugger, and the workers and schedulers that
    the site's batteries need. Ctrl-C stops all of them.
    """
    use_profile("development")
    only = (options["only"] or "").split(",")
    with _listen(host, port) as listener:
        supervisor = DevSupervisor(
            import_path=info.target.import_path,
            host=host,
            listener=listener,
            output=PrefixedOutput(),
            only=frozenset(name.strip() for name in only if name.strip()),
        )
        sys.exit(supervisor.run(info.folder, reload=options["reload"]))


def _listen(host: str, port: int) -> socket.socket:
    """Open the listening socket, so that a restart makes clients wait, not fail."""
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
