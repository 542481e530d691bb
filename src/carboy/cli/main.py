"""`carboy`: the built-in commands, the app's, and those of installed packages."""

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
from flask import Flask, has_app_context
from flask.cli import AppGroup

from carboy.core import PROGRAM_VARIABLE, command_line, program_name
from carboy.errors import CarboyError
from carboy.extras import EXTRA_COMMANDS, describe_missing, list_missing
from carboy.legacy_variable import open_if_asked
from carboy.processes import end_with_parent
from carboy.script import run_click

from .locate_app import AppInfo

# Name → (section of the help, module:function); imported at first use.
_BUILTIN = {
    "new": ("Start", "new:new"),
    "generate": ("Start", "generate.command:generate"),
    "project": ("Start", "project.command:project"),
    "dev": ("Develop", "dev.command:dev"),
    "run": ("Develop", "run:run"),
    "shell": ("Develop", "shell:shell"),
    "routes": ("Develop", "routes:routes"),
    "settings": ("Develop", "settings:settings"),
    "legacy": ("Develop", "legacy:legacy"),
    "upgrade": ("Develop", "upgrade:upgrade"),
    "check": ("Ship", "check:check"),
    "serve": ("Ship", "serve.command:serve"),
    "runserver": ("", "run:runserver"),
}
_ENTRY_POINTS = ("carboy.commands", "flask.commands")


class CommandLine(click.Group):
    """The group of all commands that are available in a folder."""

    def __init__(self, import_path: str | None = None, **options: Any) -> None:
        options.setdefault("context_settings", {"help_option_names": ["-h", "--help"]})
        super().__init__(**options)
        self._import_path = import_path
        self.params += [
            click.Option(
                ["--app"],
                metavar="MODULE:NAME",
                help="Where the app is; most projects need not name it.",
                callback=self._set_app,
                is_eager=True,
                expose_value=False,
            ),
            click.Option(
                ["--profile"],
                type=click.Choice(["development", "testing", "production"]),
                help="Which settings to use; sets CARBOY_PROFILE.",
                callback=_set_profile,
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
        """Put an AppInfo into the context; the app is not loaded yet."""
        # Makes Flask ignore an unguarded app.run() while the script is imported.
        os.environ["FLASK_RUN_FROM_CLI"] = "true"
        extra.setdefault("obj", AppInfo(self._import_path))
        extra.setdefault("color", False if os.environ.get("NO_COLOR") else None)
        return super().make_context(info_name, args, parent=parent, **extra)

    def _set_app(
        self, context: click.Context, _option: click.Parameter, value: str | None
    ) -> None:
        if value:
            info: AppInfo = context.obj
            info.app_import_path = value

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List every command; an app that cannot be loaded adds none."""
        names = [name for name, (section, _) in _BUILTIN.items() if section]
        names += _package_commands()
        info = ctx.find_object(AppInfo)
        if info is not None:
            with contextlib.suppress(CarboyError):
                names += info.load_app().cli.list_commands(ctx)
        return list(dict.fromkeys(names))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Find a command; the app is loaded only for a name that is not built in."""
        if cmd_name in _BUILTIN:
            return _import_command(_BUILTIN[cmd_name][1])
        if cmd_name in _package_commands():
            return _package_commands()[cmd_name]()
        info = ctx.find_object(AppInfo)
        if info is None:
            return None
        app = info.load_app()
        # So that plain click commands of an app need no @with_appcontext.
        if not has_app_context():
            ctx.with_resource(app.app_context())
        return app.cli.get_command(ctx, cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that `args` start with; suggest one if there is none."""
        name = args[0]
        problem = None
        try:
            command = self.get_command(ctx, name)
        except CarboyError as error:
            command, problem = None, error
        if command is not None:
            return command.name or name, command, args[1:]
        extra = EXTRA_COMMANDS.get(name, "")
        if extra and (missing := list_missing(extra)):
            raise click.UsageError(
                describe_missing(f"`{command_line(name)}`", extra, missing), ctx
            )
        matches = get_close_matches(name, self.list_commands(ctx), n=1)
        advice = f" Did you mean {matches[0]!r}?" if matches else ""
        if problem is not None and not matches:
            _raise_problem(ctx, name, problem)
            advice = f" (The app could not be loaded: {problem})"
        raise click.UsageError(
            f"There is no command {name!r}.{advice} "
            f"`{command_line('--help')}` lists all commands.",
            ctx,
        )

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        """Write the built-in commands by purpose, then the others by origin."""
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
            yield (
                section,
                [name for name, (own, _) in _BUILTIN.items() if own == section],
            )
        info = ctx.find_object(AppInfo)
        try:
            group = info.load_app().cli if info else AppGroup()
        except CarboyError as error:
            if info is not None and info.has_target:
                message = f"The app's own commands are not listed: {error}\n"
                click.secho(message, fg="yellow", err=True)
            group = AppGroup()
        names = [name for name in group.list_commands(ctx) if name not in _BUILTIN]
        own = [n for n in names if _is_battery_command(group.get_command(ctx, n))]
        yield "Batteries", own
        yield "This site", [name for name in names if name not in own]
        yield "Installed packages", [*_package_commands()]

    def invoke(self, ctx: click.Context) -> None:
        """Run the command; its return value is no exit code, so it is dropped."""
        super().invoke(ctx)


def _raise_problem(ctx: click.Context, name: str, problem: CarboyError) -> None:
    """Raise what keeps the app from being loaded, if the command may be the app's."""
    info = ctx.find_object(AppInfo)
    if info is not None and info.has_target:
        verb = "is" if name in EXTRA_COMMANDS else "may be"
        after = f"\n`{name}` {verb} a command of the app, which could not be loaded."
        raise click.ClickException(f"{problem}{after}") from problem
    if name in EXTRA_COMMANDS:
        raise click.ClickException(str(problem)) from problem


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run `carboy`."""
    end_with_parent()
    open_if_asked()
    sys.exit(run_click(make_command_line(), args, name="carboy"))


def manage(
    app: str | Flask | Callable[..., Flask], args: Sequence[str] | None = None
) -> NoReturn:
    """Run a project's `manage.py`.

    `app` is an import path (`"shop:create_app"`), the factory itself, or the app.
    """
    end_with_parent()
    open_if_asked()
    name = Path(sys.argv[0]).name
    # Child processes, which are started as `carboy`, name commands like this one.
    os.environ[PROGRAM_VARIABLE] = program_name(name)
    try:
        info = AppInfo.of(app)
    except CarboyError as error:
        sys.exit(f"Error: {error}")
    sys.exit(run_click(make_command_line(), args, name=name, obj=info))


def make_command_line(app: str | None = None) -> CommandLine:
    """Make the command line, for the app at the import path `app` or a found one."""
    group = CommandLine(
        app,
        name="carboy",
        help="Create, develop, check and serve a site.",
        no_args_is_help=True,
    )
    return click.version_option(
        metadata.version("carboy"), message="carboy %(version)s"
    )(group)


def _set_profile(
    _context: click.Context, _option: click.Parameter, value: str | None
) -> None:
    if value:
        os.environ["CARBOY_PROFILE"] = value


def _import_command(import_path: str) -> click.Command:
    command: click.Command = resolve_name(f"carboy.cli.{import_path}")
    return command


def _package_commands() -> dict[str, Callable[[], click.Command]]:
    return {
        point.name: point.load
        for group in _ENTRY_POINTS
        for point in metadata.entry_points(group=group)
    }


def _is_battery_command(command: click.Command | None) -> bool:
    if isinstance(command, click.Group):
        inner = command.commands.values()
        return any(map(_is_battery_command, inner)) or type(
            command
        ).__module__.startswith("carboy.")
    module = getattr(getattr(command, "callback", None), "__module__", "")
    return module.startswith("carboy.")
