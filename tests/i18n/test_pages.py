"""No page that ships has a text without a translation, and none is too narrow for one.

A browser opens each page in the pseudo-language, whose texts have accents and are 40 %
longer. A text without accents was not marked, or is data, which is listed here.
"""

import re
from pathlib import Path

import pytest
from flask import Flask

from carboy.i18n.pseudo import PSEUDO, make_pseudo
from carboy.ui import UI
from tests.ui.serving import serve
from tests.ui.shipped_pages import serve_pages

FOLDER = Path(__file__).parent
TEXTS, OVERFLOW = ((FOLDER / f"page_{n}.js").read_text() for n in ("texts", "overflow"))
FILLING = " ".join(make_pseudo("x" * 200).split()[1:]).rstrip("]")
WORD = re.compile(r"[A-Za-z]{2,}")
# Words that are the same in every language, and what the pages show of their site.
DATA = re.compile(
    r"""
    \b(Ada|Bob|Bookshop|bookshop|Demijohn\d*|Glass|Cork|cork|SQLite|Jinja|Carboy)\b
    | [\w.]+@[\w.]+
    """,
    re.VERBOSE,
)


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    with serve_pages(tmp_path_factory.mktemp("pseudo")) as pages:
        yield pages


@pytest.fixture
def pseudo(browser):
    browser.devtools("Network.enable")
    browser.devtools("Network.setExtraHTTPHeaders", headers={"Accept-Language": PSEUDO})
    yield browser
    browser.goto("about:blank")
    browser.devtools("Network.setExtraHTTPHeaders", headers={})


def find_untranslated(text):
    """Return the words of a text that are neither translated nor data."""
    text = re.sub(r"([a-z ]+)\]", _drop_filling, DATA.sub(" ", text))
    words = re.split(r"\s+", text)
    return [word for word in words if word.isascii() and WORD.search(word)]


def _drop_filling(match):
    # The end of a text in the pseudo-language.
    return "]" if FILLING.startswith(match[1].strip()) else match[0]


def list_untranslated(browser):
    return [
        f"{where}: {' '.join(text.split())}"
        for where, text in browser.run(TEXTS)
        if find_untranslated(text)
    ]


def test_no_text_is_untranslated_and_none_is_cut_off(pseudo, pages):
    problems = {}
    for name, address in pages.items():
        pseudo.resize(1280, 900)
        pseudo.goto(address)
        found = list_untranslated(pseudo)
        for width in (1280, 400):
            pseudo.resize(width, 900)
            found += [f"at {width}: {each}" for each in pseudo.run(OVERFLOW)]
        if found:
            problems[name] = found

    assert problems == {}
