"""Imports are rendered as ruff wants them."""

from carboy.cli.generate.imports import render_imports


def test_sections_lines_and_names_are_sorted():
    pairs = {
        *((".models", "Book"), ("shop.ext", "db"), ("flask", "url_for")),
        *(("flask", "Blueprint"), ("json", ""), ("datetime", "UTC")),
        *(("datetime", "date"), (".", "b as b"), (".", "a")),
    }

    assert render_imports(pairs, "shop").split("\n") == [
        *("import json", "from datetime import UTC, date", ""),
        *("from flask import Blueprint, url_for", ""),
        *("from shop.ext import db", ""),
        *("from . import a", "from . import b as b", "from .models import Book"),
    ]


def test_a_long_line_is_wrapped():
    pairs = {("flask", f"a_long_name_{number}") for number in range(9)}

    lines = render_imports(pairs, "shop").split("\n")

    assert lines[0] == "from flask import ("
    assert lines[1] == "    a_long_name_0,"
    assert lines[10] == ")"
