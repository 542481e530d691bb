"""The pytest plugin of Carboy: fixtures for the tests of a site.

It stands outside of the package, and imports that only when a fixture is used: pytest
loads it in every project of an environment, also where nobody knows Carboy.
"""

import os
import tomllib
from collections.abc import Iterator
from pkgutil import resolve_name
from typing import Any

import pytest

# Fixture → a context manager that takes the app. A battery adds a line here.
PARTS = {
    "client": "carboy.testing:open_client",
}


def pytest_configure(config: pytest.Config) -> None:
    """Work in the testing profile, where the tests are those of a site."""
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
    """The site under test; a project's own `app` fixture goes before this one."""
    target = find_app(pytestconfig)
    if target is None:
        pytest.fail(
            "There is no app to test. Write a fixture `app` in conftest.py, or "
            'app = "shop:create_app" under [tool.carboy] in pyproject.toml.',
            pytrace=False,
        )
    return resolve_name("carboy.server:load_target")(target)


@pytest.fixture
def clock() -> Any:
    """A clock that only the test moves."""
    return resolve_name("carboy.testing:Clock")()


def _make_fixture(name: str, target: str) -> Any:
    @pytest.fixture(name=name)
    def fixture(app: Any) -> Iterator[Any]:
        with resolve_name(target)(app) as part:
            yield part

    return fixture


globals().update({name: _make_fixture(name, target) for name, target in PARTS.items()})
