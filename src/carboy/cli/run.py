"""`carboy run`: the development server, with reload and the debugger."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from carboy.script import serve_development

from .dev.process_report import report_processes
from .listen_options import host_option, port_option
from .locate_app import Site, pass_site
from .profile import is_development, use_profile


@click.command
@host_option
@port_option
@click.option(
    "-r/-R",
    "--reload/--no-reload",
    default=None,
    help="Start again when code changes.  [default: in development]",
)
@click.option(
    "-d/-D",
    "--debug/--no-debug",
    default=None,
    help="Show errors with a prompt in each frame.  [default: in development]",
)
@click.option("--fd", type=int, hidden=True, help="A socket that is open already.")
@click.option("--report", type=int, hidden=True, help="Where to tell of processes.")
@click.option("--report-only", is_flag=True, hidden=True, help="Tell, and leave.")
@pass_site
def run(info: Site, /, host: str, port: int, **told: Any) -> None:
    """Run the development server, on this machine alone."""
    use_profile("development")
    app = info.load_app()
    debug = is_development(app) if told["debug"] is None else told["debug"]
    reload = debug if told["reload"] is None else told["reload"]
    if told["report"] is not None:
        report_processes(app, told["report"])
    if told["report_only"]:
        return
    serve_development(
        app,
        host,
        port,
        debug=debug,
        reload=reload,
        fd=told["fd"],
        extra_files=[str(path) for path in _files(info.folder)],
    )


def _files(folder: Path) -> list[Path]:
    """List what settings are read from: a change there is a change of the app."""
    return [folder / name for name in (".env", "settings.toml")]
