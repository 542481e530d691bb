"""Options in the form of argparse, inside a click command."""

import argparse
import inspect
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NoReturn

import click


class Option:
    """An option or argument; takes what `ArgumentParser.add_argument` takes."""

    def __init__(self, *args: str, **kwargs: Any) -> None:
        self.args = args
        self.kwargs = kwargs


class Group:
    """Options that are one group in the help, or exclude each other."""

    def __init__(
        self,
        *options: Option,
        title: str | None = None,
        description: str | None = None,
        exclusive: bool | None = None,
        required: bool | None = None,
    ) -> None:
        self.option_list = options
        self.title = title
        self.description = description
        self.exclusive = exclusive
        self.required = required


class Parser(argparse.ArgumentParser):
    """An argparse parser that shows errors and help through click."""

    def __init__(
        self,
        options: Iterable[Option | Group],
        *,
        help_args: Sequence[str] = ("-?", "--help"),
        **settings: Any,
    ) -> None:
        settings.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(add_help=False, **settings)
        for option in options:
            self._add(option)
        used = set(self._option_string_actions)
        names = [name for name in ("-h", *help_args) if name not in used]
        if names:
            text = "Show this message and exit."
            self.add_argument(*names, action=_ShowHelp, nargs=0, help=text)

    def _add(self, option: Option | Group) -> None:
        if isinstance(option, Option):
            self.add_argument(*option.args, **option.kwargs)
            return
        group: Any
        if option.exclusive:
            group = self.add_mutually_exclusive_group(required=bool(option.required))
        else:
            group = self.add_argument_group(option.title, option.description)
        for each in option.option_list:
            group.add_argument(*each.args, **each.kwargs)

    def error(self, message: str) -> NoReturn:
        """Raise a usage error of one line."""
        raise click.UsageError(f"{message} (see: {self.prog} --help)")


class _ShowHelp(argparse.Action):
    def __init__(self, **settings: Any) -> None:
        super().__init__(**{**settings, "dest": argparse.SUPPRESS})
        self.default = argparse.SUPPRESS

    def __call__(self, *_: Any) -> NoReturn:
        context = click.get_current_context()
        click.echo(context.get_help())
        context.exit()


def options_of(function: Callable[..., Any]) -> list[Option]:
    """Return options for a signature; parameters with a default become `-x`, `--x`.

    With a default of True or False, the option is a flag for the other value.
    """
    options: list[Option] = []
    letters: set[str] = set()
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind in {parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD}:
            continue
        if parameter.default is parameter.empty:
            options.append(Option(parameter.name))
            continue
        names = [f"--{parameter.name}"]
        if "_" in parameter.name:
            names.append(names[0].replace("_", "-"))
        letter = f"-{parameter.name[0]}"
        if letter not in letters:
            letters.add(letter)
            names.insert(0, letter)
        options.append(_with_default(names, parameter.name, parameter.default))
    return options


def _with_default(names: Sequence[str], dest: str, default: Any) -> Option:
    if isinstance(default, bool):
        action = "store_false" if default else "store_true"
        return Option(*names, dest=dest, action=action, default=default)
    return Option(*names, dest=dest, default=default)
