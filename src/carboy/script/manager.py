"""`Manager`: the commands of a script, run as a click group."""

from __future__ import annotations

import argparse
import inspect
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, NoReturn, TypeVar

import click
from flask import Flask
from flask.cli import NoAppException, ScriptInfo

from carboy.errors import CarboyError, ConfigError

from .commands import Command, Server, Shell
from .options import Option, Parser
from .run_click import run_click

F = TypeVar("F", bound=Callable[..., Any])

Runnable = Any  # a Command, a class of it, a Manager, a function, a click command
_REST = "_rest"


class Manager:
    """A set of commands around an app, or around a function that makes one.

    Options added with `add_option` are handed to that function.
    """

    help_args: Sequence[str] = ("-?", "--help")

    def __init__(  # noqa: PLR0917 - the signature of the old API
        self,
        app: Flask | Callable[..., Flask] | None = None,
        with_default_commands: bool | None = None,  # noqa: FBT001 - positional in the old API
        usage: str | None = None,
        help: str | None = None,  # noqa: A002 - the name of the old API
        description: str | None = None,
        disable_argcomplete: bool = False,  # noqa: FBT001, FBT002, ARG002 - has no effect
    ) -> None:
        self.app = app
        self.parent: Manager | None = None
        self.usage = usage
        self.help = help if help is not None else usage
        self.description = description if description is not None else usage
        self._commands: dict[str, Runnable] = {}
        self._options: list[Option] = []
        if with_default_commands or (app and with_default_commands is None):
            self.add_default_commands()

    def add_default_commands(self) -> None:
        """Add `shell` and `runserver` where there are none yet."""
        self._commands.setdefault("shell", Shell())
        self._commands.setdefault("runserver", Server())

    def add_option(self, *args: Any, **kwargs: Any) -> None:
        """Add an option that stands before the command and goes to the factory."""
        self._options.append(Option(*args, **kwargs))

    def add_command(self, *args: Any, **kwargs: Any) -> None:
        """Add a command: `add_command("db", MigrateCommand)`, or without the name."""
        name, command = args if len(args) > 1 else (None, *args)
        name = name or kwargs.get("name") or _name_of(command)
        if isinstance(command, type):
            command = command()
        if isinstance(command, Manager):
            command.parent = self
        namespace = kwargs.get("namespace") or getattr(command, "namespace", None)
        if namespace:
            if namespace not in self._commands:
                self.add_command(namespace, Manager(with_default_commands=False))
            self._commands[namespace].add_command(name, command)
            return
        self._commands[name] = command

    def command(self, func: F) -> F:
        """Make a function a command; its parameters are arguments and options."""
        self.add_command(func.__name__, Command(func))
        return func

    def option(self, *args: Any, **kwargs: Any) -> Callable[[F], F]:
        """Make a function a command with this option; may stand several times."""

        def decorate(func: F) -> F:
            name = func.__name__
            command = self._commands.get(name)
            if not isinstance(command, Command) or command.run is not func:
                command = Command(func)
                command.option_list = []
                self.add_command(name, command)
            # The decorator at the bottom runs first.
            command.option_list = [Option(*args, **kwargs), *command.option_list]
            return func

        return decorate

    def shell(self, func: F) -> F:
        """Let a function make the names that `shell` has at hand."""
        self.add_command("shell", Shell(make_context=func))
        return func

    def __call__(self, app: Flask | None = None, **kwargs: Any) -> Flask:
        """Give the app, made with `kwargs` if it is not there yet."""
        if app is not None:
            return app
        if self.app is None:
            msg = (
                "This Manager has no app. Make it with Manager(app), or add it to "
                "another one: manager.add_command('name', this)."
            )
            raise ConfigError(msg)
        if not isinstance(self.app, Flask):
            self.app = self.app(**kwargs)
        return self.app

    def group(self, name: str | None = None) -> click.Group:
        """Give the whole as a click group, for other command lines."""
        return _Group(self, name=name, help=self.description or self.help)

    def handle(self, prog: str, args: Sequence[str] | None = None) -> Any:
        """Run one command line; give what the command returns."""
        return run_click(self.group(), [*(args or ())], name=prog)

    def run(
        self,
        commands: Mapping[str, Runnable] | None = None,
        default_command: str | None = None,
    ) -> NoReturn:
        """Run the command line of this process, and leave with its exit code."""
        for name, command in (commands or {}).items():
            self.add_command(name, command)
        args = sys.argv[1:]
        if not args and default_command is not None:
            args = [default_command]
        sys.exit(self.handle(sys.argv[0], args) or 0)

    def list_names(self) -> list[str]:
        """List its own commands."""
        return [*self._commands]

    def find_command(self, name: str) -> click.Command | None:
        """Give one of its own commands in the form of click."""
        command = self._commands.get(name)
        if command is None or isinstance(command, click.Command):
            return command
        if isinstance(command, Manager):
            return command.group(name)
        if not isinstance(command, Command):
            command = Command(command)
        return _Command(name, command)

    def parse(self, prog: str, args: Sequence[str]) -> tuple[dict[str, Any], list[str]]:
        """Take the options before the command; give the rest back."""
        options = [*self._options, Option(_REST, nargs=argparse.REMAINDER)]
        parser = Parser(options, help_args=self.help_args, prog=prog)
        found = vars(parser.parse_args([*args]))
        return found, found.pop(_REST)

    @property
    def options(self) -> Sequence[Option]:
        """The options that stand before the command."""
        return self._options


class _Group(click.Group):
    """A manager as a click group: its commands, and those of the app behind them."""

    def __init__(self, manager: Manager, **settings: Any) -> None:
        super().__init__(**settings, add_help_option=False, no_args_is_help=True)
        self.manager = manager

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Let argparse take what stands before the command."""
        parent = ctx.parent.find_object(ScriptInfo) if ctx.parent is not None else None
        manager = self.manager
        told: dict[str, Any] = {}
        if parent is None:
            ctx.obj = ScriptInfo(
                create_app=lambda: manager(**told), set_debug_flag=False
            )
        else:
            ctx.obj = ScriptInfo(
                create_app=lambda: manager(parent.load_app(), **told),
                set_debug_flag=False,
            )
        # Help is written while the words are read, and asks for the app.
        found, rest = manager.parse(ctx.command_path, args)
        told.update(found)
        return super().parse_args(ctx, rest)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List the manager's commands, and at the top those of the app."""
        names = self.manager.list_names()
        return [*dict.fromkeys([*names, *self._names_of_app(ctx)])]

    def _names_of_app(self, ctx: click.Context) -> list[str]:
        if ctx.parent is not None:
            return []
        try:
            return _info(ctx).load_app().cli.list_commands(ctx)
        except (CarboyError, NoAppException, TypeError):
            # A factory may need what was not told.
            return []

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Find a command; those that are not of the old API get an app context."""
        found = self.manager.find_command(cmd_name)
        if isinstance(found, _Command | _Group):
            return found
        if found is None and ctx.parent is not None:
            return None
        app = _info(ctx).load_app()
        found = found or app.cli.get_command(ctx, cmd_name)
        if found is not None:
            ctx.with_resource(app.app_context())
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that `args` begin with, or suggest one."""
        command = self.get_command(ctx, args[0])
        if command is not None:
            return args[0], command, args[1:]
        names = self.list_commands(ctx)
        near = get_close_matches(args[0], names, n=1)
        advice = (
            f"Did you mean {near[0]!r}?" if near else f"There is {', '.join(names)}."
        )
        msg = f"There is no command {args[0]!r}. {advice}"
        raise click.UsageError(msg, ctx)

    def format_options(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        """Write the options before the command, then the commands."""
        rows = [
            (", ".join(option.args), option.kwargs.get("help") or "")
            for option in self.manager.options
        ]
        with formatter.section("Options"):
            formatter.write_dl([*rows, ("--help", "Show this message and exit.")])
        self.format_commands(ctx, formatter)


class _Command(click.Command):
    """A `Command` whose words argparse reads, as its options are written for it."""

    def __init__(self, name: str, command: Command) -> None:
        text = command.description
        super().__init__(name, help=text, add_help_option=False)
        self.command = command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words."""
        parser = self.command.create_parser(ctx.command_path)
        if self.command.capture_all_args:
            found, ctx.args = parser.parse_known_args(args)
        else:
            found, ctx.args = parser.parse_args(args), []
        ctx.params = vars(found)
        return ctx.args

    def get_help(self, ctx: click.Context) -> str:
        """Write the help as argparse does."""
        return self.command.create_parser(ctx.command_path).format_help().rstrip()

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command for the app."""
        rest = [ctx.args] if self.command.capture_all_args else []
        if type(self.command).__call__ is Command.__call__:
            _require_fit(self.command.run, rest, ctx.params)
        return self.command(_info(ctx).load_app(), *rest, **ctx.params)


def _require_fit(
    function: Callable[..., Any], rest: Sequence[Any], told: Mapping[str, Any]
) -> None:
    """Explain options that a function has no parameters for: a frequent slip."""
    signature = inspect.signature(function)
    try:
        signature.bind(*rest, **told)
    except TypeError as error:
        name = getattr(function, "__name__", "run")
        msg = (
            f"{name}{signature} does not fit its options, which are named "
            f"{', '.join(told) or 'nothing'}: {error}. Make `dest` and the "
            f"parameter the same."
        )
        raise click.UsageError(msg) from None


def _info(ctx: click.Context) -> ScriptInfo:
    return ctx.ensure_object(ScriptInfo)


def _name_of(command: Runnable) -> str:
    if isinstance(command, click.Command) and command.name:
        return command.name
    if name := getattr(command, "name", None):
        return str(name)
    if (
        callable(command)
        and hasattr(command, "__name__")
        and not isinstance(command, type)
    ):
        return str(command.__name__)
    kind = command if isinstance(command, type) else type(command)
    return re.sub("command$", "", kind.__name__.lower())
