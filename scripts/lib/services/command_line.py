"""The command line of `scripts/services`."""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from . import commands
from .catalogue import SERVICES
from .errors import ServiceError

FOLDER = "CARBOY_SERVICES"


def main(arguments: list[str]) -> int:
    """Run one sub-command; return the exit status."""
    options = make_parser().parse_args(arguments)
    try:
        return int(options.run(options) or 0)
    except ServiceError as error:
        print(error, file=sys.stderr)
        return 1


def make_parser() -> argparse.ArgumentParser:
    """Return the parser with all sub-commands."""
    names, as_json, watched = _make_names(), _make_json(), _make_watched()
    parser = argparse.ArgumentParser(
        prog="services",
        description="Private servers for tests and benchmarks, on 127.0.0.1.",
    )
    parser.add_argument(
        "--folder",
        type=Path,
        default=_default_folder(),
        help="folder of the servers (default: %(default)s)",
    )
    add = parser.add_subparsers(required=True, metavar="COMMAND").add_parser
    for name, function, parents in (
        ("start", commands.start, [names, watched, as_json]),
        ("stop", commands.stop, [names]),
        ("urls", commands.urls, [as_json]),
        ("doctor", commands.doctor, [names]),
        ("install", commands.install_missing, [names]),
    ):
        command = add(name, parents=parents, help=function.__doc__)
        command.set_defaults(run=function)
    for action in ("restart", "kill", "pause", "resume"):
        command = add(action, help=f"{action.capitalize()} one server.")
        command.add_argument("name", choices=sorted(SERVICES))
        command.set_defaults(run=commands.act, action=action)
    command = add("run", help=commands.run.__doc__)
    command.add_argument("--names", nargs="+", default=[], metavar="NAME")
    command.add_argument("command", nargs=argparse.REMAINDER, help="after --")
    command.set_defaults(run=commands.run)
    command = add("daemon", parents=[watched], help=commands.daemon.__doc__)
    command.set_defaults(run=commands.daemon)
    return parser


def _make_names() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(SERVICES))
    return parser


def _make_json() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser


def _make_watched() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument(
        "--for", type=int, dest="watched", metavar="PID", help="stop with this process"
    )
    return parser


def _default_folder() -> Path:
    named = os.environ.get(FOLDER)
    return Path(named or Path(tempfile.gettempdir(), f"carboy-{os.geteuid()}"))
