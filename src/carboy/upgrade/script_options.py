"""Options of Flask-Script's commands as decorators of click."""

import ast

from .calls import is_plain, string_value
from .module import Module

_OPTIONS = {
    "dest",
    "default",
    "help",
    "type",
    "required",
    "choices",
    "action",
    "metavar",
}
_FLAGS = {"store_true": "is_flag=True", "store_false": "is_flag=True, default=True"}


def click_parameters(module: Module, node: ast.FunctionDef) -> list[str] | None:
    """Return the decorators for the arguments of a function; None if it has others.

    Flask-Script made an argument of each one without a default, else an option.
    """
    arguments = node.args
    if arguments.vararg or arguments.kwarg or arguments.kwonlyargs:
        return None
    names = [arg.arg for arg in arguments.args]
    count = len(names) - len(arguments.defaults)
    lines = [f'click.argument("{name}")' for name in names[:count]]
    for name, default in zip(names[count:], arguments.defaults, strict=True):
        flags = f'"-{name[0]}", "--{name}", "{name}"'
        text = module.text(default)
        if text in {"True", "False"}:
            value = "is_flag=True"
            if text == "True":
                value = f"is_flag=True, flag_value=False, default={text}"
        else:
            value = f"default={text}"
        lines.append(f"click.option({flags}, {value})")
    return lines


def click_option(module: Module, call: ast.Call) -> str | None:
    """Return the decorator for `@manager.option(…)`; None if click has no such."""
    read = _read_option(module, call)
    if read is None:
        return None
    kind, names, options = read
    return f"click.{kind}({', '.join([*names, *options])})"


def click_object(module: Module, call: ast.Call) -> str | None:
    """Return the parameter object for `Option(…)`; None if click has no such."""
    read = _read_option(module, call)
    if read is None:
        return None
    kind, names, options = read
    declared = f"[{', '.join(names)}]"
    return f"click.{kind.title()}({', '.join([declared, *options])})"


def _read_option(
    module: Module, call: ast.Call
) -> tuple[str, list[str], list[str]] | None:
    """Return whether it is an option or an argument, its names and its settings."""
    names = [string_value(arg) for arg in call.args]
    keywords = {keyword.arg or "": keyword.value for keyword in call.keywords}
    if not is_plain(call) or not all(names) or set(keywords) - _OPTIONS:
        return None
    declared = [module.text(arg) for arg in call.args]
    parts: list[str] = []
    dest = string_value(keywords.get("dest"))
    is_option = names[0].startswith("-")
    if not is_option and (len(names) != 1 or dest or "action" in keywords):
        return None
    if dest:
        declared.append(f'"{dest}"')
    for name, value in keywords.items():
        text = module.text(value)
        if name == "action":
            flag = _FLAGS.get(string_value(value))
            if flag is None:
                return None
            parts.append(flag)
        elif name == "choices":
            parts.append(f"type=click.Choice({text})")
        elif name != "dest" and (is_option or name != "help"):
            parts.append(f"{name}={text}")
    return ("option" if is_option else "argument"), declared, parts
