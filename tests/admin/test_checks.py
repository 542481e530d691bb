"""Checks name what keeps a console from working."""

import pytest

from carboy.admin import Admin
from carboy.admin.checks import check_console
from carboy.auth import policy_registry
from tests.admin import zoo
from tests.admin.conftest import Site


def list_ids(site: Site) -> list[str]:
    with site.app.app_context():
        console = site.app.extensions["carboy.admin"]
        return [check.id for check in check_console(site.app, console)]


def test_a_console_with_policies_is_fine(sqlite_site: Site) -> None:
    assert list_ids(sqlite_site) == []


def test_a_console_that_nobody_may_use_is_named(
    sqlite_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy_registry, "_policies", {})

    assert list_ids(sqlite_site) == ["admin.W001"]


def test_a_wrong_name_stops_the_start(sqlite_site: Site, admin: Admin) -> None:
    admin.register(zoo.House, columns=["nam"])

    assert list_ids(sqlite_site) == ["admin.E001"]
