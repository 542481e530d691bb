"""axe-core finds nothing serious on any page that ships, in either theme and width.

The first page of each kind is looked at in both forms, each other one in one of them;
`make accessibility` looks at all of them in both.
"""

import os
import re
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask

from carboy.ui import UI
from tests.ui.serving import serve

BAD = {"serious", "critical"}
# These differ from one that is checked in their words only.
SAME = re.compile(
    r"error (?!404|500)|new (minimal|site)|progress (done|waiting)|welcome empty"
    r"|account .*(wrong|weak|short|taken|errors|sent|link)|account (forgot|code|new)"
)
# The debugger of Werkzeug around our solution.
OTHERS = re.compile(r"mistake (?!field|path)")
FORMS = ((1280, False), (400, True))
# So that both processes of a run have something to do.
PARTS = 4
EVERY_FORM = bool(os.environ.get("EVERY_FORM"))
# What the page is like, and what axe says, in one round trip.
RUN = """
const done = arguments[arguments.length - 1];
const page = document.documentElement;
const list = ({ violations }) => violations.map(({ id, impact, nodes }) => (
  { id, impact, nodes: nodes.map((node) => node.html) }));
const fail = (error) => [{ id: String(error), impact: "critical", nodes: [] }];
const options = { resultTypes: ["violations"], selectors: false };
window.axe.run(document, options).then(list).catch(fail).then((violations) => done({
  violations, hasMain: document.querySelector("main") !== null,
  overflow: page.scrollWidth - page.clientWidth }));
"""


@dataclass(frozen=True, slots=True)
class Report:
    """What is wrong with a page in one form."""

    has_main: bool
    overflow: int
    problems: list[dict[str, Any]]


def inspect(browser):
    """Return the report on the page that is open."""
    result = browser.run_until_done(RUN)
    bad = [each for each in result["violations"] if each["impact"] in BAD]
    return Report(result["hasMain"], result["overflow"], bad)


def list_problems(browser, axe):
    """Return what is serious on the page that is open, which has no axe yet."""
    browser.run(axe)
    return inspect(browser).problems


@pytest.fixture
def inspector(browser, web_tools):
    """A browser that has axe on each page."""
    with browser.on_each_page(web_tools.axe.read_text("utf-8")):
        yield browser
        browser.goto("about:blank")


@pytest.mark.parametrize("part", range(PARTS))
def test_no_page_has_a_serious_problem(inspector, shipped, part):
    problems = {}
    for name, address, forms in list(list_forms(shipped))[part::PARTS]:
        inspector.goto(address)
        for width, dark in forms:
            inspector.resize(width, 900, dark=dark)
            report = inspect(inspector)
            assert report.has_main, name
            assert report.overflow <= 0, (name, width)
            if report.problems:
                problems[name, width] = report.problems

    assert problems == {}
    assert inspector.csp_violations == []


def list_forms(shipped):
    """Return the pages to look at, each with its forms."""
    pages = [each for each in shipped if not (SAME.match(each) or OTHERS.match(each))]
    kinds = set()
    for number, name in enumerate(pages):
        kind = name.split()[0]
        is_whole = EVERY_FORM or kind not in kinds
        kinds.add(kind)
        yield name, shipped[name], FORMS if is_whole else (FORMS[number % 2],)


def test_axe_sees_mistakes(inspector):
    app = Flask("broken")
    UI(app)
    app.add_url_rule(
        "/", "home", lambda: "<!doctype html><html><img src=x><input><a href=x></a>"
    )
    with serve(app) as address:
        inspector.goto(address)
        report = inspect(inspector)
        inspector.goto("about:blank")

    assert {"image-alt", "label", "link-name"} <= {
        each["id"] for each in report.problems
    }
    assert not report.has_main


def test_axe_sees_what_is_wrong_in_one_form_only(inspector):
    """The second form is looked at after the first, on the same page."""
    app = Flask("broken")
    style = """main { color: #111; background: #fff }
        @media (prefers-color-scheme: dark) { main { background: #222 } }
        @media (max-width: 500px) { main { width: 600px } }"""
    page = f"""<!doctype html><html lang="en"><title>Form</title>
        <style>{style}</style><main><h1>Form</h1></main></html>"""
    app.add_url_rule("/", "home", lambda: page)
    with serve(app) as address:
        inspector.goto(address)
        reports = []
        for width, dark in FORMS:
            inspector.resize(width, 900, dark=dark)
            reports.append(inspect(inspector))
        inspector.goto("about:blank")

    assert [each["id"] for each in reports[1].problems] == ["color-contrast"]
    assert reports[1].overflow > 0
    assert reports[0] == Report(True, 0, [])
