"""Prompts on the terminal."""

from collections.abc import Callable, Iterable, Sequence

import click

_YES = ("y", "yes", "1", "on", "true", "t")
_NO = ("n", "no", "0", "off", "false", "f")


def prompt(name: str, default: str | None = None) -> str:
    """Ask until something is typed; Enter returns the default."""
    return _ask(name, default, hidden=False)


def prompt_pass(name: str, default: str | None = None) -> str:
    """Ask for a password, without showing it."""
    return _ask(name, default, hidden=True)


def prompt_bool(
    name: str,
    default: bool = False,  # noqa: FBT001, FBT002 - positional in the old API
    yes_choices: Sequence[str] | None = None,
    no_choices: Sequence[str] | None = None,
) -> bool:
    """Ask until the answer is a yes or a no."""
    yes, no = yes_choices or _YES, no_choices or _NO
    while True:
        answer = prompt(name, default=yes[0] if default else no[0]).lower()
        if answer in yes:
            return True
        if answer in no:
            return False


def prompt_choices(
    name: str,
    choices: Iterable[str | tuple[str, str]],
    default: str | None = None,
    resolve: Callable[[str], str] = str.lower,
    no_choice: Sequence[str] = ("none",),
) -> str | None:
    """Ask until the answer is one of `choices`; None for one of `no_choice`.

    A choice can be a pair of the answer and its label.
    """
    pairs = [(c, c) if isinstance(c, str) else (str(c[0]), c[1]) for c in choices]
    labels = ", ".join(
        key if key == label else f"{key} - {label}" for key, label in pairs
    )
    keys = {resolve(key): key for key, _ in pairs}
    while True:
        answer = resolve(prompt(f"{name} - ({labels})", default))
        if answer in no_choice:
            return None
        if answer in keys:
            return keys[answer]


def _ask(name: str, default: str | None, *, hidden: bool) -> str:
    hint = f" [{default}]" if default and not hidden else ""
    suffix = " " if name.endswith("?") else ": "
    while True:
        answer: str = click.prompt(
            f"{name}{hint}",
            default="",
            show_default=False,
            prompt_suffix=suffix,
            hide_input=hidden,
        )
        if answer:
            return answer
        if default is not None:
            return default
