"""Commands of Flask-Script that are classes, as objects of click."""

import ast

from .imports import remove_statement
from .module import Module
from .script_options import click_object
from .source import Edit


class ScriptCommand:
    """A class with `run` and perhaps `option_list`."""

    def __init__(self, module: Module, node: ast.ClassDef) -> None:
        self.name = node.name
        self.is_added = False
        self._module = module
        self._node = node
        self.run = _find_run(node)

    def make(self, name: str) -> tuple[str, list[Edit]] | None:
        """Return the code of the command, and edits of the class; None if unsure."""
        module, node = self._module, self._node
        base = node.bases[0]
        own = {item.name for item in node.body if isinstance(item, ast.FunctionDef)}
        is_plain = (
            len(node.bases) == 1 and not node.keywords and not node.decorator_list
        )
        if not is_plain or "run" not in own or own & _HOOKS:
            return None
        edits = [module.replace(base, "object")]
        parameters: list[str] = []
        for item in node.body:
            if isinstance(item, ast.Assign) and _is_list(item):
                options = _read_list(module, item)
                if options is None:
                    return None
                parameters += options
                edits.append(remove_statement(module, item))
        taken = [argument.arg for argument in self.run.args.args[1:]]
        has_more = self.run.args.vararg or self.run.args.kwarg
        if has_more or len(taken) != len(parameters):
            return None
        text = f'"{name}", callback=with_appcontext({node.name}().run)'
        if parameters:
            text += f", params=[{', '.join(parameters)}]"
        if ast.get_docstring(node):
            text += f", help={node.name}.__doc__"
        return f"click.Command({text})", edits


_HOOKS = {"__init__", "__call__", "get_options", "create_parser", "handle"}
_EMPTY = ast.parse("def run(self): pass").body[0]


def _find_run(node: ast.ClassDef) -> ast.FunctionDef:
    found = [
        item
        for item in (*node.body, _EMPTY)
        if isinstance(item, ast.FunctionDef) and item.name == "run"
    ]
    return found[0]


def _is_list(item: ast.Assign) -> bool:
    return any(getattr(target, "id", "") == "option_list" for target in item.targets)


def _read_list(module: Module, item: ast.Assign) -> list[str] | None:
    """Return the parameters in an `option_list`."""
    if not isinstance(item.value, ast.List | ast.Tuple):
        return None
    made = [
        click_object(module, value)
        for value in item.value.elts
        if isinstance(value, ast.Call)
        and module.path(value.func).startswith("flask_script.")
    ]
    known = [text for text in made if text is not None]
    return known if len(known) == len(item.value.elts) else None
