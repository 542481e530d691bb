"""Whether a page or a result computed in one request may be served to others."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import session
from flask.globals import _cv_request
from flask.wrappers import Response
from werkzeug.datastructures import Headers

from carboy.site import has_nonce

PerUser = bool | Callable[[], Any]

# Allowed in Vary without being part of the key: proxies take care of it.
_HARMLESS_VARY = frozenset({"accept-encoding"})
# Properties of a request that it stores when they are first read, and what they read.
_TRACKED = {
    "cookies": "cookies",
    "args": "args",
    "values": "args",
    "url": "args",
    "full_path": "args",
    "authorization": "authorization",
    "accept_languages": "accept-language",
    "accept_mimetypes": "accept",
    "accept_charsets": "accept-charset",
    "accept_encodings": "accept-encoding",
    "user_agent": "user-agent",
}
# What a key of the site's own may depend on.
KEY_READS = frozenset(_TRACKED.values()) - {"authorization"}
# Under this name the context holds the reads of the innermost active tracker.
_READS = "_carboy_cache_reads"
_REASONS = {
    "session": "it reads the session. Separate the users with per_user=True",
    "cookies": "it reads cookies. Name in vary_on what it depends on",
    "authorization": "it reads who is authorized. Separate the users with per_user=…",
    "args": "it reads the query string. Make it part of the key: query_string=True",
    "written": "it writes into the session",
    "nonce": "it contains a nonce, which is valid only once",
    "after": "it registers a function to run after the request",
}
_BODY_TYPES = (str, bytes, bytearray, dict, list)
_MISSING: Any = object()


# The current request context without a proxy in between; the argument is the default.
get_request_context: Any = _cv_request.get


def current_request_context() -> Any:
    """Return the current request context, or None."""
    return get_request_context(None)


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a page is for: everybody, or one user; `key_parts` go into its key."""

    key_parts: list[Any] = field(default_factory=list)

    @property
    def is_personal(self) -> bool:
        """Whether the page is for one user only."""
        return bool(self.key_parts)


PUBLIC = Audience()


def audience_of(
    context: Any, per_user: PerUser, *, user_key: str, is_view: bool
) -> Audience | None:
    """Return whom the page of this request is for; None: it must not be cached."""
    if context is None:
        return PUBLIC
    if callable(per_user):
        user = per_user()
        if user is not None:
            return Audience(["user", user])
    elif per_user and not has_authorization(context.request):
        user = session.get(user_key)
        if user is not None:
            return Audience(["user", user])
    if is_view and (has_authorization(context.request) or has_used_session(context)):
        return None
    return PUBLIC


class ReadTracker:
    """Records what a function reads of the request while it runs."""

    __slots__ = (
        "_after_count", "_context", "_outer_reads", "_previous", "_session",
        "_was_accessed", "_was_modified", "reads",
    )  # fmt: skip

    def __init__(self, context: Any) -> None:
        self._context = context
        self.reads: set[str] = set()
        if context is None:
            return
        state = vars(context)
        self._after_count = len(state.get("_after_request_functions", ()))
        self._session = state.get("_session")
        self._was_accessed = getattr(self._session, "accessed", False)
        self._was_modified = getattr(self._session, "modified", False)
        if self._session is not None:
            # The session is not opened here: its flag alone records whether it is used.
            self._session.accessed = False
        self._outer_reads = state.get(_READS)
        state[_READS] = self.reads
        # What is there afterwards was read by the function.
        request = vars(context.request)
        self._previous = {name: request.pop(name, _MISSING) for name in _TRACKED}

    def stop(self) -> None:
        """Record what was read, and restore the request."""
        context = self._context
        if context is None:
            return
        state = vars(context)
        session = state.get("_session")
        if session is not None:
            if session.accessed:
                self.reads.add("session")
            if session is self._session and self._was_accessed:
                session.accessed = True
        self._restore_request(vars(context.request))
        if len(state.get("_after_request_functions", ())) > self._after_count:
            self.reads.add("after")
        if "session" in self.reads and session is not self._session:
            # Opening the session reads the cookies; the session is recorded already.
            self.reads.discard("cookies")
        state[_READS] = self._outer_reads
        if self._outer_reads is not None:
            self._outer_reads |= self.reads - {"after"}

    def _restore_request(self, request: dict[str, Any]) -> None:
        for name, value in self._previous.items():
            if name in request:
                self.reads.add(_TRACKED[name])
            elif value is not _MISSING:
                request[name] = value

    def why_not_shareable(
        self, *, is_personal: bool = False, in_key: frozenset[str] = frozenset()
    ) -> str | None:
        """Return why the result must not be served to others, or None.

        What is `in_key` may be read: others have another key.
        """
        reads = self.reads - in_key
        if is_personal:
            reads -= {"session", "cookies", "authorization"}
        if "authorization" in reads and not has_authorization(self._context.request):
            reads.discard("authorization")
        if self._is_session_modified():
            reads.add("written")
        if self._context is not None and has_nonce():
            reads.add("nonce")
        reasons = [text for name, text in _REASONS.items() if name in reads]
        headers = [
            f"it reads the header {name.title()}. Name that in vary_on"
            for name in sorted(reads - _REASONS.keys())
        ]
        return next(iter(reasons + headers), None)

    def _is_session_modified(self) -> bool:
        if self._context is None or self._was_modified:
            return False
        session = vars(self._context).get("_session")
        return bool(session is not None and session.accessed and session.modified)


def record_header_reads(context: Any, names: frozenset[str]) -> None:
    """Record that a cached function varies on headers, for the functions around it."""
    reads = vars(context).get(_READS)
    if reads is not None:
        reads |= names


def has_authorization(request: Any) -> bool:
    """Return whether the request identifies its sender by an Authorization header."""
    return "Authorization" in request.headers


def has_used_session(context: Any) -> bool:
    """Return whether a session with something in it was read in this request.

    What a hook has read from it may be in `g`, and from there get into the page.
    """
    session = vars(context).get("_session")
    return bool(
        session is not None and session.accessed and (session.modified or session)
    )


def why_not_cacheable(
    response: Response, *, is_personal: bool, varies: frozenset[str]
) -> str | None:
    """Return why a response must not be cached, or None."""
    if response.status_code != 200:
        return f"its status is {response.status_code}"
    headers = response.headers
    if "Set-Cookie" in headers:
        return "it sets a cookie"
    if response.is_streamed or response.direct_passthrough:
        return "it is streamed"
    control = response.cache_control
    if control.no_store or (control.private and not is_personal):
        return f"its header is Cache-Control: {control.to_header()}"
    names = {name.lower() for name in response.vary}
    # A compressed body is not for clients that do not accept the compression.
    harmless = frozenset() if "Content-Encoding" in headers else _HARMLESS_VARY
    missing = names - harmless - varies - ({"cookie"} if is_personal else set())
    if missing:
        return f"its header is Vary: {', '.join(sorted(missing))}. Name that in vary_on"
    return None


def why_tuple_not_cacheable(
    parts: tuple[Any, ...], *, is_personal: bool, varies: frozenset[str]
) -> str | None:
    """Return why a body with a status or headers must not be cached, or None."""
    body, *others = parts
    if not isinstance(body, _BODY_TYPES):
        return f"its body is a {type(body).__qualname__}"
    status = next((part for part in others if isinstance(part, int | str)), None)
    headers = [part for part in others if not isinstance(part, int | str | None)]
    response = Response(status=status, headers=Headers(headers[0] if headers else None))
    return why_not_cacheable(response, is_personal=is_personal, varies=varies)
