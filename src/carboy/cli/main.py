"""`carboy`: its own commands, then the app's, then those of installed packages."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches
from importlib import metadata
from pathlib import Path
from pkgutil import resolve_name
from typing import Any, NoReturn

import click
from flask import has_app_context
from flask.cli import AppGroup

from carboy.errors import CarboyError
from carboy.processes import end_with_parent
from carboy.script import run_click

from .locate_app import Site

# Name → (section of the help, where it is); imported when used.
_OWN = {
    "new": ("Start", "new:new"),
    "dev": ("Develop", "dev.command:dev"),
    "run": ("Develop", "run:run"),
    "shell": ("Develop", "shell:shell"),
    "routes": ("Develop", "routes:routes"),
    "settings": ("Develop", "settings:settings"),
    "check": ("Ship", "check:check"),
    "serve": ("Ship", "serve.command:serve"),
    "runserver": ("", "runserver:runserver"),
}
_ENTRY_POINTS = ("carboy.commands", "flask.commands")


class CommandLine(click.Group):
    """The group of all commands that are at hand in a folder."""

    def __init__(self, told: str | None = None, **options: Any) -> None:
        options.setdefault("context_settings", {"help_option_names": ["-h", "--help"]})
        super().__init__(**options)
        self._told = told
        self.params += [
            click.Option(
                ["--app"],
                metavar="MODULE:NAME",
                help="Where the app is; found by itself in most projects.",
                callback=self._take_app,
                is_eager=True,
                expose_value=False,
            ),
            click.Option(
                ["--profile"],
                type=click.Choice(["development", "testing", "production"]),
                help="Which settings to use; sets CARBOY_PROFILE.",
                callback=_take_profile,
                is_eager=True,
                expose_value=False,
            ),
        ]

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """Begin with an app that is not looked for yet."""
        # A script whose app.run() is not guarded would serve while it is imported.
        os.environ["FLASK_RUN_FROM_CLI"] = "true"
        extra.setdefault("obj", Site(self._told))
        extra.setdefault("color", False if os.environ.get("NO_COLOR") else None)
        return super().make_context(info_name, args, parent=parent, **extra)

    def _take_app(
        self, context: click.Context, _option: click.Parameter, value: str | None
    ) -> None:
        if value:
            site: Site = context.obj
            site.told = value

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List every command; an app that cannot be loaded has none."""
        names = [name for name, (section, _) in _OWN.items() if section]
        names += _from_packages()
        site = ctx.find_object(Site)
        if site is not None:
            with contextlib.suppress(CarboyError):
                names += site.load_app().cli.list_commands(ctx)
        return list(dict.fromkeys(names))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Find a command; only an unknown name makes the app load."""
        if cmd_name in _OWN:
            return _import_own(_OWN[cmd_name][1])
        if cmd_name in _from_packages():
            return _from_packages()[cmd_name]()
        site = ctx.find_object(Site)
        if site is None:
            return None
        app = site.load_app()
        # Plain click commands of an app find it without @with_appcontext.
        if not has_app_context():
            ctx.with_resource(app.app_context())
        return app.cli.get_command(ctx, cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that `args` begin with, or suggest one."""
        name = args[0]
        problem = ""
        try:
            command = self.get_command(ctx, name)
        except CarboyError as error:
            command, problem = None, f" (The app has none either: {error})"
        if command is not None:
            return command.name or name, command, args[1:]
        near = get_close_matches(name, self.list_commands(ctx), n=1)
        advice = f" Did you mean {near[0]!r}?" if near else problem
        raise click.UsageError(
            f"There is no command {name!r}.{advice} "
            f"`{ctx.command_path} --help` lists all.",
            ctx,
        )

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        """Write the commands in groups: what for, then from where."""
        for title, names in self._sections(ctx):
            rows = [
                (name, command.get_short_help_str(100))
                for name in names
                if (command := self.get_command(ctx, name)) and not command.hidden
            ]
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)

    def _sections(self, ctx: click.Context) -> Iterator[tuple[str, list[str]]]:
        for section in ("Start", "Develop", "Ship"):
            yield section, [name for name, (own, _) in _OWN.items() if own == section]
        site = ctx.find_object(Site)
        try:
            group = site.load_app().cli if site else AppGroup()
        except CarboyError as error:
            if site is not None and site.has_target:
                click.secho(f"Only some commands: {error}\n", fg="yellow", err=True)
            group = AppGroup()
        names = [name for name in group.list_commands(ctx) if name not in _OWN]
        ours = [n for n in names if _is_ours(group.get_command(ctx, n))]
        yield "Batteries", ours
        yield "This site", [name for name in names if name not in ours]
        yield "Installed packages", [*_from_packages()]

    def invoke(self, ctx: click.Context) -> None:
        """Run the command; what it returns is not an exit code."""
        super().invoke(ctx)


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run `carboy`."""
    end_with_parent()
    sys.exit(run_click(make_command_line(), args, name="carboy"))


def manage(app: str, args: Sequence[str] | None = None) -> NoReturn:
    """Run a project's `manage.py`, whose app is at `app`: `shop:create_app`."""
    end_with_parent()
    name = Path(sys.argv[0]).name
    sys.exit(run_click(make_command_line(app), args, name=name))


def make_command_line(app: str | None = None) -> CommandLine:
    """Make the command line, for the app at `app` or for one that is found."""
    line = CommandLine(
        app,
        name="carboy",
        help="Make, develop, look after and serve a site.",
        no_args_is_help=True,
    )
    return click.version_option(
        metadata.version("carboy"), message="carboy %(version)s"
    )(line)


def _take_profile(
    _context: click.Context, _option: click.Parameter, value: str | None
) -> None:
    if value:
        os.environ["CARBOY_PROFILE"] = value


def _import_own(place: str) -> click.Command:
    command: click.Command = resolve_name(f"carboy.cli.{place}")
    return command


def _from_packages() -> dict[str, Callable[[], click.Command]]:
    return {
        point.name: point.load
        for group in _ENTRY_POINTS
        for point in metadata.entry_points(group=group)
    }


def _is_ours(command: click.Command | None) -> bool:
    if isinstance(command, click.Group):
        inner = any(_is_ours(one) for one in command.commands.values())
        return inner or type(command).__module__.startswith("carboy.")
    module = getattr(getattr(command, "callback", None), "__module__", "")
    return module.startswith("carboy.")
