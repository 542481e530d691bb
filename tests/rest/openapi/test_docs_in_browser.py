"""The documentation in a browser: the form calls operations, Swagger UI loads."""

import pytest
from flask import session

from carboy import Carboy, Settings
from carboy.rest import Api, session_cookie
from tests.rest.library import make_api
from tests.ui.serving import serve

# On a busy machine: a test that passes does not wait so long.
PATIENCE = 90
HINT = ".docs-output .ui-hint"
LIST_RESOURCES = "return performance.getEntriesByType('resource').map(e => e.name)"


@pytest.fixture
def make_site(tmp_path):
    def make():
        settings = Settings(profile="development", secret_key="k" * 40)
        return Carboy("library", settings=settings, root_path=str(tmp_path))

    return make


@pytest.fixture
def address(make_site):
    app = make_site()
    make_api().init_app(app)
    app.use()
    with serve(app) as found:
        yield found


def submit(browser):
    """Call the operation of the page; return the head of the answer."""
    browser.click(".docs-try button")
    browser.wait_for(HINT, PATIENCE)
    return browser.text(HINT)


def test_the_form_calls_an_operation_and_shows_the_answer(browser, address):
    browser.goto(f"{address}/-/docs/operations/create_book")
    browser.wait_for(".docs-try:not([hidden])", PATIENCE)
    browser.run("document.querySelector('#try-body').value = '{\"title\": \"Emma\"}'")

    assert "201" in submit(browser)
    assert '"title": "Emma"' in browser.text(".docs-output pre")
    assert browser.csp_violations == []
    assert all(name.startswith(address) for name in browser.run(LIST_RESOURCES))


@pytest.mark.parametrize(("token", "status"), [("wrong", "401"), ("right", "204")])
def test_a_token_is_sent_as_the_scheme_says(browser, address, token, status):
    browser.goto(f"{address}/-/docs/operations/delete_book")
    browser.wait_for(".docs-try:not([hidden])", PATIENCE)
    browser.type("#try-token", token)

    assert status in submit(browser)


def test_the_session_of_a_visitor_is_used(browser, make_site):
    app = make_site()
    api = Api(app, security=[session_cookie(lambda scopes: "name" in session)])

    @api.post("/notes")
    def add_note(text: str) -> str:
        return f"{session['name']}: {text}"

    @app.get("/login")
    def login():
        session["name"] = "Jane"
        return "<p>Hello"

    app.use()
    with serve(app) as address:
        answers = []
        for _ in range(2):
            browser.goto(f"{address}/-/docs/operations/add_note")
            browser.wait_for(".docs-try:not([hidden])", PATIENCE)
            browser.type(".docs-try [name=text]", "Rack it.")
            answers.append(submit(browser))
            body = browser.text(".docs-output pre")
            browser.goto(f"{address}/login")

    assert [answer[:3] for answer in answers] == ["401", "200"]
    assert body == '"Jane: Rack it."'


def test_swagger_ui_shows_the_operations_from_this_site_alone(browser, address):
    browser.goto(f"{address}/-/docs/swagger")

    # It draws them one after the other.
    browser.wait_until(
        lambda: len(browser.texts("#swagger-ui .opblock")) >= 10,
        "less than 10 operations in Swagger UI",
        PATIENCE,
    )
    assert browser.csp_violations == []
    assert browser.console_errors == []
    assert all(name.startswith(address) for name in browser.run(LIST_RESOURCES))


def test_swagger_ui_is_dark_where_the_visitor_wants_that(browser, address):
    script = "return getComputedStyle(document.documentElement).backgroundColor"
    colours = []
    for scheme in ("light", "dark"):
        feature = {"name": "prefers-color-scheme", "value": scheme}
        browser.devtools("Emulation.setEmulatedMedia", features=[feature])
        browser.goto(f"{address}/-/docs/swagger")
        colours.append(browser.run(script))
    browser.devtools("Emulation.setEmulatedMedia", features=[])

    assert colours[0] != colours[1]
