"""The user of the request, loaded when it is first asked for."""

from typing import Any

from flask import current_app, g, has_request_context  # noqa: TID251 - Flask-Login's functions look for the user in the same attribute
from werkzeug.local import LocalProxy

from carboy.errors import WiringError

_ATTRIBUTE = "_login_user"


def get_user() -> Any:
    """Return the user of the request, an anonymous one, or None outside of requests."""
    if not has_request_context():
        return None
    user = g.get(_ATTRIBUTE)
    if user is None:
        get_manager()._load_user()  # noqa: SLF001 - the name in Flask-Login, whose manager may be the one in use
        user = g.get(_ATTRIBUTE)
    return user


def set_user(user: Any) -> None:
    """Set the user of this request."""
    setattr(g, _ATTRIBUTE, user)


def get_manager() -> Any:
    """Return the login manager of the current app: ours, or that of Flask-Login."""
    manager = getattr(current_app, "login_manager", None)
    if manager is None:
        msg = (
            f"The app {current_app.name!r} has no login manager. Install accounts with "
            f"app.use(Auth()), or call LoginManager(app)."
        )
        raise WiringError(msg)
    return manager


current_user: Any = LocalProxy(get_user)
