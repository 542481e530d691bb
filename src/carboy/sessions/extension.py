"""The battery `sessions`: Flask's session, kept where the site wants it."""

import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
from flask import Flask, current_app, has_request_context, request
from flask.sessions import SessionMixin

from carboy.core import AppState, Check, Extension, Wiring, get_current_app
from carboy.errors import UnavailableError
from carboy.stores import (
    Clock,
    FileStore,
    MemoryStore,
    PrefixedStore,
    Store,
    open_database,
    open_redis,
    open_store,
)

from .client_side import CookieSessions
from .commands import make_commands
from .cookies import has_secret
from .record import SessionInfo
from .revocation import Revocations
from .server_side import StoredSessions
from .session_store import Epoch, Kept, Vault
from .settings import Lifetime, SessionSettings
from .unavailable import show_unavailable


class Installed(msgspec.Struct):
    """The sessions of one app."""

    interface: StoredSessions | CookieSessions
    settings: SessionSettings
    store: Store


_state: AppState[Installed] = AppState("sessions")


class Sessions(Extension):
    """Keeps Flask's `session` in a cookie, in memory, files, a database or Redis.

    What it can be told is in `SessionSettings`. `store` and `clock` are for a store of
    your own and for tests; `epoch` gives for each user a text that, once it changes,
    ends every session of that user.
    """

    name = "sessions"

    def __init__(
        self,
        app: Flask | None = None,
        *,
        store: Store | None = None,
        clock: Clock = time.time,
        epoch: Epoch | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._epoch = epoch
        super().__init__(app)

    def install(self, wiring: Wiring) -> None:
        """Replace the app's session interface."""
        app, settings = wiring.app, wiring.settings(SessionSettings)
        kind = settings.kind
        opened = self._store or _open(app, settings)
        store = PrefixedStore(opened, settings.key_prefix)
        interface: StoredSessions | CookieSessions
        if kind == "cookie":
            interface = self._make_sealed(app, settings, store)
        else:
            interface = self._make_stored(app, settings, store)
        wiring.sessions(interface)
        wiring.table(settings.sqlalchemy_table)
        _state.set(app, Installed(interface, settings, store))
        if UnavailableError not in app.error_handler_spec[None][None]:
            wiring.error(UnavailableError, show_unavailable)
        wiring.command(make_commands(self))
        wiring.check(_check)
        wiring.readiness(lambda: _probe(store))

    def list_sessions(self, user: object) -> list[SessionInfo]:
        """List the sessions of a user, the one last seen first.

        Empty for SESSION_TYPE = cookie, where only the visitors have them.
        """
        interface = _state.current().interface
        if isinstance(interface, CookieSessions):
            return []
        return interface.vault.list_sessions(str(user), _current_id(interface))

    def revoke(self, user: object, handle: str) -> bool:
        """End one session of a user; tell whether it was there."""
        interface = _state.current().interface
        if isinstance(interface, CookieSessions):
            return False
        return interface.vault.revoke(str(user), handle)

    def revoke_user(self, user: object, *, keep: SessionMixin | None = None) -> None:
        """End every session of a user, except `keep`: that of this request."""
        interface = _state.current().interface
        if isinstance(interface, CookieSessions):
            if keep is not None:
                _start_anew(keep)
            interface.revocations.end_user(str(user))
            return
        spared = _current_id(interface) if keep is not None else None
        interface.vault.revoke_user(str(user), but=spared)

    def use_epoch(self, app: Flask, epoch: Epoch) -> None:
        """End the sessions of a user on `app` whenever `epoch(user)` changes."""
        interface = _state.of(app).interface
        if isinstance(interface, CookieSessions):
            interface.epoch = epoch
        else:
            interface.vault.epoch = epoch

    def sweep(self) -> int:
        """Drop expired sessions that still take room; give how many there were."""
        return _state.current().store.sweep()

    def _make_stored(
        self, app: Flask, settings: SessionSettings, store: Store
    ) -> StoredSessions:
        vault = Vault(
            store,
            _lifetime(app, settings),
            clock=self._clock,
            id_length=settings.id_length,
            epoch=self._epoch,
        )
        return StoredSessions(app, settings, vault)

    def _make_sealed(
        self, app: Flask, settings: SessionSettings, store: Store
    ) -> CookieSessions:
        lifetime = _lifetime(app, settings)
        return CookieSessions(
            app,
            settings,
            lifetime,
            Revocations(store, lifetime, clock=self._clock),
            clock=self._clock,
            epoch=self._epoch,
        )


# The name that Flask-Session gives to what is installed.
Session = Sessions


def regenerate(session: SessionMixin) -> None:
    """Give a session another id: call it when its visitor may do more than before.

    A login or logout that changes the user in the session does so by itself.
    """
    regenerate = getattr(current_app.session_interface, "regenerate", None)
    if regenerate is not None:
        regenerate(session)


def bind_user(session: SessionMixin, user: object) -> None:
    """Note whose session this is; it gets another id, and is listed for that user."""
    session[_state.current().settings.user_key] = str(user)


def end(session: SessionMixin) -> None:
    """End a session for good: its cookie is worth nothing any more."""
    session.clear()


def _start_anew(session: Any) -> None:
    session.starts_anew = True
    regenerate(session)


def _current_id(interface: StoredSessions) -> str | None:
    if not has_request_context():
        return None
    shown = interface.find_id(get_current_app(), request)
    found = None if shown is None else interface.vault.find(shown)
    return found.id if isinstance(found, Kept) else None


def _lifetime(app: Flask, settings: SessionSettings) -> Lifetime:
    permanent = app.permanent_session_lifetime.total_seconds()
    is_refreshed = bool(app.config.get("SESSION_REFRESH_EACH_REQUEST", True))
    return Lifetime(
        float(settings.idle), float(settings.absolute), permanent, is_refreshed
    )


def _open(app: Flask, settings: SessionSettings) -> Store:
    if settings.url:
        return open_store(settings.url)
    match settings.kind:
        case "memory":
            return MemoryStore()
        case "redis":
            return open_redis(settings.redis or "redis://127.0.0.1:6379/0")
        case "sqlalchemy":
            return open_database(
                lambda: _find_engine(app, settings), table=settings.sqlalchemy_table
            )
        case _:
            folder = settings.file_dir or str(Path(app.instance_path) / "sessions")
            return FileStore(folder)


def _find_engine(app: Flask, settings: SessionSettings) -> Any:
    database = settings.sqlalchemy
    if database is None:
        database = app.extensions.get("sqlalchemy")
    if database is None:
        raise UnavailableError(
            "SESSION_TYPE is sqlalchemy, and the app has no database. Install "
            "carboy.db, give SESSION_SQLALCHEMY, or name one with SESSION_URL."
        )
    with app.app_context():
        if settings.sqlalchemy_bind_key is not None:
            return database.engines[settings.sqlalchemy_bind_key]
        return getattr(database, "engine", database)


def _probe(store: Store) -> str | None:
    try:
        store.ping()
    except UnavailableError as error:
        return str(error)
    return None


def _check(app: Flask) -> Iterable[Check]:
    settings = _state.of(app).settings
    kind = settings.kind
    if (kind == "cookie" or settings.use_signer) and not has_secret(app):
        yield Check(
            "sessions.W002",
            "SECRET_KEY is not set, and without one no session can be written: "
            "session[…] = … fails.",
            "Set it to what `python -c 'import secrets; "
            "print(secrets.token_urlsafe(32))'` prints, or set SESSION_TYPE to "
            "filesystem, sqlalchemy or redis.",
        )
    if kind == "memory" and not (app.debug or app.testing):
        yield Check(
            "sessions.W001",
            "SESSION_TYPE is memory: each process has sessions of its own, and a "
            "restart ends them all.",
            "Set SESSION_TYPE to cookie, filesystem, sqlalchemy or redis.",
        )
