"""A wrong origin and a protection that is off are found before the site is served."""

from flask import Flask

from carboy.core import registry_of, run_checks
from carboy.forms import Forms


def find(app):
    return {check.id for check in run_checks(app, registry_of(app).checkers)}


def test_what_is_wrong_is_found_before_the_site_is_served():
    app = Flask("shop")
    app.config.update(CSRF_TRUSTED_ORIGINS=["app.example.com"], CSRF_ENABLED=False)
    Forms(app)

    assert find(app) == {"forms.E001", "forms.W001"}
