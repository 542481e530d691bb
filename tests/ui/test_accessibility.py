"""axe-core finds nothing serious on any page that ships, in either theme and width."""

import json
import re

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
RUN = """
const list = ({ violations }) => violations.map(({ id, impact, nodes }) => (
  { id, impact, nodes: nodes.map((node) => node.html) }));
const fail = (error) => [{ id: String(error), impact: "critical", nodes: [] }];
window.axeResult = null;
axe.run(document, { resultTypes: ["violations"] }).then(list, fail).then(
  (result) => { window.axeResult = JSON.stringify(result); });
"""


def list_problems(browser, axe):
    browser.run(axe)
    browser.run(RUN)
    browser.wait_until(
        lambda: browser.run("return window.axeResult") is not None, "axe does not end"
    )
    violations = json.loads(browser.run("return window.axeResult"))
    return [each for each in violations if each["impact"] in BAD]


@pytest.fixture(scope="module")
def axe(web_tools):
    return web_tools.axe.read_text("utf-8")


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (400, True)])
def test_no_page_has_a_serious_problem(browser, axe, shipped, width, dark):
    problems = {}
    for name, address in shipped.items():
        if SAME.match(name) or OTHERS.match(name):
            continue
        browser.resize(width, 900, dark=dark)
        browser.goto(address)
        assert browser.has("main"), name
        assert browser.overflow <= 0, name
        if found := list_problems(browser, axe):
            problems[name] = found
    browser.goto("about:blank")

    assert problems == {}
    assert browser.csp_violations == []


def test_axe_sees_mistakes(browser, axe):
    app = Flask("broken")
    UI(app)
    app.add_url_rule(
        "/", "home", lambda: "<!doctype html><html><img src=x><input><a href=x></a>"
    )
    with serve(app) as address:
        browser.goto(address)
        problems = list_problems(browser, axe)
        browser.goto("about:blank")

    assert {"image-alt", "label", "link-name"} <= {each["id"] for each in problems}
