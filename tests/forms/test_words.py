"""The words of forms stand in one place, and are escaped once."""

import ast
from pathlib import Path

from markupsafe import Markup

from carboy.forms.words import TEXTS, Words

SOURCE = Path(__file__).parents[2] / "src" / "carboy" / "forms"


def test_each_word_is_translated_once_and_escaped():
    asked = []

    def translate(text):
        asked.append(text)
        return f"<{text}>"

    words = Words(translate)

    assert words["Save"] == words["Save"] == "&lt;Save&gt;"
    assert asked == ["Save"]
    assert isinstance(words.optional, Markup)
    assert "&lt;(optional)&gt;" in words.optional


def test_every_word_that_is_used_is_in_the_list():
    nodes = [
        node
        for file in ("rendering.py", "steps.py", "words.py")
        for node in ast.walk(ast.parse((SOURCE / file).read_text("utf-8")))
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant)
    ]
    users = {"words", "self.words", "self"}
    used = {node.slice.value for node in nodes if ast.unparse(node.value) in users}
    buttons = {"Move up", "Move down", "Remove"}
    assert used | buttons == set(TEXTS)
