"""Flask's session in a signed cookie; parallel writes are merged, ends are stored."""

import re
import secrets
from collections.abc import Iterator

import msgspec
from flask import Flask, Request, Response, request
from typing_extensions import override

from carboy.stores import Clock, DecodeError

from . import cookie_payload
from .cookie_payload import WINDOW, Delta, Payload
from .cookies import MAX_COOKIE_BYTES, CookieFlags, has_secret, sign, unsign
from .interface import LazySessionInterface
from .lifetime import Lifetime
from .record import Record, make_id
from .revocation import Revocations
from .server_side import user_of
from .session import PERMANENT, Changes, LazySession, Opened
from .session_store import Epoch
from .settings import SessionSettings
from .unavailable import log_discarded

MAIN_SALT = "carboy.session.cookie"
DELTA_SALT = "carboy.session.slip"
# More deltas than this are deleted as soon as the main cookie contains them.
MAX_DELTAS = 6
# The least that common servers accept for all cookies of a request is 8 KiB.
MAX_HEADER_BYTES = 8000
_DELTA_NAME = re.compile(r"\.[0-9a-f]{8}")


class LoadedPayload(msgspec.Struct, frozen=True):
    """A session that came in cookies; `is_merged` if deltas were applied to it."""

    payload: Payload
    is_merged: bool


class ClientSideSessions(LazySessionInterface):
    """Loads sessions from their cookies on first access, and writes what changed."""

    # Who fills a session reads it: browsers drop what does not fit into a cookie.
    keeps_in_cookie = True

    def __init__(
        self,
        app: Flask,
        settings: SessionSettings,
        lifetime: Lifetime,
        revocations: Revocations,
        *,
        clock: Clock,
        epoch: Epoch | None = None,
    ) -> None:
        self.settings = settings
        self.lifetime = lifetime
        self.revocations = revocations
        self.epoch = epoch
        self.flags = CookieFlags(app, self)
        self._clock = clock

    @override
    def open_session(self, app: Flask, request: Request) -> LazySession | None:
        if not has_secret(app):
            return None
        return super().open_session(app, request)

    # Loading

    def _load(self, app: Flask, request: Request) -> Opened:
        name = self.flags.name(request)
        value = request.cookies.get(name)
        if not value:
            return Opened({})
        payload = self._read_main(app, value)
        if payload is None:
            log_discarded(app, "its cookie is damaged or was not signed here", request)
            return Opened({})
        if not self._is_alive(payload):
            log_discarded(app, "it has ended", request)
            return Opened({})
        merged = cookie_payload.apply_deltas(
            payload, self._read_deltas(app, request, name), self._clock()
        )
        loaded = LoadedPayload(merged, merged is not payload)
        return Opened(merged.record.values, loaded)

    def _read_main(self, app: Flask, value: str) -> Payload | None:
        if len(value) > 2 * MAX_COOKIE_BYTES:
            return None
        text = unsign(app, MAIN_SALT, value)
        if text is None:
            return None
        try:
            return cookie_payload.read_payload(text)
        except DecodeError:
            return None

    def _read_deltas(self, app: Flask, request: Request, name: str) -> Iterator[Delta]:
        for _, value in _delta_cookies(request, name):
            text = unsign(app, DELTA_SALT, value)
            if text is not None:
                try:
                    yield cookie_payload.read_delta(text)
                except DecodeError:
                    continue

    def _is_alive(self, payload: Payload) -> bool:
        record = payload.record
        expires_at = self.lifetime.expires_at(
            record.created, record.seen, permanent=record.permanent
        )
        if expires_at <= self._clock():
            return False
        if record.user is not None and self._epoch_of(record.user) != record.epoch:
            return False
        return not self._has_ended(payload)

    def _has_ended(self, payload: Payload) -> bool:
        record = payload.record
        return self.revocations.has_ended(
            payload.id, record.user, record.created, record.device
        )

    def _epoch_of(self, user: str | None) -> str | None:
        return None if self.epoch is None or user is None else self.epoch(user)

    # Saving

    def _save(self, app: Flask, session: LazySession, response: Response) -> None:
        loaded: LoadedPayload | None = session.origin
        user = user_of(session, self.settings.user_key)
        if loaded is None:
            self._save_new(app, session, user, response)
            return
        if session.is_cleared:
            self.revocations.end(loaded.payload.id, loaded.payload.record.user)
            self._delete_cookies(response, deltas_only=len(session) > 0)
            self._save_new(app, session, user, response)
            return
        changes = session.find_changes()
        if session.regenerate_id or user != loaded.payload.record.user:
            self._regenerate(app, session, loaded.payload, user, response)
        elif changes or loaded.is_merged or self._needs_touch(loaded.payload.record):
            self._save_changes(app, session, loaded, changes, response)

    def _save_new(
        self, app: Flask, session: LazySession, user: str | None, response: Response
    ) -> None:
        if len(session) == 0:
            self._delete_cookies(response)
            return
        if self.settings.permanent:
            session.setdefault(PERMANENT, True)
        now, name = self._clock(), self.flags.name(request)
        record = Record(session.pack_all(), now, now, user, self._epoch_of(user))
        payload = Payload(make_id(self.settings.id_length), record)
        value = self._sign_main(app, name, payload)
        if value is not None:
            expires = self.get_expiration_time(app, session)
            self.flags.write(request, response, name, value, expires=expires)

    def _regenerate(
        self,
        app: Flask,
        session: LazySession,
        old: Payload,
        user: str | None,
        response: Response,
    ) -> None:
        is_login = user is not None and user != old.record.user
        new_id = make_id(self.settings.id_length)
        name, value = self.flags.name(request), None
        if len(session) > 0:
            record = self._renewed(session, old.record, user, is_login=is_login)
            value = self._sign_main(app, name, Payload(new_id, record))
            if value is None:
                self._refuse_large(old, user, response)
                return
        has_ended = not self.revocations.rename(old.id, new_id)
        if has_ended and not (is_login or session.resets_age):
            log_discarded(app, "it ended while a request was changing it", request)
            return
        self._delete_cookies(response, deltas_only=value is not None)
        if value is not None:
            expires = self.get_expiration_time(app, session)
            self.flags.write(request, response, name, value, expires=expires)
        else:
            self.revocations.end(old.id, old.record.user)

    def _refuse_large(self, old: Payload, user: str | None, response: Response) -> None:
        """Keep the old session, unless it is that of another user."""
        if old.record.user is not None and old.record.user != user:
            self.revocations.end(old.id, old.record.user)
            self._delete_cookies(response)

    def _renewed(
        self, session: LazySession, old: Record, user: str | None, *, is_login: bool
    ) -> Record:
        now = self._clock()
        return old.replace(
            values=session.pack_all(),
            created=now if is_login or session.resets_age else old.created,
            seen=now,
            user=user,
            epoch=self._epoch_of(user),
        )

    def _save_changes(
        self,
        app: Flask,
        session: LazySession,
        loaded: LoadedPayload,
        changes: Changes,
        response: Response,
    ) -> None:
        if self._has_ended(loaded.payload):
            log_discarded(app, "it ended while a request was changing it", request)
            return
        payload = loaded.payload.with_changes(changes, self._clock())
        name = self.flags.name(request)
        main = self._sign_main(app, name, payload)
        if main is None:
            return
        expires = self.get_expiration_time(app, session)
        self.flags.write(request, response, name, main, expires=expires)
        if not changes:
            return
        delta = cookie_payload.make_delta(payload, changes)
        value = sign(app, DELTA_SALT, cookie_payload.write(delta))
        self._delete_old_deltas(name, len(main) + len(value), response)
        delta_name = f"{name}.{secrets.token_hex(4)}"
        self.flags.write(request, response, delta_name, value, max_age=int(WINDOW))

    def _sign_main(self, app: Flask, name: str, payload: Payload) -> str | None:
        """Return the value of the main cookie, or None if it is too large."""
        value = sign(app, MAIN_SALT, cookie_payload.write(payload))
        size = len(name) + len(value)
        if size > MAX_COOKIE_BYTES - 100:
            app.logger.error(_too_large(size, payload.record))
            return None
        return value

    def _needs_touch(self, record: Record) -> bool:
        return self.lifetime.needs_touch(
            record.seen, self._clock(), permanent=record.permanent
        )

    def _delete_old_deltas(self, name: str, size: int, response: Response) -> None:
        """Delete the oldest deltas, so that all cookies fit into a header line."""
        # Browsers send the oldest first.
        deltas = list(_delta_cookies(request, name))
        for count, (delta_name, value) in enumerate(reversed(deltas), start=1):
            size += len(delta_name) + len(value)
            if count > MAX_DELTAS or size > MAX_HEADER_BYTES:
                self.flags.delete(request, response, delta_name)

    def _delete_cookies(self, response: Response, *, deltas_only: bool = False) -> None:
        name = self.flags.name(request)
        for delta_name, _ in _delta_cookies(request, name):
            self.flags.delete(request, response, delta_name)
        if not deltas_only and name in request.cookies:
            self.flags.delete(request, response, name)


def _delta_cookies(request: Request, name: str) -> list[tuple[str, str]]:
    cut, is_delta = len(name), _DELTA_NAME.fullmatch
    return [
        cookie
        for cookie in request.cookies.items()
        if cookie[0].startswith(name) and is_delta(cookie[0], cut)
    ]


def _too_large(size: int, record: Record) -> str:
    sizes = {key: len(bytes(value)) for key, value in record.values.items()}
    largest = sorted(sizes, key=sizes.__getitem__, reverse=True)[:3]
    listed = ", ".join(f"{key!r} ({sizes[key]} bytes)" for key in largest)
    return (
        f"The session would be a cookie of {size} bytes, and browsers accept "
        f"{MAX_COOKIE_BYTES}; it was not saved. Its largest values: {listed}. Store "
        f"less in it, or set SESSION_TYPE to filesystem, sqlalchemy or redis."
    )
