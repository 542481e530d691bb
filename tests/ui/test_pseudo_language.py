"""No page that ships has a text without a translation, and none is too narrow for one.

A browser opens each page in the pseudo-language, whose texts have accents and are 40 %
longer. A text without accents was not marked, or is data, which is listed here.
"""

import re
import socket
from pathlib import Path

import pytest
from flask import Flask, before_render_template
from jinja2 import Environment, meta

from carboy.i18n.pseudo import PSEUDO, make_pseudo
from carboy.ui import UI
from tests.ui.serving import serve
from tests.ui.test_html import read

FOLDER = Path(__file__).parent
# The pages in parts, each well below the time that a test may take.
PARTS = 4
TEXTS = (FOLDER / "page_texts.js").read_text("utf-8")
OVERFLOW = (FOLDER / "page_overflow.js").read_text("utf-8")
FILLING = " ".join(make_pseudo("x" * 200).split()[1:]).rstrip("]")
WORD = re.compile(r"[A-Za-z]{2,}")
# What the pages show of their sites, and words that are the same in every language.
DATA = re.compile(
    rf"""
    `[^`]+` | [\w.]+@[\w.]+ | /[\w<>:/-]+ | \b[\w-]+\.(py|csv|html)\b
    | \b\w+\ \d+,\ \d{{4}}(,\ [\d:]+\W[AP]M\b)?
    | \b(Carboy|GitHub|SQLite|Jinja|None|GET|POST|UTC|pid\ \d+)\b | Mozilla/\S.*
    | \b(Ada|Bob|Bookshop|bookshop|Demijohn\d+|Glass\ &\ Cork)\b
    | \bINV-4711\b | \bHTML\b | \b[Ww]elcome\b | \bPseudo\b
    | \bList\ books\b | \bAdd\ book\b
    | The\ Left\ Hand\ of\ Darkness | Ursula\ K\.\ Le\ Guin
    | Invisible\ Cities | Italo\ Calvino
    | [\#@][\w-]+ | \bIs\ this\ an\ advert\?
    | (Firefox|Safari|Chrome)\b | iPhone | Linux
    | \bshop\.\w+ | Import\ books | Send\ invoices | Row\ 31\ of | '[\w.-]+' | month=11
    | ValueError:.* | Bottle\ \d
    | \b(default|pool|books?|English)\b | {socket.gethostname()}
    """,
    re.VERBOSE,
)
# Names in the code that the pages about mistakes quote, and messages of Jinja.
CODE = re.compile(
    r"""
    \b(titel|hom\.html|lowr|lower|Boook|(is)?upper|uper|str|object|number|show_book|line)\b
    | \btemplat(e(_name|_filter|_syntax)?)?\b
    | tests/ui/\w+\.py | url_for\('\w+'\)
    | no\ such\ table:\ \w+ | name\ '\w+'\ is\ not\ defined
    | Expected\ an\ expression,\ got\ '[\w ]+'
    """,
    re.VERBOSE,
)
# What pages import, and what is shown where the battery ui is off.
NO_PAGES = {
    # A browser is led on before anybody could look.
    "auth/leave.html",
    "carboy/csrf_shell.html",
    "carboy/plain.html",
    "carboy/ui.html",
    "db/pagination.html",
}


@pytest.fixture
def pseudo(browser):
    browser.devtools("Network.enable")
    header = {"Accept-Language": PSEUDO}
    browser.devtools("Network.setExtraHTTPHeaders", headers=header)
    yield browser
    browser.goto("about:blank")
    browser.devtools("Network.setExtraHTTPHeaders", headers={})


@pytest.fixture
def rendered():
    """Names of the templates that were rendered, by any app."""
    names = set()

    def record(_app, template, **_values):
        names.add(template.name)

    with before_render_template.connected_to(record):
        yield names


def find_untranslated(text):
    """Return the words of a text that are neither translated nor data."""
    text = CODE.sub(" ", re.sub(r"\b([a-z ]+)\]", drop_filling, text))
    words = DATA.sub(" ", text).split()
    return [word for word in words if word.isascii() and WORD.search(word)]


def drop_filling(match):
    """Return the end of a text in the pseudo-language without its filling."""
    words = match[1].split()
    for index in range(len(words)):
        if FILLING.startswith(" ".join(words[index:])):
            return " ".join(words[:index]) + "]"
    return match[0]


def list_problems(browser, address, widths=(1280, 400)):
    """Return the texts of a page that are untranslated, or do not fit."""
    browser.goto(address)
    found = [
        f"{where}: {' '.join(text.split())}"
        for where, text in browser.run(TEXTS)
        if find_untranslated(text)
    ]
    for width in widths:
        if browser.run("return innerWidth") != width:
            browser.resize(width, 900)
        found += [f"at {width}: {each}" for each in browser.run(OVERFLOW)]
    return found


def list_templates():
    """Return the templates of pages in the package, with those that each needs."""
    root = FOLDER.parents[1] / "src" / "carboy"
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    for folder in root.glob("**/templates"):
        if "cli/skeleton" in str(folder) or "cli/generate" in str(folder):
            continue
        for file in folder.glob("*/*.html"):
            tree = environment.parse(file.read_text("utf-8"))
            needed = {n for n in meta.find_referenced_templates(tree) if n is not None}
            yield f"{file.parent.name}/{file.name}", needed


@pytest.mark.parametrize("part", range(PARTS))
def test_no_text_is_untranslated_or_cut_off(pseudo, shipped, part):
    problems, widths = {}, (1280, 400)
    for name, address in list(shipped.items())[part::PARTS]:
        if found := list_problems(pseudo, address, widths):
            problems[name] = found
        # The next page begins with the width that the window has.
        widths = widths[::-1]

    assert problems == {}


def test_every_template_is_on_a_page(shipped, rendered):
    for address in shipped.values():
        read(address)

    templates = dict(list_templates())
    needed = set().union(*templates.values())
    missing = templates.keys() - rendered - needed - NO_PAGES
    # The pages of the console and of the recorder have walks of their own.
    elsewhere = ("mail/", "admin/", "recorder/")
    missing = {each for each in missing if not each.startswith(elsewhere)}
    assert missing == set(), "Add a page with each to tests/ui/shipped_pages.py."


BROKEN = """<!doctype html><html><title>One title</title><main>
<p>Plain text</p><p>[Ţéxţ one] of data</p>
<p aria-label="A label"></p><input placeholder="A placeholder">
<dialog><p title="A tooltip"></p></dialog>
<noscript><p>Without a script</p></noscript>
<div><button>[Ţĥéļóñĝéšţŵóŕðóƒáļļţĥáţðóéšñóţƒîţîñţóîţšƀûţţóñáţáļļ one]</button></div>
<input placeholder="[Ţĥéļóñĝéšţŵóŕðóƒáļļţĥáţðóéšñóţƒîţîñţóîţšƒîéļð one]">
<style>div { width: 100px; overflow: hidden }</style></main></html>"""


def test_the_crawl_sees_mistakes(pseudo):
    app = Flask("broken")
    UI(app)
    app.add_url_rule("/", "home", lambda: BROKEN)
    with serve(app) as address:
        problems = "\n".join(list_problems(pseudo, address))
        pseudo.goto("about:blank")

    for text in (
        "title: One title",
        "p: Plain text",
        "p: [Ţéxţ one] of data",
        "p aria-label: A label",
        "input placeholder: A placeholder",
        "p title: A tooltip",
        "p: Without a script",
    ):
        assert text in problems
    for text in ("at 1280: div: ", "at 400: div: ", "at 1280: input: placeholder of"):
        assert text in problems
    assert problems.count("\n") == 10


@pytest.mark.parametrize(
    "text", ["[Šáṽé one]", "[3 ŕóŵš óƒ shop.import_books one two]", "你好"]
)
def test_translations_and_data_are_no_finding(text):
    assert find_untranslated(text) == []
