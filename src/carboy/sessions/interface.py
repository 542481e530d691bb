"""What both session interfaces share: load on first access, save when changed."""

from abc import abstractmethod

from flask import Flask, Request, Response
from flask.sessions import SessionInterface, SessionMixin
from typing_extensions import override

from carboy.errors import UnavailableError

from .session import LazySession, Opened
from .unavailable import log_discarded, replace_by_unavailable


class LazySessionInterface(SessionInterface):
    """A session interface that costs nothing where the session is not accessed."""

    lazy = True

    @override
    def open_session(self, app: Flask, request: Request) -> LazySession | None:
        return LazySession(
            lambda: self._load(app, request),
            lambda: log_discarded(app, "a value in it cannot be decoded", request),
        )

    @override
    def save_session(
        self, app: Flask, session: SessionMixin, response: Response
    ) -> None:
        if session.accessed:
            response.vary.add("Cookie")
        if not isinstance(session, LazySession) or not session.is_open:
            return
        try:
            self._save(app, session, response)
        except UnavailableError as error:
            replace_by_unavailable(app, error, response)

    def regenerate(self, session: LazySession) -> None:
        """Change the session's id when it is saved."""
        session.regenerate_id = True
        # Loaded now, while its cookie is valid.
        session.modified = len(session) > 0

    @abstractmethod
    def _load(self, app: Flask, request: Request) -> Opened:
        """Load the session that the request's cookie identifies."""

    @abstractmethod
    def _save(self, app: Flask, session: LazySession, response: Response) -> None:
        """Save what changed, and set or delete the cookie."""
