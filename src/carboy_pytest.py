"""The pytest plugin of Carboy: fixtures for the tests of a site.

It is outside of the package, which it imports only when a fixture is used: pytest
loads the plugin in every project of an environment, also in those without Carboy.
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
    """Set the testing profile in projects that have a site."""
    if find_app(config) is not None:
        os.environ.setdefault("CARBOY_PROFILE", "testing")


def find_app(config: pytest.Config) -> str | None:
    """Return `app` of [tool.carboy] in the project's pyproject.toml, or None."""
    file = config.rootpath / "pyproject.toml"
    text = file.read_text("utf-8") if file.is_file() else ""
    if "[tool.carboy]" not in text:
        return None
    target = tomllib.loads(text)["tool"]["carboy"].get("app")
    return None if target is None else str(target)


@pytest.fixture
def app(pytestconfig: pytest.Config) -> Any:
    """The site under test; a project can have an `app` fixture of its own instead."""
    target = find_app(pytestconfig)
    if target is None:
        pytest.fail(
            "There is no app to test. Write a fixture `app` in conftest.py, or set "
            'app = "shop:create_app" under [tool.carboy] in pyproject.toml.',
            pytrace=False,
        )
    return resolve_name("carboy.server:load_target")(target)


@pytest.fixture
def clock() -> Any:
    """A clock that the test controls."""
    return resolve_name("carboy.testing:Clock")()


def _make_fixture(name: str, target: str) -> Any:
    @pytest.fixture(name=name)
    def fixture(app: Any) -> Iterator[Any]:
        with resolve_name(target)(app) as value:
            yield value

    return fixture


globals().update({
    name: _make_fixture(name, target) for name, target in FIXTURES.items()
})
