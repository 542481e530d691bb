"""Flask's session, kept on the server: the cookie holds an id and nothing else."""

from flask import Flask, Request, Response, request

from carboy.stores import DecodeError

from .cookies import CookieFlags, find_signed, sign
from .interface import TouchedSessions
from .session import PERMANENT, Opened, Session
from .session_store import Kept, Moved, Vault, Visitor
from .settings import SessionSettings
from .unavailable import report

SALT = "carboy.session.id"
# Longer than any id that was ever given out.
MOST_ID = 512


class StoredSessions(TouchedSessions):
    """Opens sessions from a vault at the first touch, and saves what changed."""

    def __init__(self, app: Flask, settings: SessionSettings, vault: Vault) -> None:
        self.settings = settings
        self.vault = vault
        self.flags = CookieFlags(app, self)

    def find_id(self, app: Flask, request: Request) -> str | None:
        """Give the id that the visitor shows, which may be of no session."""
        shown = request.cookies.get(self.flags.name(request))
        if not shown or len(shown) > MOST_ID:
            return None
        if not self.settings.use_signer:
            return shown
        return find_signed(app, SALT, shown)

    def _find(self, app: Flask, request: Request) -> Opened:
        name = self.flags.name(request)
        if not request.cookies.get(name):
            return Opened({})
        session_id = self.find_id(app, request)
        if session_id is None:
            report(app, "its cookie is damaged or was not signed here", request)
            return Opened({})
        try:
            kept = self.vault.find(session_id)
        except DecodeError:
            report(app, "what the store holds for it is not a session", request)
            return Opened({})
        if kept is None:
            report(app, "it has ended, or was never here", request)
            return Opened({})
        if isinstance(kept, Moved):
            return Opened({}, kept)
        return Opened(kept.record.values, kept)

    def _save(self, app: Flask, session: Session, response: Response) -> None:
        origin = session.origin
        if isinstance(origin, Kept) and not session.was_cleared:
            self._save_kept(app, session, origin, response)
            return
        if isinstance(origin, Kept):
            self.vault.end(origin)
        user = self._user_of(session)
        if isinstance(origin, Moved) and user is None:
            # The browser is about to get the new id; another cookie would undo that.
            return
        if len(session) == 0:
            self._forget(response)
            return
        if self.settings.permanent and PERMANENT not in session:
            session[PERMANENT] = True
        made = self.vault.create(session.pack_all(), user, _visitor())
        self._hand_out(app, session, made, response)

    def _save_kept(
        self, app: Flask, session: Session, kept: Kept, response: Response
    ) -> None:
        changes, user = session.find_changes(), self._user_of(session)
        if session.wants_renewal or user != kept.record.user:
            if len(session) == 0:
                self.vault.end(kept)
                self._forget(response)
                return
            made = self.vault.regenerate(kept, changes, user, _visitor())
            self._hand_out(app, session, made, response)
        elif changes:
            if not self.vault.merge(kept, changes):
                report(app, "it ended while a request was changing it", request)
                return
            if PERMANENT in changes.changed or session.permanent:
                self._hand_out(app, session, kept.id, response)
        elif self.vault.visit(kept) and session.permanent:
            self._hand_out(app, session, kept.id, response)

    def _hand_out(
        self, app: Flask, session: Session, session_id: str | None, response: Response
    ) -> None:
        if session_id is None:
            report(app, "it ended while a request was changing it", request)
            return
        value = sign(app, SALT, session_id) if self.settings.use_signer else session_id
        self.flags.write(
            request,
            response,
            self.flags.name(request),
            value,
            expires=self.get_expiration_time(app, session),
        )

    def _forget(self, response: Response) -> None:
        name = self.flags.name(request)
        if name in request.cookies:
            self.flags.delete(request, response, name)

    def _user_of(self, session: Session) -> str | None:
        return user_of(session, self.settings.user_key)


def user_of(session: Session, key: str) -> str | None:
    """Give the id of the user whose session this is."""
    user = session.get(key)
    return None if user is None else str(user)


def _visitor() -> Visitor:
    agent = request.headers.get("User-Agent", "")[:200]
    return Visitor(agent, request.remote_addr or "")
