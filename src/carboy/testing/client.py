"""A test client that speaks JSON and can be somebody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from flask.sessions import SessionMixin
from flask.testing import FlaskClient

from carboy.errors import ConfigError

# Whoever keeps accounts puts a function here that makes a session somebody's.
LOGIN = "carboy.login"
Login = Callable[[SessionMixin, Any], None]

_MISTAKES = 400


class Client(FlaskClient):
    """Flask's test client, with JSON in and out and a way to log in."""

    def get_json(self, path: str, **options: Any) -> Any:
        """Ask for JSON; an error status fails the test with the answer's text."""
        return self.send_json("GET", path, **options)

    def post_json(self, path: str, data: Any = None, **options: Any) -> Any:
        """Send `data` as JSON, give the JSON that comes back."""
        return self.send_json("POST", path, json=data, **options)

    def put_json(self, path: str, data: Any = None, **options: Any) -> Any:
        """Send `data` as JSON, give the JSON that comes back."""
        return self.send_json("PUT", path, json=data, **options)

    def patch_json(self, path: str, data: Any = None, **options: Any) -> Any:
        """Send `data` as JSON, give the JSON that comes back."""
        return self.send_json("PATCH", path, json=data, **options)

    def delete_json(self, path: str, **options: Any) -> Any:
        """Delete, give the JSON that comes back, if any."""
        return self.send_json("DELETE", path, **options)

    def send_json(self, method: str, path: str, **options: Any) -> Any:
        """Send a request that asks for JSON, and give what comes back."""
        headers = {"Accept": "application/json", **options.pop("headers", {})}
        answer = self.open(path, method=method, headers=headers, **options)
        if answer.status_code >= _MISTAKES:
            msg = f"{method} {path} gave {answer.status}: {answer.text}"
            raise AssertionError(msg)
        return answer.get_json(silent=True)

    def login(self, user: Any) -> None:
        """Be `user` from here on, without asking for a password."""
        app: Flask = self.application
        login = app.extensions.get(LOGIN) or _login_of_flask_login(app)
        if login is None:
            msg = (
                f"Nobody can log in to the app {app.name!r}: no battery for accounts "
                f"is installed. Install one, or put a function that takes the session "
                f'and the user into app.extensions["{LOGIN}"].'
            )
            raise ConfigError(msg)
        with self.session_transaction() as session:
            login(session, user)

    def logout(self) -> None:
        """Be nobody again."""
        with self.session_transaction() as session:
            session.clear()


@contextmanager
def open_client(app: Flask) -> Iterator[Client]:
    """Give a client of `app`, whose last context is there until the block ends."""
    before = app.test_client_class
    app.test_client_class = Client
    try:
        client = app.test_client()
    finally:
        app.test_client_class = before
    assert isinstance(client, Client)  # noqa: S101 - test_client makes what was set
    yield client


def _login_of_flask_login(app: Flask) -> Login | None:
    manager = getattr(app, "login_manager", None)
    if manager is None:
        return None

    def login(session: SessionMixin, user: Any) -> None:
        session["_user_id"] = user.get_id()
        session["_fresh"] = True

    return login
