"""A wrong origin and a protection that is off are found before the site is served."""

import flask_wtf
import pytest
from flask import Flask

from carboy.core import registry_of, run_checks
from carboy.forms import Forms, check_protection, csrf_exempt


def find(app):
    return {check.id for check in run_checks(app, registry_of(app).checkers)}


def test_what_is_wrong_is_found_before_the_site_is_served():
    app = Flask("shop")
    app.config.update(CSRF_TRUSTED_ORIGINS=["app.example.com"], CSRF_ENABLED=False)
    Forms(app)

    assert find(app) == {"forms.E001", "forms.W001"}


def test_a_setting_of_flask_wtf_that_does_nothing_is_named_with_the_way_out():
    app = Flask("shop")
    app.config.update(WTF_CSRF_TIME_LIMIT=60, WTF_CSRF_SECRET_KEY="k" * 32)
    Forms(app)

    found = [
        check
        for check in run_checks(app, registry_of(app).checkers)
        if check.id == "forms.W002"
    ]

    assert {check.message.split()[0] for check in found} == {
        "WTF_CSRF_TIME_LIMIT",
        "WTF_CSRF_SECRET_KEY",
    }
    assert all(check.hint.startswith("Remove it") for check in found)


def make_app(*parts, **config):
    app = Flask("shop", static_folder=None)
    app.config.update({"SECRET_KEY": "k" * 32, **config})
    for part in parts:
        part(app)
    for number in range(5):
        app.add_url_rule(f"/{number}", str(number), lambda: "", methods=["POST"])
    return app


@pytest.mark.parametrize(
    ("parts", "config", "is_fine"),
    [
        ([], {}, False),
        ([], {"SECRET_KEY": None}, True),
        ([Forms], {}, True),
        ([Forms], {"CSRF_ENABLED": False}, False),
        ([Forms], {"CSRF_CHECK_DEFAULT": False}, False),
        ([Forms], {"CSRF_METHODS": "PUT"}, False),
        ([flask_wtf.CSRFProtect], {}, True),
        ([Forms, flask_wtf.CSRFProtect], {}, True),
        ([flask_wtf.CSRFProtect], {"WTF_CSRF_ENABLED": False}, False),
    ],
)
def test_a_deployed_site_with_cookies_needs_the_protection(parts, config, is_fine):
    results = list(check_protection(make_app(*parts, **config)))

    assert [each.id for each in results] == ([] if is_fine else ["forms.E002"])
    assert is_fine or "POST /0, POST /1, POST /2 and 2 more" in results[0].message


def test_what_is_exempt_by_intent_is_no_mistake():
    app = Flask("shop", static_folder=None)
    app.config["SECRET_KEY"] = "k" * 32
    Forms(app)
    app.add_url_rule("/hook", "hook", csrf_exempt(lambda: ""), methods=["POST"])

    assert not list(check_protection(app))
