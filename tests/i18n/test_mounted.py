"""The choice of a language holds for the app that it was made on, wherever that is."""

import pytest
from flask import render_template_string
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client

LOCAL = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def client(make_app):
    app = make_app("en,zh-CN")
    app.add_url_rule(
        "/page", "page", lambda: render_template_string("{{ ui.languages() }}")
    )
    other = make_app("en,zh-CN")
    other.add_url_rule("/", "home", lambda: render_template_string("{{ _('Save') }}"))
    return Client(DispatcherMiddleware(other, {"/shop": app}))


def test_the_form_of_a_mounted_app_is_sent_below_its_path(client):
    page = client.get("/shop/page?sort=name").text

    assert 'action="/shop/-/language"' in page
    assert 'name="next" value="/shop/page?sort=name"' in page


def test_the_cookie_is_sent_to_the_mounted_app_only(client):
    form = {"language": "zh-CN", "next": "/shop/page"}

    answer = client.post("/shop/-/language", data=form, headers=LOCAL)

    assert (answer.status_code, answer.location) == (303, "/shop/page")
    assert "Path=/shop;" in answer.headers["Set-Cookie"] + ";"
    assert '"zh-CN" lang="zh-CN" selected' in client.get("/shop/page").text
    assert client.get("/").text == "Save"


def test_an_app_at_the_root_has_its_cookie_everywhere(client):
    client.post("/-/language", data={"language": "zh-CN"}, headers=LOCAL)

    assert client.get("/").text == "保存"
    assert '"zh-CN" lang="zh-CN" selected' in client.get("/shop/page").text


def test_without_a_way_back_the_first_page_of_the_app_follows(client):
    for back in ("", "https://example.com/", "//example.com"):
        form = {"language": "en", "next": back}
        answer = client.post("/shop/-/language", data=form, headers=LOCAL)

        assert answer.location == "/shop/"
