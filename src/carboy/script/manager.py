"""`Manager`: the commands of a script, as a click group."""

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
    """A set of commands of an app, or of a factory.

    Options added with `add_option` are passed to the factory.
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
        """Add `shell` and `runserver`, unless there are commands of these names."""
        self._commands.setdefault("shell", Shell())
        self._commands.setdefault("runserver", Server())

    def add_option(self, *args: Any, **kwargs: Any) -> None:
        """Add an option before the command, which is passed to the factory."""
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
        """Register a function as a command; its parameters become options."""
        self.add_command(func.__name__, Command(func))
        return func

    def option(self, *args: Any, **kwargs: Any) -> Callable[[F], F]:
        """Register a function as a command with this option; can be repeated."""

        def decorate(func: F) -> F:
            name = func.__name__
            command = self._commands.get(name)
            if not isinstance(command, Command) or command.run is not func:
                command = Command(func)
                command.option_list = []
                self.add_command(name, command)
            # The lowest decorator runs first.
            command.option_list = [Option(*args, **kwargs), *command.option_list]
            return func

        return decorate

    def shell(self, func: F) -> F:
        """Register a function that returns the names in `shell`."""
        self.add_command("shell", Shell(make_context=func))
        return func

    def __call__(self, app: Flask | None = None, **kwargs: Any) -> Flask:
        """Return the app, made with `kwargs` at the first call."""
        if app is not None:
            return app
        if self.app is None:
            msg = (
                "This Manager has no app. Make it with Manager(app), or add it to "
                "another one: manager.add_command('name', this_manager)."
            )
            raise ConfigError(msg)
        if not isinstance(self.app, Flask):
            self.app = self.app(**kwargs)
        return self.app

    def group(self, name: str | None = None) -> click.Group:
        """Return the manager as a click group, for other command lines."""
        return _Group(self, name=name, help=self.description or self.help)

    def handle(self, prog: str, args: Sequence[str] | None = None) -> Any:
        """Run a command line; return what the command returns."""
        return run_click(self.group(), [*(args or ())], name=prog)

    def run(
        self,
        commands: Mapping[str, Runnable] | None = None,
        default_command: str | None = None,
    ) -> NoReturn:
        """Run the command line of this process, and exit with its exit code."""
        for name, command in (commands or {}).items():
            self.add_command(name, command)
        args = sys.argv[1:]
        if not args and default_command is not None:
            args = [default_command]
        sys.exit(self.handle(sys.argv[0], args) or 0)

    def list_names(self) -> list[str]:
        """List the names of the manager's own commands."""
        return [*self._commands]

    def find_command(self, name: str) -> click.Command | None:
        """Return one of the manager's own commands as a click command, or None."""
        command = self._commands.get(name)
        if command is None or isinstance(command, click.Command):
            return command
        if isinstance(command, Manager):
            return command.group(name)
        if not isinstance(command, Command):
            command = Command(command)
        return _ClickCommand(name, command)

    def parse(self, prog: str, args: Sequence[str]) -> tuple[dict[str, Any], list[str]]:
        """Parse the options before the command; return them and the other arguments."""
        options = [*self._options, Option(_REST, nargs=argparse.REMAINDER)]
        parser = Parser(options, help_args=self.help_args, prog=prog)
        values = vars(parser.parse_args([*args]))
        return values, values.pop(_REST)

    @property
    def options(self) -> Sequence[Option]:
        """The options that are written before the command."""
        return self._options


class _Group(click.Group):
    """A manager as a click group: its commands, and those of the app."""

    def __init__(self, manager: Manager, **settings: Any) -> None:
        super().__init__(**settings, add_help_option=False, no_args_is_help=True)
        self.manager = manager

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the options before the command with argparse."""
        parent = ctx.parent.find_object(ScriptInfo) if ctx.parent is not None else None
        manager = self.manager
        values: dict[str, Any] = {}
        if parent is None:
            ctx.obj = ScriptInfo(
                create_app=lambda: manager(**values), set_debug_flag=False
            )
        else:
            ctx.obj = ScriptInfo(
                create_app=lambda: manager(parent.load_app(), **values),
                set_debug_flag=False,
            )
        # Filled in afterwards: help is printed during parsing, and loads the app.
        options, rest = manager.parse(ctx.command_path, args)
        values.update(options)
        return super().parse_args(ctx, rest)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List the manager's commands; the outermost group has those of the app too."""
        names = self.manager.list_names()
        return [*dict.fromkeys([*names, *self._names_of_app(ctx)])]

    def _names_of_app(self, ctx: click.Context) -> list[str]:
        if ctx.parent is not None:
            return []
        try:
            return _info(ctx).load_app().cli.list_commands(ctx)
        except (CarboyError, NoAppException, TypeError):
            # The factory may have required options.
            return []

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command; one of click gets an app context."""
        command = self.manager.find_command(cmd_name)
        if isinstance(command, _ClickCommand | _Group):
            return command
        if command is None and ctx.parent is not None:
            return None
        app = _info(ctx).load_app()
        command = command or app.cli.get_command(ctx, cmd_name)
        if command is not None:
            ctx.with_resource(app.app_context())
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that `args` begin with, or raise a usage error."""
        command = self.get_command(ctx, args[0])
        if command is not None:
            return args[0], command, args[1:]
        names = self.list_commands(ctx)
        matches = get_close_matches(args[0], names, n=1)
        hint = (
            f"Did you mean {matches[0]!r}?"
            if matches
            else f"There is {', '.join(names)}."
        )
        msg = f"There is no command {args[0]!r}. {hint}"
        raise click.UsageError(msg, ctx)

    def format_options(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        """Format the options before the command, then the commands."""
        rows = [
            (", ".join(option.args), option.kwargs.get("help") or "")
            for option in self.manager.options
        ]
        with formatter.section("Options"):
            formatter.write_dl([*rows, ("--help", "Show this message and exit.")])
        self.format_commands(ctx, formatter)


class _ClickCommand(click.Command):
    """A `Command` as a click command; argparse parses its arguments."""

    def __init__(self, name: str, command: Command) -> None:
        text = command.description
        super().__init__(name, help=text, add_help_option=False)
        self.command = command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments with argparse."""
        parser = self.command.create_parser(ctx.command_path)
        if self.command.capture_all_args:
            namespace, ctx.args = parser.parse_known_args(args)
        else:
            namespace, ctx.args = parser.parse_args(args), []
        ctx.params = vars(namespace)
        return ctx.args

    def get_help(self, ctx: click.Context) -> str:
        """Return the help as argparse formats it."""
        return self.command.create_parser(ctx.command_path).format_help().rstrip()

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command for the app."""
        rest = [ctx.args] if self.command.capture_all_args else []
        if type(self.command).__call__ is Command.__call__:
            _require_matching_options(self.command.run, rest, ctx.params)
        return self.command(_info(ctx).load_app(), *rest, **ctx.params)


def _require_matching_options(
    function: Callable[..., Any], rest: Sequence[Any], values: Mapping[str, Any]
) -> None:
    """Raise an error for options that the function has no parameters for."""
    signature = inspect.signature(function)
    try:
        signature.bind(*rest, **values)
    except TypeError as error:
        name = getattr(function, "__name__", "run")
        msg = (
            f"{name}{signature} does not match its options, which are named "
            f"{', '.join(values) or 'nothing'}: {error}. Make `dest` and the "
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
