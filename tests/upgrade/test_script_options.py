"""If this passes, options of Flask-Script become those of click, or nothing does."""

import ast

import pytest

from carboy.upgrade.module import Module
from carboy.upgrade.script_options import click_option, click_parameters


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("o('-n', '--name', type=int)", "click.option('-n', '--name', type=int)"),
        ("o('--on', action='store_true')", "click.option('--on', is_flag=True)"),
        ("o('name', help='x')", "click.argument('name')"),
        ("o('-k', choices=['a'])", "click.option('-k', type=click.Choice(['a']))"),
        ("o('-k', nargs='*')", None),
        ("o('-k', action='append')", None),
        ("o(name)", None),
    ],
)
def test_options_are_converted(text, code):
    module = Module(text.encode())

    assert click_option(module, module.nodes(ast.Call)[0]) == code


@pytest.mark.parametrize(
    ("text", "count"),
    [("a, b=1", 2), ("", 0), ("*a", None), ("**a", None), ("*, a", None)],
)
def test_parameters_are_converted(text, count):
    module = Module(f"def f({text}): pass\n".encode())

    lines = click_parameters(module, module.nodes(ast.FunctionDef)[0])

    assert (None if lines is None else len(lines)) == count
