"""The style guide shows every piece, and each piece keeps to the rules of the house."""

import re

import pytest
from flask import Flask

from carboy.site import Headers
from carboy.ui import UI
from carboy.ui.guide import list_pieces
from tests.ui.serving import serve


@pytest.fixture
def app():
    app = Flask("shop")
    app.debug = True
    Headers(app)
    UI(app)
    return app


def test_each_piece_renders(app):
    with app.test_request_context("/-/ui"):
        pieces = list_pieces()

    assert len(pieces) >= 10
    assert all(piece.html.strip() and piece.text for piece in pieces)
    assert "{{" not in "".join(piece.html for piece in pieces)


def test_every_macro_has_its_place_in_the_guide(app):
    with app.test_request_context("/-/ui"):
        sources = "\n".join(piece.source for piece in list_pieces())
        text = "\n".join(piece.text for piece in list_pieces())
        macros = app.jinja_env.get_template("carboy/ui.html").module
        names = {name for name in vars(macros) if not name.startswith("_")}

    shown = set(re.findall(r"ui\.(\w+)\(", sources + text))
    # Pieces of others, and what the shell of this very page shows.
    within = {"attrs", "messages", "error_summary", "fields", "nav"}
    assert names - within == shown


@pytest.mark.parametrize("width", [1280, 400])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_fits_its_window_and_keeps_to_the_policy(app, browser, width, theme):
    with serve(app) as address:
        browser.resize(width, 900, dark=theme == "dark")
        browser.goto(f"{address}/-/ui?theme={theme}")

        assert browser.overflow <= 0
        assert browser.csp_violations == []
        assert browser.console_errors == []


def test_a_dialog_opens_and_closes_without_a_script_of_the_page(app, browser):
    with serve(app) as address:
        browser.goto(f"{address}/-/ui")
        is_open = (
            "return document.querySelector('#guide-dialog').matches(':popover-open')"
        )

        browser.click("[popovertarget=guide-dialog]")
        assert browser.run(is_open)
        browser.click("[popovertargetaction=hide]")
        assert not browser.run(is_open)
