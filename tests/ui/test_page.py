"""The page shell has the site's name, icon and theme, and leaves sessions alone."""

import re

import pytest
from flask import Flask, flash, render_template_string, session

from carboy import Carboy
from carboy.ui import UI

PAGE = '{% extends "carboy/page.html" %}{% block main %}<h1>Books</h1>{% endblock %}'


@pytest.fixture(params=[Flask, Carboy])
def app(request, tmp_path):
    (tmp_path / "static").mkdir()
    app = request.param("shop", root_path=str(tmp_path))
    app.config["SECRET_KEY"] = "k" * 32
    UI(app)
    app.add_url_rule("/", "home", lambda: render_template_string(PAGE))
    return app


def test_the_theme_of_the_site_comes_after_the_styles_of_the_kit(app, tmp_path):
    (tmp_path / "static" / "theme.css").write_text(":root { --ui-accent: teal }")

    page = app.test_client().get("/").text

    assert page.index("/ui.css") < page.index("/theme.css")
    address = re.search(r'href="(/static/-/\w{12}/theme\.css)"', page)[1]
    with app.test_client().get(address) as answer:
        assert "teal" in answer.text
        assert answer.cache_control.immutable


def test_a_site_without_a_theme_loads_none(app):
    assert "theme.css" not in app.test_client().get("/").text


def test_the_theme_is_found_below_a_prefix(app, tmp_path):
    (tmp_path / "static" / "theme.css").write_text(":root { --ui-accent: teal }")

    page = app.test_client().get("/", environ_overrides={"SCRIPT_NAME": "/shop"}).text

    assert re.search(r'href="/shop/static/-/\w{12}/theme\.css"', page)


def test_name_and_icon_are_those_of_the_site(app, tmp_path):
    app.config["SITE_NAME"] = "Glass & Cork"
    (tmp_path / "static" / "icon.svg").write_text("<svg/>")

    page = app.test_client().get("/").text

    assert "<title>Glass &amp; Cork</title>" in page
    assert len(re.findall(r'"/static/-/\w{12}/icon\.svg"', page)) == 2


def test_a_page_for_a_visitor_without_a_session_does_not_open_one(app):
    answer = app.test_client().get("/")

    assert "Cookie" not in answer.headers.get("Vary", "")
    assert "Set-Cookie" not in answer.headers


def test_a_message_is_shown_once_on_the_next_page(app):
    @app.get("/save")
    def save():
        flash("The book was saved.", "success")
        return "saved"

    client = app.test_client()
    client.get("/save")

    assert "The book was saved." in client.get("/").text
    assert "The book was saved." not in client.get("/").text


def test_a_message_of_this_very_request_is_shown(app):
    @app.get("/save")
    def save():
        flash("The book was saved.", "success")
        return render_template_string(PAGE)

    assert "The book was saved." in app.test_client().get("/save").text


def test_a_session_without_messages_is_kept(app):
    @app.get("/login")
    def login():
        session["user"] = 7
        return ""

    @app.get("/who")
    def who():
        return str(session.get("user"))

    client = app.test_client()
    client.get("/login")
    client.get("/")

    assert client.get("/who").text == "7"
