"""If this passes, arguments are removed with their comma, and texts are recognised."""

import ast

import pytest

from carboy.upgrade.calls import is_plain, is_text, remove_argument
from carboy.upgrade.module import Module
from carboy.upgrade.source import apply_edits


@pytest.mark.parametrize(
    ("text", "index", "after"),
    [
        ("f(a, b)", 0, "f(b)"),
        ("f(a, b)", 1, "f(a)"),
        ("f(a)", 0, "f()"),
        ("f(a, b,)", 1, "f(a,)"),
    ],
)
def test_arguments_are_removed(text, index, after):
    module = Module(text.encode())
    call = module.nodes(ast.Call)[0]

    edit = remove_argument(module, call, call.args[index])

    assert apply_edits(text.encode(), [edit]).decode() == after


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("'a'", True),
        ("'a' % b", True),
        ("f'{a}'", True),
        ("'{}'.format(a)", True),
        ("a", False),
        ("a + 'b'", False),
        ("f('a')", False),
    ],
)
def test_texts_are_recognised(text, expected):
    assert is_text(ast.parse(text, mode="eval").body) == expected


def test_calls_with_stars_are_not_plain():
    calls = [
        ast.parse(text, mode="eval").body for text in ("f(*a)", "f(**a)", "f(a=1)")
    ]

    assert [is_plain(call) for call in calls] == [False, False, True]
