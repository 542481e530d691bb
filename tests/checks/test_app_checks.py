"""If this passes, the checks of an app run, and leave a foreign app as it is."""

from flask import Flask

from carboy.checks import run_app_checks
from carboy.core import Check, registry_of


def report(_app):
    yield Check("shop.W001", "Loose.")
    yield Check("shop.E001", "Broken.")


def test_errors_of_the_batteries_and_of_the_caller_come_first():
    app = Flask("shop")
    registry_of(app).checkers.append(report)

    results = run_app_checks(app, [lambda _: [Check("shop.E002", "Gone.")]])

    assert [check.id for check in results] == ["shop.E001", "shop.E002", "shop.W001"]


def test_silenced_checks_are_not_reported():
    app = Flask("shop")
    registry_of(app).checkers.append(report)
    app.config["CHECKS_SILENCED"] = ("shop.W001", "shop.E001")

    assert run_app_checks(app) == []


def test_a_foreign_app_has_the_same_extensions_afterwards():
    app = Flask("shop")

    assert run_app_checks(app) == []
    assert app.extensions == {}
