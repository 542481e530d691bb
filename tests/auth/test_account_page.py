"""Sections of the overview page of an account."""

import pytest
from flask import Flask

from carboy.auth import AccountSection, list_sections, register_section
from carboy.errors import WiringError


def test_sections_are_listed_in_their_order():
    app = Flask(__name__)
    assert list_sections(app) == []
    first, second = AccountSection("b", "B", "b"), AccountSection("a", "A", "a")
    register_section(app, first)
    register_section(app, second)
    assert list_sections(app) == [first, second]
    assert list_sections(Flask("other")) == []


def test_a_name_is_taken_once():
    app = Flask(__name__)
    register_section(app, AccountSection("a", "A", "a"))
    with pytest.raises(WiringError, match="account section 'a' already"):
        register_section(app, AccountSection("a", "B", "b"))


def test_the_overview_lists_the_sections_of_the_site(site, client):
    site.app.add_url_rule("/pets", "pets", lambda: "pets")
    register_section(site.app, AccountSection("pets", "Your pets", "pets"))
    with open_logged_in(site, client) as logged_in:
        page = logged_in.get("/account/").text
    assert "Your pets" in page
    assert "Sessions and devices" in page


def open_logged_in(site, client):
    user = site.add()
    with client.session_transaction() as session:
        site.app.extensions["carboy.login"](session, user)
    return client
