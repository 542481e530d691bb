"""An installed Flask-Babel works beside the battery, and both speak one language."""

from datetime import UTC, datetime

import flask_babel
import pytest
from flask import request

from carboy.i18n import gettext, lazy_gettext, refresh

MOMENT = datetime(2026, 11, 30, 16, 4, 5, tzinfo=UTC)
TEXT = 'msgid "Cork"\nmsgstr "软木塞"\n'


def choose():
    return request.environ.get("wanted") or request.args.get("wanted")


@pytest.fixture(params=["theirs first", "ours first"])
def app(request, make_app, write_po, tmp_path):
    write_po("zh_CN", TEXT)
    app = make_app("en,zh-CN")
    if request.param == "theirs first":
        # As on an app on which ours is installed last.
        del app.extensions["babel"]
    flask_babel.Babel(
        app,
        default_translation_directories=str(tmp_path / "translations"),
        default_timezone="Asia/Shanghai",
        locale_selector=choose,
    )
    return app


def test_the_language_that_flask_babel_chooses_is_that_of_all_texts(app):
    with app.test_request_context("/?wanted=zh_CN"):
        assert flask_babel.get_locale().language == "zh"
        assert gettext("Save") == "保存"
        assert gettext("Cork") == "软木塞"
        assert str(lazy_gettext("Save")) == "保存"


def test_the_pages_of_the_package_follow_too(app):
    page = app.test_client().get("/nowhere?wanted=zh_CN").text

    assert '<html lang="zh-CN"' in page
    assert "返回首页" in page


def test_its_own_functions_work(app):
    with app.test_request_context("/?wanted=zh_CN"):
        assert flask_babel.format_date(MOMENT) == "2026年12月1日"
        assert flask_babel.format_decimal(1234.5) == "1,234.5"
        with flask_babel.force_locale("en"):
            assert flask_babel.format_date(MOMENT) == "Dec 1, 2026"
        assert str(flask_babel.lazy_gettext("Unknown text")) == "Unknown text"
        assert str(flask_babel.get_timezone()) == "Asia/Shanghai"


def test_a_language_that_changes_within_a_request_is_noticed(app):
    with app.test_request_context("/?wanted=en"):
        assert gettext("Save") == "Save"
        request.environ["wanted"] = "zh_CN"
        flask_babel.refresh()
        refresh()

        assert gettext("Save") == "保存"


def test_the_language_of_flask_babel_wins_over_the_cookie(app):
    client = app.test_client()
    client.set_cookie("language", "en")

    page = client.get("/nowhere?wanted=zh_CN").text

    assert '<html lang="zh-CN"' in page
