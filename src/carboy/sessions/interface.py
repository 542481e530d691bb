"""What both kinds of sessions share: opened at the first touch, saved when changed."""

from abc import abstractmethod

from flask import Flask, Request, Response
from flask.sessions import SessionInterface, SessionMixin
from typing_extensions import override

from carboy.errors import UnavailableError

from .session import Opened, Session
from .unavailable import answer_unavailable


class TouchedSessions(SessionInterface):
    """A session interface that costs nothing where the session is left alone."""

    lazy = True

    @override
    def open_session(self, app: Flask, request: Request) -> Session | None:
        return Session(lambda: self._find(app, request))

    @override
    def save_session(
        self, app: Flask, session: SessionMixin, response: Response
    ) -> None:
        if session.accessed:
            response.vary.add("Cookie")
        if not isinstance(session, Session) or not session.is_open:
            return
        try:
            self._save(app, session, response)
        except UnavailableError as error:
            answer_unavailable(app, error, response)

    def regenerate(self, session: Session) -> None:
        """Give the session another id when it is saved."""
        session.wants_renewal = True
        # Read now, while it is what its visitor may have.
        session.modified = len(session) > 0

    @abstractmethod
    def _find(self, app: Flask, request: Request) -> Opened:
        """Read what the visitor's cookie stands for."""

    @abstractmethod
    def _save(self, app: Flask, session: Session, response: Response) -> None:
        """Keep what changed, and tell the visitor."""
