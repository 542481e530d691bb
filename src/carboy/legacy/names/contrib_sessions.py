"""`werkzeug.contrib.sessions`: sessions in files, without pickle."""

import re
from collections.abc import Iterable
from pathlib import Path
from secrets import token_hex
from typing import Any

from werkzeug.datastructures import CallbackDict
from werkzeug.http import dump_cookie, parse_cookie
from werkzeug.wsgi import ClosingIterator

from carboy.stores import FileStore, MemoryStore, Store, pack, unpack

_KEY = re.compile(r"[0-9a-f]{40,64}")
_PREFIX = "legacy.session."


def generate_key(salt: Any = None) -> str:
    """Return a new key, which nobody can guess."""
    del salt
    return token_hex(20)


class ServerSession(CallbackDict[str, Any]):
    """A dict with the key under which it is stored."""

    def __init__(self, data: Any, sid: str, new: bool = False) -> None:
        def mark(session: "ServerSession") -> None:
            session.modified = True

        super().__init__(data, mark)
        self.sid, self.new, self.modified = sid, new, False

    @property
    def should_save(self) -> bool:
        """Whether it was changed."""
        return self.modified


class SessionsInStore:
    """Sessions in a store: `new`, `get`, `save`, `delete`."""

    def __init__(self, session_class: type[ServerSession] | None = None) -> None:
        self.session_class = session_class or ServerSession
        self._store: Store = MemoryStore()

    def is_valid_key(self, key: str) -> bool:
        """Return whether a key may be one of ours."""
        return _KEY.fullmatch(key) is not None

    def generate_key(self, salt: Any = None) -> str:
        """Return a new key."""
        return generate_key(salt)

    def new(self) -> ServerSession:
        """Return a new session."""
        return self.session_class({}, self.generate_key(), True)

    def save(self, session: ServerSession) -> None:
        """Store a session."""
        self._store.set(_PREFIX + session.sid, pack(dict(session)), None)

    def save_if_modified(self, session: ServerSession) -> None:
        """Store a session that was changed."""
        if session.should_save:
            self.save(session)

    def delete(self, session: ServerSession) -> None:
        """Delete a session."""
        self._store.delete(_PREFIX + session.sid)

    def get(self, sid: str) -> ServerSession:
        """Return the session of a key; a new one, under a new key, if it is unknown."""
        if not self.is_valid_key(sid):
            return self.new()
        data = self._store.get(_PREFIX + sid)
        if data is None:
            # A key that a visitor chose is not used.
            return self.new()
        return self.session_class(unpack(data), sid, False)


class SessionsInFiles(SessionsInStore):
    """Sessions in the files of a folder."""

    def __init__(
        self,
        path: str | None = None,
        filename_template: str = "",
        session_class: type[ServerSession] | None = None,
        renew_missing: bool = True,
        mode: int = 0o600,
    ) -> None:
        del filename_template, renew_missing, mode
        super().__init__(session_class)
        if path is not None:
            self._store = FileStore(Path(path))


class SessionsOfEnviron:
    """A middleware that puts a session into the environ of each request."""

    def __init__(
        self,
        app: Any,
        store: SessionsInStore,
        cookie_name: str = "session_id",
        environ_key: str = "werkzeug.session",
        **cookie: Any,
    ) -> None:
        self.app, self.store = app, store
        self.cookie_name, self.environ_key = cookie_name, environ_key
        names = ("age", "expires", "path", "domain", "secure", "httponly")
        given = {n: cookie[f"cookie_{n}"] for n in names if f"cookie_{n}" in cookie}
        given["max_age"] = given.pop("age", None)
        self._cookie: dict[str, Any] = {"httponly": True, "samesite": "Lax"} | given

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        """Answer a request."""
        sid = parse_cookie(environ).get(self.cookie_name)
        session = self.store.get(sid) if sid else self.store.new()
        environ[self.environ_key] = session

        def start(status: str, headers: Any, exc_info: Any = None) -> Any:
            if session.should_save:
                self.store.save(session)
                cookie = dump_cookie(self.cookie_name, session.sid, **self._cookie)
                headers.append(("Set-Cookie", cookie))
            return start_response(status, headers, exc_info)

        response = self.app(environ, start)
        return ClosingIterator(response, lambda: self.store.save_if_modified(session))
