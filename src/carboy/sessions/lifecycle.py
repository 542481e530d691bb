"""What a view does to the session as a whole: a new id, its user, its end.

What it does to the values is `session["name"] = value`, as in Flask.
"""

from flask import current_app
from flask.sessions import SessionMixin

from carboy.errors import WiringError


def regenerate(session: SessionMixin) -> None:
    """Change the id of a session; call it when its client gains privileges.

    A login or logout that changes the user in the session does this by itself.
    """
    regenerate = getattr(current_app.session_interface, "regenerate", None)
    if regenerate is not None:
        regenerate(session)


def bind_user(session: SessionMixin, user: object) -> None:
    """Set the user of a session; its id changes, and it is listed for that user."""
    settings = getattr(current_app.session_interface, "settings", None)
    if settings is None:
        msg = (
            f"The app {current_app.name!r} has Flask's own sessions, which are not "
            "listed by user. Install Sessions() with app.use(...) first."
        )
        raise WiringError(msg)
    session[settings.user_key] = str(user)


def end(session: SessionMixin) -> None:
    """End a session for good: its cookie is no longer valid."""
    session.clear()
