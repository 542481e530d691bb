"""Flask's session in a signed cookie, with parallel writes merged and endings kept."""

import secrets
from collections.abc import Iterator

import msgspec
from flask import Flask, Request, Response, request
from typing_extensions import override

from carboy.stores import Clock, DecodeError

from . import cookie_payload
from .cookie_payload import WINDOW, Payload, Slip
from .cookies import (
    MOST_BYTES,
    CookieFlags,
    find_signed,
    has_secret,
    list_cookies,
    sign,
)
from .interface import TouchedSessions
from .record import Record, make_id
from .revocation import Revocations
from .server_side import user_of
from .session import PERMANENT, Changes, Opened, Session
from .session_store import Epoch
from .settings import Lifetime, SessionSettings
from .unavailable import report

MAIN = "carboy.session.cookie"
SLIP = "carboy.session.slip"
# More slips than this are tidied up as soon as the main cookie knows them.
MANY_SLIPS = 6


class Found(msgspec.Struct, frozen=True):
    """A session that came in cookies; whether slips brought something new."""

    payload: Payload
    has_news: bool


class CookieSessions(TouchedSessions):
    """Opens sessions from their cookies at the first touch, and writes what changed."""

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
    def open_session(self, app: Flask, request: Request) -> Session | None:
        if not has_secret(app):
            return None
        return super().open_session(app, request)

    # Reading

    def _find(self, app: Flask, request: Request) -> Opened:
        name = self.flags.name(request)
        shown = request.cookies.get(name)
        if not shown:
            return Opened({})
        payload = self._read_main(app, shown)
        if payload is None:
            report(app, "its cookie is damaged or was not signed here", request)
            return Opened({})
        if not self._lives(payload):
            report(app, "it has ended", request)
            return Opened({})
        whole = cookie_payload.take_over(
            payload, self._slips(app, request, name), self._clock()
        )
        return Opened(whole.record.values, Found(whole, whole is not payload))

    def _read_main(self, app: Flask, shown: str) -> Payload | None:
        if len(shown) > 2 * MOST_BYTES:
            return None
        text = find_signed(app, MAIN, shown)
        if text is None:
            return None
        try:
            return cookie_payload.read_payload(text)
        except DecodeError:
            return None

    def _slips(self, app: Flask, request: Request, name: str) -> Iterator[Slip]:
        for _, shown in list_cookies(request, f"{name}."):
            text = find_signed(app, SLIP, shown)
            if text is not None:
                try:
                    yield cookie_payload.read_slip(text)
                except DecodeError:
                    continue

    def _lives(self, payload: Payload) -> bool:
        record = payload.record
        end = self.lifetime.end(record.created, record.seen, permanent=record.permanent)
        if end <= self._clock():
            return False
        if record.user is not None and self._epoch_of(record.user) != record.epoch:
            return False
        return not self._has_ended(payload)

    def _has_ended(self, payload: Payload) -> bool:
        record = payload.record
        return self.revocations.has_ended(payload.id, record.user, record.created)

    def _epoch_of(self, user: str | None) -> str | None:
        return None if self.epoch is None or user is None else self.epoch(user)

    # Writing

    def _save(self, app: Flask, session: Session, response: Response) -> None:
        found: Found | None = session.origin
        user = user_of(session, self.settings.user_key)
        if found is None:
            self._save_new(app, session, user, response)
            return
        if session.was_cleared:
            self.revocations.end(found.payload.id, found.payload.record.user)
            self._forget(response, slips_only=len(session) > 0)
            self._save_new(app, session, user, response)
            return
        changes = session.find_changes()
        if session.wants_renewal or user != found.payload.record.user:
            self._renew(app, session, found.payload, user, response)
        elif changes or found.has_news or self._is_due(found.payload.record):
            self._save_changes(app, session, found, changes, response)

    def _save_new(
        self, app: Flask, session: Session, user: str | None, response: Response
    ) -> None:
        if len(session) == 0:
            self._forget(response)
            return
        if self.settings.permanent and PERMANENT not in session:
            session[PERMANENT] = True
        now = self._clock()
        record = Record(session.pack_all(), now, now, user, self._epoch_of(user))
        made = Payload(make_id(self.settings.id_length), record)
        self._write_main(app, session, made, response)

    def _renew(
        self,
        app: Flask,
        session: Session,
        old: Payload,
        user: str | None,
        response: Response,
    ) -> None:
        is_login = user is not None and user != old.record.user
        new_id = make_id(self.settings.id_length)
        has_ended = not self.revocations.move(old.id, new_id)
        if has_ended and not (is_login or session.starts_anew):
            report(app, "it ended while a request was changing it", request)
            return
        self._forget(response, slips_only=len(session) > 0)
        if len(session) > 0:
            record = self._renewed(session, old.record, user, is_login=is_login)
            self._write_main(app, session, Payload(new_id, record), response)
        else:
            self.revocations.end(old.id, old.record.user)

    def _renewed(
        self, session: Session, old: Record, user: str | None, *, is_login: bool
    ) -> Record:
        now = self._clock()
        is_begin = is_login or session.starts_anew
        return old.replace(
            values=session.pack_all(),
            created=now if is_begin else old.created,
            seen=now,
            user=user,
            epoch=self._epoch_of(user),
        )

    def _save_changes(
        self,
        app: Flask,
        session: Session,
        found: Found,
        changes: Changes,
        response: Response,
    ) -> None:
        if self._has_ended(found.payload):
            report(app, "it ended while a request was changing it", request)
            return
        now = self._clock()
        after = found.payload.with_changes(changes, now)
        if not self._write_main(app, session, after, response) or not changes:
            return
        slip = cookie_payload.make_slip(after, changes, now)
        name = f"{self.flags.name(request)}.{secrets.token_hex(4)}"
        value = sign(app, SLIP, cookie_payload.write(slip))
        self._tidy(response)
        self.flags.write(request, response, name, value, max_age=int(WINDOW))

    def _write_main(
        self, app: Flask, session: Session, payload: Payload, response: Response
    ) -> bool:
        value = sign(app, MAIN, cookie_payload.write(payload))
        name = self.flags.name(request)
        size = len(name) + len(value)
        if size > MOST_BYTES - 100:
            app.logger.error(_too_large(size, payload.record))
            return False
        expires = self.get_expiration_time(app, session)
        self.flags.write(request, response, name, value, expires=expires)
        return True

    def _is_due(self, record: Record) -> bool:
        return self.lifetime.is_due(
            record.seen, self._clock(), permanent=record.permanent
        )

    def _tidy(self, response: Response) -> None:
        names = [n for n, _ in list_cookies(request, f"{self.flags.name(request)}.")]
        for name in names[: max(0, len(names) - MANY_SLIPS)]:
            self.flags.delete(request, response, name)

    def _forget(self, response: Response, *, slips_only: bool = False) -> None:
        name = self.flags.name(request)
        for shown, _ in list_cookies(request, f"{name}."):
            self.flags.delete(request, response, shown)
        if not slips_only and name in request.cookies:
            self.flags.delete(request, response, name)


def _too_large(size: int, record: Record) -> str:
    sizes = {key: len(bytes(value)) for key, value in record.values.items()}
    largest = sorted(sizes, key=sizes.__getitem__, reverse=True)[:3]
    shown = ", ".join(f"{key!r} ({sizes[key]} bytes)" for key in largest)
    return (
        f"The session would be a cookie of {size} bytes, and browsers keep "
        f"{MOST_BYTES}; it was not saved. The largest in it: {shown}. Keep less in "
        f"it, or set SESSION_TYPE to filesystem, sqlalchemy or redis."
    )
