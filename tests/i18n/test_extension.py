"""The battery installed on an app."""

import flask_babel
import pytest
from flask import Flask

from carboy.core import registry_of
from carboy.i18n import Babel, get_locale, gettext
from carboy.i18n.state import languages_state


def test_a_site_with_languages_has_it_by_itself(make_app):
    app = make_app("en,zh-CN")
    assert "i18n" in registry_of(app).installed
    assert languages_state.of(app).offered == ("en", "zh-CN")


def test_a_plain_app_installs_it_as_flask_babel():
    app = Flask(__name__)
    babel = Babel(app, default_locale="zh-CN", locale_selector=lambda: "zh-CN")
    with app.test_request_context():
        assert str(get_locale()) in {"zh_CN", "zh_Hans_CN"}
        assert gettext("Save") == "保存"
        assert babel.default_locale.language == "zh"


def test_the_old_decorators_work():
    app = Flask(__name__)
    babel = Babel(app, default_locale="en")

    @babel.localeselector
    def choose():
        return "en"

    @babel.timezoneselector
    def choose_zone():
        return "Asia/Shanghai"

    languages = languages_state.of(app)
    assert languages.locale_selector is choose
    assert languages.timezone_selector is choose_zone


def test_functions_of_an_installed_flask_babel_work(make_app):
    app = make_app("en,zh-CN")
    with app.test_request_context("/?lang=zh-CN"):
        assert flask_babel.get_locale().language == "zh"


@pytest.mark.parametrize("wanted", ["zh-CN", "en"])
def test_answers_name_their_language(make_app, wanted):
    app = make_app("en,zh-CN")

    @app.get("/")
    def index():
        return gettext("Save")

    answer = app.test_client().get("/", headers={"Accept-Language": wanted})
    assert answer.headers["Content-Language"] == wanted
    assert "Accept-Language" in answer.headers["Vary"]
