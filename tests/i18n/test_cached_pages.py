"""A cached page or fragment is served only to visitors with its language."""

import pytest
from flask import render_template_string, session

from carboy.cache import Cache
from carboy.i18n import _


@pytest.fixture
def app(make_app):
    app = make_app("en,zh-CN", CACHE_TYPE="SimpleCache")
    cache = Cache(app)

    @app.get("/")
    @cache.cached(timeout=50)
    def home():
        return _("Save")

    @app.get("/fragment")
    def fragment():
        return render_template_string(
            "{% cache 50, 'x' %}{{ _('Save') }}{% endcache %}"
        )

    @app.get("/choose/<language>")
    def choose(language):
        session["language"] = language
        return ""

    return app


@pytest.mark.parametrize("path", ["/", "/fragment"])
def test_each_language_has_its_own(app, path):
    for _number in range(2):
        for language, text in (("zh-CN", "保存"), ("en", "Save")):
            client = app.test_client()
            client.set_cookie("language", language)
            assert client.get(path).text == text
            header = {"Accept-Language": language}
            assert app.test_client().get(path, headers=header).text == text


@pytest.mark.parametrize("path", ["/", "/fragment"])
def test_a_language_from_the_session_stays_with_its_visitor(app, path):
    chinese, english = app.test_client(), app.test_client()
    chinese.get("/choose/zh-CN")
    english.get("/choose/en")

    for _number in range(2):
        page = chinese.get(path)
        assert page.text == "保存"
        assert "Cookie" in page.headers["Vary"]
        assert english.get(path).text == "Save"
        assert app.test_client().get(path).text == "Save"
