"""The language of a visitor is chosen in a fixed order, whatever a request contains."""

import random
import threading

import pytest
from flask import session, url_for
from werkzeug.routing import BuildError

from carboy.i18n import (
    Babel,
    _,
    force_locale,
    get_locale,
    get_timezone,
    lazy_gettext,
    list_languages,
    refresh,
)
from carboy.i18n.state import languages_state

SAVE = lazy_gettext("Save")
SAVES = {"en": "Save", "zh-CN": "保存"}


@pytest.fixture
def app(make_app):
    app = make_app("en,zh-CN")
    app.add_url_rule("/", "home", lambda: _("Save"))
    app.add_url_rule("/<lang_code>/page", "page", lambda: _("Save"))
    return app


def test_the_header_is_asked_last(app):
    page = app.test_client().get("/", headers={"Accept-Language": "fr, zh;q=0.9"})

    assert page.text == "保存"
    assert page.headers["Content-Language"] == "zh-CN"
    assert page.headers["Vary"] == "Cookie, Accept-Language"


def test_a_cookie_wins_over_the_header_and_the_address_over_the_cookie(app):
    client = app.test_client()
    client.set_cookie("language", "zh-CN")

    assert client.get("/").text == "保存"
    page = client.get("/?lang=en", headers={"Accept-Language": "zh"})
    assert page.text == "Save"
    assert "Vary" not in page.headers
    assert client.get("/en/page").text == "Save"
    assert client.get("/zh-CN/page", headers={"Accept-Language": "en"}).text == "保存"


def test_an_account_wins_over_a_cookie(app):
    languages_state.of(app).account_language = lambda: "zh-CN"
    client = app.test_client()
    client.set_cookie("language", "en")

    assert client.get("/").text == "保存"


def test_the_selector_of_a_site_wins_over_all(app):
    babel = Babel(app, locale_selector=lambda: "zh_CN")

    assert app.test_client().get("/?lang=en").text == "保存"
    babel.localeselector(lambda: "en")
    assert app.test_client().get("/?lang=zh-CN").text == "Save"


HOSTILE = (
    "", ";", ",,,", "*", "zh;q=0", "zh;q=nan", "zh;q=-1", "zh;q=1e9", "../../passwd",
    "zh\x00CN", "zh_CN.UTF-8", "x" * 70_000, "zh-" * 20_000, "en-XA", "é", "%00", "<b>",
    "zh-CN-x-private", "q=1", "zh;q", "-", "_", "e" * 9,
)  # fmt: skip


@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_value_is_no_error(app, value):
    environ = {"HTTP_ACCEPT_LANGUAGE": value, "HTTP_COOKIE": f"language={value}"}
    page = app.test_client().get("/", environ_overrides=environ)

    assert page.status_code == 200
    assert page.text in SAVES.values()
    page = app.test_client().get("/", query_string={"lang": value})
    assert page.text in SAVES.values()


def test_random_headers_are_no_error(app):
    seed = random.randrange(10**9)
    chance = random.Random(seed)
    for _number in range(300):
        header = "".join(chance.choices("zhencn-_;q=0.19,* \t", k=chance.randrange(40)))
        page = app.test_client().get("/", headers={"Accept-Language": header})
        assert page.text in SAVES.values(), (seed, header)


def test_traditional_chinese_is_not_simplified_chinese(make_app):
    languages = languages_state.of(make_app("en,zh-CN,zh-TW"))

    assert languages.match("zh-HK") == "zh-TW"
    assert languages.match("zh-Hans") == "zh-CN"
    assert languages.match("zh-SG") == "zh-CN"
    assert languages_state.of(make_app("en,zh-CN")).match("zh-TW") is None


def test_two_threads_have_their_own_languages(app):
    wrong = []

    def read(language):
        client = app.test_client()
        for _number in range(50):
            text = client.get("/", headers={"Accept-Language": language}).text
            if text != SAVES[language]:
                wrong.append((language, text))

    threads = [threading.Thread(target=read, args=(each,)) for each in SAVES]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_lazy_text_made_at_import_has_the_language_of_its_reader(app):
    with app.test_request_context("/?lang=zh-CN"):
        assert str(SAVE) == "保存"
        assert f"{SAVE}" == SAVE == "保存"
    with app.test_request_context("/?lang=en"):
        assert str(SAVE) == "Save"
    assert str(SAVE) == "Save"


def test_a_language_can_be_forced_and_chosen_again(app):
    with app.test_request_context("/?lang=zh-CN"):
        with force_locale("en"):
            assert _("Save") == "Save"
            refresh()
            assert _("Save") == "Save"
        assert _("Save") == "保存"
        assert str(get_locale()) == "zh_Hans_CN"


def test_a_task_has_the_default_language_unless_it_is_passed(app):
    with app.app_context():
        assert _("Save") == "Save"
        with force_locale("zh-CN"):
            assert _("Save") == "保存"


def test_a_visitor_sets_the_language(app):
    client = app.test_client()
    answer = client.post(
        "/-/language",
        data={"language": "zh-CN", "next": "/?a=1&lang=en"},
        headers={"Sec-Fetch-Site": "same-origin"},
    )

    assert (answer.status_code, answer.headers["Location"]) == (303, "/?a=1")
    assert client.get("/").text == "保存"


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/\\evil"])
def test_the_way_back_stays_on_the_site(app, back):
    answer = app.test_client().post(
        "/-/language",
        data={"language": "en", "next": back},
        headers={"Sec-Fetch-Site": "same-origin"},
    )

    assert answer.headers["Location"] == "/"


def test_the_session_may_hold_the_language(app):
    def choose():
        session["language"] = "zh-CN"
        return ""

    app.add_url_rule("/choose", "choose", choose)
    client = app.test_client()
    client.get("/choose")

    assert client.get("/").text == "保存"


def test_languages_are_named_in_themselves(app):
    with app.test_request_context():
        assert list_languages() == [("en", "English"), ("zh-CN", "简体中文")]
        assert str(get_timezone()) == "UTC"


def test_an_unknown_endpoint_has_the_error_of_flask(app):
    with app.test_request_context("/"), pytest.raises(BuildError, match="'hom'"):
        url_for("hom")
