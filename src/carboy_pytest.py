"""The pytest plugin of Carboy: fixtures for the tests of a site.

It is outside of the package, which it imports only when a fixture is used: pytest
loads the plugin in every project of an environment, also in those without Carboy. Such
a project, and one whose fixtures come from another plugin, gets none of ours: they are
for projects that have a table [tool.carboy] in their pyproject.toml.
"""

import os
import tomllib
from collections.abc import Iterator
from pkgutil import resolve_name
from typing import Any

import pytest

# Fixture → `module:name` of a context manager that takes the app.
FIXTURES = {
    "client": "carboy.testing:open_client",
}


def pytest_configure(config: pytest.Config) -> None:
    """Register the fixtures and set the testing profile in projects of Carboy."""
    open_legacy_door()
    table = read_table(config)
    if table is None:
        return
    config.pluginmanager.register(Fixtures(table.get("app")), "carboy-fixtures")
    if "app" in table:
        os.environ.setdefault("CARBOY_PROFILE", "testing")


def open_legacy_door() -> None:
    """Bring back old names for the tests of a site, if `LEGACY=1` asks for it."""
    if "LEGACY" in os.environ:
        resolve_name("carboy.legacy_variable:open_if_asked")()


def read_table(config: pytest.Config) -> dict[str, Any] | None:
    """Return [tool.carboy] of the project's pyproject.toml, or None without one."""
    file = config.rootpath / "pyproject.toml"
    text = file.read_text("utf-8") if file.is_file() else ""
    if "[tool.carboy]" not in text:
        return None
    return dict(tomllib.loads(text)["tool"]["carboy"])


class Fixtures:
    """The fixtures of a project; they come before those of other plugins."""

    def __init__(self, target: str | None) -> None:
        self._target = target

    @pytest.fixture
    def app(self) -> Any:
        """The site under test; a project can have an `app` fixture of its own."""
        if self._target is None:
            pytest.fail(
                "There is no app to test. Write a fixture `app` in conftest.py, or set "
                'app = "shop:create_app" under [tool.carboy] in pyproject.toml.',
                pytrace=False,
            )
        return resolve_name("carboy.server:load_target")(self._target)

    @pytest.fixture
    def clock(self) -> Any:
        """A clock that the test controls."""
        return resolve_name("carboy.testing:Clock")()


def _make_fixture(name: str, target: str) -> Any:
    @pytest.fixture(name=name)
    def fixture(_self: Fixtures, app: Any) -> Iterator[Any]:
        with resolve_name(target)(app) as value:
            yield value

    return fixture


for _name, _target in FIXTURES.items():
    setattr(Fixtures, _name, _make_fixture(_name, _target))
