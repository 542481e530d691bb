"""If this passes, an unknown Granian is reported by `carboy check`."""

import pytest
from flask import Flask

from carboy.checks import check_server, run_app_checks
from carboy.server.http import granian


def test_the_installed_granian_needs_no_warning():
    assert list(check_server(Flask("site"))) == []


def test_a_granian_of_another_shape_is_a_warning(monkeypatch):
    monkeypatch.setattr(granian, "MISMATCHES", ["CallbackScheduler is missing"])

    [check] = check_server(Flask("site"))

    assert (check.id, check.level) == ("server.W001", "warning")
    assert "CallbackScheduler is missing" in check.message


@pytest.mark.parametrize("is_known", [True, False])
def test_the_command_asks_it(monkeypatch, is_known):
    mismatches = [] if is_known else ["RSGIHTTPScope has no method"]
    monkeypatch.setattr(granian, "MISMATCHES", mismatches)

    ids = [check.id for check in run_app_checks(Flask("site"))]

    assert ("server.W001" not in ids) is is_known
