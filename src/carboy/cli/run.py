"""`carboy run`: the development server; `runserver` is its name in Flask-Script."""

from pathlib import Path
from typing import Any

import click
from flask import Flask

from carboy.script import serve_development
from carboy.site import make_debugger

from .dev.process_report import write_report
from .legacy import legacy_option
from .listen_options import host_option, port_option
from .locate_app import AppInfo, pass_app_info
from .profile import is_development, use_profile
from .welcome import with_welcome


@click.command
@host_option
@port_option
@click.option(
    "-r/-R",
    "--reload/--no-reload",
    default=None,
    help="Restart when code changes.  [default: in development]",
)
@click.option(
    "-d/-D",
    "--debug/--no-debug",
    default=None,
    help="Show errors with a prompt in each frame.  [default: in development]",
)
@legacy_option
@click.option("--fd", type=int, hidden=True, help="A listening socket to use.")
@click.option("--report", type=int, hidden=True, help="Pipe for the process report.")
@click.option("--report-only", is_flag=True, hidden=True, help="Report, then exit.")
@pass_app_info
def run(info: AppInfo, /, host: str, port: int, **options: Any) -> None:
    """Run the development server, on this machine only."""
    use_profile("development")
    app = info.load_app()
    debug = is_development(app) if options["debug"] is None else options["debug"]
    reload = debug if options["reload"] is None else options["reload"]
    if options["report"] is not None:
        write_report(app, options["report"])
    if options["report_only"]:
        return
    serve_development(
        app,
        host,
        port,
        debug=debug,
        reload=reload,
        wrap=_add_development_pages,
        fd=options["fd"],
        extra_files=[str(path) for path in _settings_files(info.folder)],
    )


runserver = click.Command(
    "runserver",
    params=run.params,
    callback=run.callback,
    help="Run the development server; the old name of `run`.",
    hidden=True,
    context_settings={"help_option_names": ["-?", "--help"]},
)


def _add_development_pages(app: Flask, host: str) -> Any:
    """Add what only developers see: errors and a welcome."""
    return with_welcome(app, make_debugger(app, host))


def _settings_files(folder: Path) -> list[Path]:
    """List the files that settings are read from: the reloader watches them too."""
    return [folder / name for name in (".env", "settings.toml")]
