"""Flask's session on the server: the cookie contains an id and nothing else."""

from flask import Flask, Request, Response, request

from carboy.stores import DecodeError

from .cookies import CookieFlags, sign, unsign
from .interface import LazySessionInterface
from .session import PERMANENT, Changes, LazySession, Opened
from .session_store import (
    ClientInfo,
    Renamed,
    SaveOutcome,
    SaveStatus,
    SessionStore,
    StoredSession,
)
from .settings import SessionSettings
from .unavailable import log_discarded

ID_SALT = "carboy.session.id"
# Longer than any id that is generated.
MAX_ID_LENGTH = 512


class ServerSideSessions(LazySessionInterface):
    """Loads sessions from a session store on first access, and saves what changed."""

    def __init__(
        self, app: Flask, settings: SessionSettings, session_store: SessionStore
    ) -> None:
        self.settings = settings
        self.session_store = session_store
        self.flags = CookieFlags(app, self)

    def find_id(self, app: Flask, request: Request) -> str | None:
        """Return the id in the request's cookie, which may be of no session."""
        value = request.cookies.get(self.flags.name(request))
        if not value or len(value) > MAX_ID_LENGTH:
            return None
        if not self.settings.use_signer:
            return value
        return unsign(app, ID_SALT, value)

    def _load(self, app: Flask, request: Request) -> Opened:
        name = self.flags.name(request)
        if not request.cookies.get(name):
            return Opened({})
        session_id = self.find_id(app, request)
        if session_id is None:
            log_discarded(app, "its cookie is damaged or was not signed here", request)
            return Opened({})
        try:
            stored = self.session_store.find(session_id)
        except DecodeError:
            log_discarded(app, "its entry in the store is not a session", request)
            return Opened({})
        if stored is None:
            log_discarded(app, "it has ended, or never existed", request)
            return Opened({})
        if isinstance(stored, Renamed):
            return Opened({}, stored)
        return Opened(stored.record.values, stored)

    def _save(self, app: Flask, session: LazySession, response: Response) -> None:
        stored = session.origin
        if session.is_cleared and isinstance(stored, StoredSession):
            # Before anything that may fail: a logout has to succeed.
            self.session_store.end(stored)
            stored = None
        is_new = not isinstance(stored, StoredSession)
        if is_new and self.settings.permanent and len(session) > 0:
            session.setdefault(PERMANENT, True)
        changes = session.find_changes()
        user = user_of(session, self.settings.user_key)
        outcome = self.session_store.save(stored, changes, user)
        self._write_cookie(app, session, outcome, changes, response)

    def _write_cookie(
        self,
        app: Flask,
        session: LazySession,
        outcome: SaveOutcome,
        changes: Changes,
        response: Response,
    ) -> None:
        status = outcome.status
        if status is SaveStatus.UNCHANGED:
            return
        if status is SaveStatus.ENDED:
            log_discarded(app, "it ended while a request was changing it", request)
        elif status is SaveStatus.EMPTY:
            name = self.flags.name(request)
            if name in request.cookies:
                self.flags.delete(request, response, name)
        elif (
            status is SaveStatus.NEW_ID
            # The expiry of the cookie moves with that of the session.
            or session.permanent
            or PERMANENT in changes.changed
            or PERMANENT in changes.removed
        ):
            value = outcome.id
            if self.settings.use_signer:
                value = sign(app, ID_SALT, value)
            name, expires = (
                self.flags.name(request),
                self.get_expiration_time(app, session),
            )
            self.flags.write(request, response, name, value, expires=expires)


def user_of(session: LazySession, key: str) -> str | None:
    """Return the id of the session's user."""
    user = session.get(key)
    return None if user is None else str(user)


def client_info() -> ClientInfo:
    """Return the client of the current request."""
    agent = request.headers.get("User-Agent", "")[:200]
    return ClientInfo(agent, request.remote_addr or "")
