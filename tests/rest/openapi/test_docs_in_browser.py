"""The documentation in a browser: the form calls operations, Swagger UI loads."""

import pytest

from carboy import Carboy, Settings
from tests.rest.library import make_api
from tests.ui.serving import serve


@pytest.fixture
def address(tmp_path):
    settings = Settings(profile="development", secret_key="k" * 40)
    app = Carboy("library", settings=settings, root_path=str(tmp_path))
    make_api().init_app(app)
    app.use()
    with serve(app) as found:
        yield found


def test_the_form_calls_an_operation_and_shows_the_answer(browser, address):
    browser.goto(f"{address}/-/docs/operations/create_book")
    browser.run("document.querySelector('#try-body').value = '{\"title\": \"Emma\"}'")
    browser.click(".docs-try button")

    browser.wait_for(".docs-output .ui-hint")
    assert "201" in browser.text(".docs-output .ui-hint")
    assert '"title": "Emma"' in browser.text(".docs-output pre")
    assert browser.csp_violations == []


def test_credentials_are_sent_as_the_scheme_says(browser, address):
    browser.goto(f"{address}/-/docs/operations/delete_book")
    browser.type("#try-token", "wrong")
    browser.click(".docs-try button")
    browser.wait_for(".docs-output .ui-hint")
    assert "401" in browser.text(".docs-output .ui-hint")

    browser.goto(f"{address}/-/docs/operations/delete_book")
    browser.type("#try-token", "right")
    browser.click(".docs-try button")
    browser.wait_for(".docs-output .ui-hint")
    assert "204" in browser.text(".docs-output .ui-hint")


def test_swagger_ui_shows_the_operations_from_this_site_alone(browser, address):
    browser.goto(f"{address}/-/docs/swagger")

    browser.wait_for("#swagger-ui .opblock", 20)
    assert len(browser.texts("#swagger-ui .opblock")) >= 10
    assert browser.csp_violations == []
    assert browser.console_errors == []
