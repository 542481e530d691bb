"""The settings have Flask-WTF's names too, and wrong values are named."""

from flask import Flask

from carboy.core import registry_of, run_checks
from carboy.forms import CsrfSettings, Forms


def test_names_of_flask_wtf_work():
    settings = CsrfSettings.read({
        "WTF_CSRF_ENABLED": "false",
        "WTF_CSRF_FIELD_NAME": "token",
    })

    assert settings.enabled is False
    assert settings.field_name == "token"


def test_origins_may_be_written_with_commas():
    settings = CsrfSettings.read({"CSRF_TRUSTED_ORIGINS": "https://a.b, https://c.d"})

    assert settings.trusted_origins == ("https://a.b", "https://c.d")


def find(app):
    return {check.id for check in run_checks(app, registry_of(app).checkers)}


def test_what_is_wrong_is_found_before_the_site_is_served():
    app = Flask("shop")
    app.config.update(CSRF_TRUSTED_ORIGINS=["app.example.com"], CSRF_ENABLED=False)
    Forms(app)

    assert find(app) == {"forms.E001", "forms.W001"}
