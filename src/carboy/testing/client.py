"""A test client that sends what browsers send, with JSON requests and a login."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from flask.sessions import SessionMixin
from flask.testing import FlaskClient

from carboy.core import Carboy
from carboy.errors import ConfigError

# The battery of accounts stores a function here that logs a user in to a session.
LOGIN = "carboy.login"
Login = Callable[[SessionMixin, Any], None]

_ERROR_STATUS = 400


class Client(FlaskClient):
    """Flask's test client, with JSON requests and a login.

    It says of each request that a page of the site has sent it, as browsers do. To be
    another site, pass `headers={"Sec-Fetch-Site": "cross-site"}`.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"

    def get_json(self, path: str, **options: Any) -> Any:
        """Return the JSON of `path`; an error status fails the test with its text."""
        return self.send_json("GET", path, **options)

    def post_json(self, path: str, data: Any = None, **options: Any) -> Any:
        """Send `data` as JSON; return the JSON of the response."""
        return self.send_json("POST", path, json=data, **options)

    def put_json(self, path: str, data: Any = None, **options: Any) -> Any:
        """Send `data` as JSON; return the JSON of the response."""
        return self.send_json("PUT", path, json=data, **options)

    def patch_json(self, path: str, data: Any = None, **options: Any) -> Any:
        """Send `data` as JSON; return the JSON of the response."""
        return self.send_json("PATCH", path, json=data, **options)

    def delete_json(self, path: str, **options: Any) -> Any:
        """Delete `path`; return the JSON of the response, if any."""
        return self.send_json("DELETE", path, **options)

    def send_json(self, method: str, path: str, **options: Any) -> Any:
        """Send a request that accepts JSON; return the JSON of the response."""
        headers = {"Accept": "application/json", **options.pop("headers", {})}
        response = self.open(path, method=method, headers=headers, **options)
        if response.status_code >= _ERROR_STATUS:
            msg = f"{method} {path} gave {response.status}: {response.text}"
            raise AssertionError(msg)
        return response.get_json(silent=True)

    def login(self, user: Any) -> None:
        """Log in as `user`, without a password."""
        app: Flask = self.application
        login = app.extensions.get(LOGIN) or _login_of_flask_login(app)
        if login is None:
            msg = (
                f"Users cannot log in to the app {app.name!r}: no battery for accounts "
                f"is installed. Install one, or store a function of session and user "
                f'in app.extensions["{LOGIN}"].'
            )
            raise ConfigError(msg)
        with self.session_transaction() as session:
            login(session, user)

    def logout(self) -> None:
        """Log out."""
        with self.session_transaction() as session:
            session.clear()


@contextmanager
def open_client(app: Flask) -> Iterator[Client]:
    """Yield a client of `app`, on top of the client class of the app if it has one.

    The start hooks of the app run before, its stop hooks after.
    """
    before = app.test_client_class
    app.test_client_class = _add_helpers(before)
    try:
        client = app.test_client()
    finally:
        app.test_client_class = before
    assert isinstance(client, Client)  # noqa: S101 - test_client makes what was set
    has_started = isinstance(app, Carboy) and app.run_start_hooks()
    try:
        yield client
    finally:
        if has_started and isinstance(app, Carboy):
            app.stop()


def _login_of_flask_login(app: Flask) -> Login | None:
    manager = getattr(app, "login_manager", None)
    if manager is None:
        return None

    def login(session: SessionMixin, user: Any) -> None:
        session["_user_id"] = user.get_id()
        session["_fresh"] = True

    return login


def _add_helpers(own: type[FlaskClient] | None) -> type[Client]:
    if own is None or issubclass(Client, own):
        return Client
    if issubclass(own, Client):
        return own
    return type(own.__name__, (Client, own), {})
