"""The battery `sessions`: Flask's session, stored where the site chooses."""

import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
from flask import Flask, has_request_context, request
from flask.sessions import SessionMixin

from carboy.core import (
    AppState,
    Check,
    Extension,
    Wiring,
    check_obsolete,
    get_current_app,
)
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

from .client_side import ClientSideSessions
from .commands import make_commands
from .cookies import has_secret
from .lifetime import Lifetime
from .record import SessionInfo
from .revocation import Revocations
from .server_side import ServerSideSessions, client_info
from .session import LazySession
from .session_store import Epoch, SessionStore, StoredSession
from .settings import SessionSettings
from .unavailable import show_unavailable


class InstalledSessions(msgspec.Struct):
    """The sessions of one app."""

    interface: ServerSideSessions | ClientSideSessions
    settings: SessionSettings
    store: Store


_state: AppState[InstalledSessions] = AppState("sessions")


class Sessions(Extension):
    """Stores Flask's `session` in a cookie, in memory, files, a database or Redis.

    See `SessionSettings` for its settings. `store` and `clock` replace the configured
    store and the system clock. `epoch` returns a text for each user: when it changes,
    every session of that user ends.
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
        store = PrefixedStore(self._store or _open(app, settings), settings.key_prefix)
        interface: ServerSideSessions | ClientSideSessions
        if kind == "cookie":
            interface = self._make_client_side(app, settings, store)
        else:
            interface = self._make_server_side(app, settings, store)
        wiring.sessions(interface)
        wiring.table(settings.sqlalchemy_table)
        _state.set(app, InstalledSessions(interface, settings, store))
        if UnavailableError not in app.error_handler_spec[None][None]:
            wiring.error(UnavailableError, show_unavailable)
        wiring.command(make_commands(self))
        wiring.check(_check)
        wiring.readiness(lambda: _probe(store))

    def list_sessions(self, user: object) -> list[SessionInfo]:
        """List the sessions of a user, the most recently seen first.

        Empty for SESSION_TYPE = cookie, where only the clients have them.
        """
        interface = _state.current().interface
        if isinstance(interface, ClientSideSessions):
            return []
        current = _current_id(interface)
        return interface.session_store.list_sessions(str(user), current)

    def revoke(self, user: object, handle: str) -> bool:
        """End one session of a user; return whether it was alive."""
        interface = _state.current().interface
        if isinstance(interface, ClientSideSessions):
            return False
        return interface.session_store.revoke(str(user), handle)

    def end_device(self, device: str) -> bool:
        """End the cookie sessions that name this device; False for other kinds.

        Those are listed, and are ended by their handle.
        """
        interface = _state.current().interface
        if not isinstance(interface, ClientSideSessions):
            return False
        interface.revocations.end_device(device)
        return True

    @property
    def lists_sessions(self) -> bool:
        """Whether sessions can be listed: not for SESSION_TYPE = cookie."""
        return not isinstance(_state.current().interface, ClientSideSessions)

    def revoke_user(self, user: object, *, keep: SessionMixin | None = None) -> None:
        """End every session of a user, except `keep`: that of this request."""
        interface = _state.current().interface
        if isinstance(interface, ClientSideSessions):
            if isinstance(keep, LazySession):
                keep.resets_age = True
                interface.regenerate(keep)
            interface.revocations.end_user(str(user))
            return
        spared = _current_id(interface) if keep is not None else None
        interface.session_store.revoke_user(str(user), but=spared)

    def use_epoch(self, app: Flask, epoch: Epoch) -> None:
        """End the sessions of a user on `app` whenever `epoch(user)` changes."""
        interface = _state.of(app).interface
        if isinstance(interface, ClientSideSessions):
            interface.epoch = epoch
        else:
            interface.session_store.epoch = epoch

    def purge_expired(self) -> int:
        """Delete expired sessions that still take space; return their number."""
        return _state.current().store.purge_expired()

    def _make_server_side(
        self, app: Flask, settings: SessionSettings, store: Store
    ) -> ServerSideSessions:
        session_store = SessionStore(
            store,
            _lifetime(app, settings),
            clock=self._clock,
            id_length=settings.id_length,
            epoch=self._epoch,
            client_info=client_info,
        )
        return ServerSideSessions(app, settings, session_store)

    def _make_client_side(
        self, app: Flask, settings: SessionSettings, store: Store
    ) -> ClientSideSessions:
        lifetime = _lifetime(app, settings)
        return ClientSideSessions(
            app,
            settings,
            lifetime,
            Revocations(store, lifetime, clock=self._clock),
            clock=self._clock,
            epoch=self._epoch,
        )


# The name that Flask-Session uses.
Session = Sessions


def _current_id(interface: ServerSideSessions) -> str | None:
    if not has_request_context():
        return None
    session_id = interface.find_id(get_current_app(), request)
    if session_id is None:
        return None
    stored = interface.session_store.find(session_id)
    return stored.id if isinstance(stored, StoredSession) else None


def _lifetime(app: Flask, settings: SessionSettings) -> Lifetime:
    permanent = app.permanent_session_lifetime.total_seconds()
    is_refreshed = bool(app.config.get("SESSION_REFRESH_EACH_REQUEST", True))
    return Lifetime(
        float(settings.idle), float(settings.absolute), permanent, is_refreshed
    )


def _open(app: Flask, settings: SessionSettings) -> Store:
    if settings.url and settings.kind == "sqlalchemy" and "://" in settings.url:
        return open_database(settings.url, table=settings.sqlalchemy_table)
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
            "carboy.db, or set SESSION_SQLALCHEMY or SESSION_URL."
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
    yield from check_obsolete(app.config, SessionSettings.obsolete, "sessions.W003")
    settings = _state.of(app).settings
    kind = settings.kind
    if (kind == "cookie" or settings.use_signer) and not has_secret(app):
        yield Check(
            "sessions.W002",
            "SECRET_KEY is not set. Sessions cannot be signed without it: "
            "session[…] = … fails.",
            "Set it to the output of `python -c 'import secrets; "
            "print(secrets.token_urlsafe(32))'`, or set SESSION_TYPE to filesystem, "
            "sqlalchemy or redis.",
        )
    if kind == "memory" and not (app.debug or app.testing):
        yield Check(
            "sessions.W001",
            "SESSION_TYPE is memory: each process has its own sessions, and a "
            "restart ends all of them.",
            "Set SESSION_TYPE to cookie, filesystem, sqlalchemy or redis.",
        )
