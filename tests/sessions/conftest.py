"""A small site for each type of session store, whose views are functions of tests."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, session
from flask.testing import FlaskClient

from carboy.sessions import Sessions

TYPES = ("cookie", "memory", "filesystem", "sqlalchemy", "redis")


class Site:
    """An app whose one view calls the function that the test passes."""

    def __init__(self, config: dict[str, Any], **options: Any) -> None:
        self.app = Flask("site")
        self.app.config.update(SECRET_KEY="k" * 32, TESTING=True)
        self.app.config.update(config)
        self.sessions = Sessions(**options)
        self.sessions.init_app(self.app)
        self._actions: dict[str, Callable[[], Any]] = {}
        self._names = itertools.count()
        self.app.add_url_rule("/do/<name>", "do", self._do, methods=["GET", "POST"])
        self.app.add_url_rule("/public", "public", lambda: "public")

    @property
    def kind(self) -> str:
        return str(self.app.config["SESSION_TYPE"])

    @property
    def interface(self) -> Any:
        return self.app.session_interface

    def browser(self) -> FlaskClient:
        return self.app.test_client()

    def visit(self, browser: FlaskClient, action: Callable[[Any], Any], **options: Any):
        """Call `action(session)` in a request, and return the response."""
        name = str(next(self._names))
        self._actions[name] = lambda: action(session)
        return browser.get(f"/do/{name}", **options)

    def ask(self, browser: FlaskClient, action: Callable[[Any], Any]) -> Any:
        """Call `action(session)` in a request, and return its result."""
        results: list[Any] = []
        response = self.visit(browser, lambda s: results.append(action(s)))
        assert response.status_code == 200
        return results[0]

    def read(self, browser: FlaskClient) -> dict[str, Any]:
        values: dict[str, Any] = self.ask(browser, dict)
        return values

    def log_in(self, browser: FlaskClient, user: str = "ada"):
        return self.visit(browser, lambda s: s.update(_user_id=user))

    def _do(self, name: str) -> str:
        self._actions.pop(name)()
        return "done"


def config_for(request: pytest.FixtureRequest, kind: str, folder: Any) -> dict:
    config = {"SESSION_TYPE": kind, "SESSION_FILE_DIR": str(folder / "sessions")}
    if kind == "redis":
        config["SESSION_REDIS"] = request.getfixturevalue("fresh_redis")
    if kind == "sqlalchemy":
        config["SESSION_URL"] = f"sqlite:///{folder}/sessions.sqlite"
    return config


@pytest.fixture(params=TYPES)
def kind(request) -> str:
    kind: str = request.param
    return kind


@pytest.fixture
def make_site(request, kind, tmp_path, clock):
    sites: list[Site] = []

    def make(**options: Any) -> Site:
        config = config_for(request, kind, tmp_path) | options.pop("config", {})
        site = Site(config, clock=clock, **options)
        sites.append(site)
        return site

    yield make
    for site in sites:
        site.app.extensions["sessions"].store.close()


@pytest.fixture
def site(make_site) -> Site:
    site: Site = make_site()
    return site


@pytest.fixture
def browser(site) -> FlaskClient:
    client: FlaskClient = site.browser()
    return client


def cookie_of(browser: FlaskClient) -> str | None:
    cookie = browser.get_cookie("session")
    return None if cookie is None else cookie.value


def copy_of(site: Site, browser: FlaskClient) -> FlaskClient:
    """Return another browser with the same cookies: a second tab, or an attacker."""
    other = site.browser()
    for cookie in list(browser._cookies.values()):
        other.set_cookie(cookie.key, cookie.value)
    return other
