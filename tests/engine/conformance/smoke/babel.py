"""Flask-Babel: a locale for each request, dates, numbers, and a lazy text."""

import datetime
import decimal

import flask
from flask_babel import (
    Babel,
    force_locale,
    format_currency,
    format_date,
    format_decimal,
    get_locale,
    lazy_gettext,
    refresh,
)

DAY = datetime.date(2026, 11, 20)
TITLE = lazy_gettext("title")


def choose():
    return flask.request.args.get("lang") or flask.request.accept_languages.best_match([
        "de",
        "en",
        "zh",
    ])


def run(tell, say):
    app = flask.Flask("words")
    Babel(app, locale_selector=choose, timezone_selector=lambda: "Europe/Berlin")

    @app.get("/")
    def index():
        return {
            "locale": str(get_locale()),
            "date": format_date(DAY, "full"),
            "price": format_currency(decimal.Decimal("1234.5"), "EUR"),
            "title": str(TITLE),
        }

    @app.get("/forced")
    def forced():
        with force_locale("fr"):
            inside = format_decimal(1234.5)
        refresh()
        return f"{inside} {format_decimal(1234.5)}"

    app.add_url_rule(
        "/template",
        view_func=lambda: flask.render_template_string("{{ 1234.5|numberformat }}"),
    )
    client = app.test_client()
    tell("default", client.get("/"))
    for language in ("de", "zh", "en"):
        tell(language, client.get("/", headers={"Accept-Language": language}))
        tell(f"{language} by argument", client.get(f"/template?lang={language}"))
    tell("forced", client.get("/forced?lang=de"))
    with app.test_request_context("/?lang=de"):
        say("in a test context", format_date(DAY, "long"))
