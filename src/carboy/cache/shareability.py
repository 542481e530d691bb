"""Whether what was made in one request may be given to others."""

from typing import Any

from flask.globals import _cv_request
from flask.wrappers import Response

from carboy.site import has_nonce

# Header names that may stand in Vary without a word: proxies see to them.
_HARMLESS = frozenset({"accept-encoding"})
_WATCHED = ("cookies", "args", "authorization")
_OBJECTIONS = {
    "session": "it reads the session. Say whose it is, with per_user=True",
    "cookies": "it reads cookies. Name in vary_on what it depends on",
    "authorization": "it reads who is authorized. Say whose it is, with per_user=…",
    "args": "it reads the query string. Make that part of its key: query_string=True",
    "written": "it writes into the session",
    "nonce": "it carries a nonce, which is good only once",
    "after": "it asks for something to be done after the request",
}
_gone: Any = object()


# The request context at work, without a proxy on the way; asked with what to give
# outside of requests.
find_visit: Any = _cv_request.get


def current_visit() -> Any:
    """Give the request context at work, or None."""
    return find_visit(None)


class Watch:
    """Notices what a function looks at while it makes something."""

    __slots__ = (
        "_after", "_before", "_context", "_session", "_was_accessed", "_was_modified",
        "reads",
    )  # fmt: skip

    def __init__(self, context: Any) -> None:
        self._context = context
        self.reads: set[str] = set()
        if context is None:
            return
        own = vars(context)
        self._after = len(own.get("_after_request_functions", ()))
        self._session = own.get("_session")
        self._was_accessed = getattr(self._session, "accessed", False)
        self._was_modified = getattr(self._session, "modified", False)
        if self._session is not None:
            # Without opening it: whether it is used is told by the mark alone.
            self._session.accessed = False
        # Worked out when they are read, and left in the request: what is there
        # afterwards was read meanwhile.
        request = vars(context.request)
        self._before = {name: request.pop(name, _gone) for name in _WATCHED}

    def end(self) -> None:
        """Note what was looked at, and leave the request as it would be."""
        context = self._context
        if context is None:
            return
        own = vars(context)
        session = own.get("_session")
        if session is not None:
            if session.accessed:
                self.reads.add("session")
            if session is self._session and self._was_accessed:
                session.accessed = True
        request = vars(context.request)
        for name, value in self._before.items():
            if name in request:
                self.reads.add(name)
            elif value is not _gone:
                request[name] = value
        if len(own.get("_after_request_functions", ())) > self._after:
            self.reads.add("after")
        if "session" in self.reads and session is not self._session:
            # To open the session is to read the cookies; that is told already.
            self.reads.discard("cookies")

    def objection(self, *, is_personal: bool, has_own_key: bool) -> str | None:
        """Say why what was made is not for others, or give None."""
        reads = set(self.reads)
        if is_personal:
            reads -= {"session", "cookies", "authorization"}
        if has_own_key:
            reads -= {"cookies", "args"}
        if "authorization" in reads and not is_authorized(self._context.request):
            reads.discard("authorization")
        if self._is_session_modified():
            reads.add("written")
        if self._context is not None and has_nonce():
            reads.add("nonce")
        found = [text for name, text in _OBJECTIONS.items() if name in reads]
        return found[0] if found else None

    def _is_session_modified(self) -> bool:
        if self._context is None or self._was_modified:
            return False
        session = vars(self._context).get("_session")
        return bool(session is not None and session.accessed and session.modified)


def is_authorized(request: Any) -> bool:
    """Tell whether the request says by a header who it comes from."""
    return "Authorization" in request.headers


def is_known(context: Any) -> bool:
    """Tell whether somebody looked into a session that has something in it.

    What a hook has found there may be in `g` and from there in the page.
    """
    session = vars(context).get("_session")
    return bool(
        session is not None and session.accessed and (session.modified or session)
    )


def response_objection(
    response: Response, *, is_personal: bool, varies: frozenset[str]
) -> str | None:
    """Say why a response is not for others, or give None."""
    if response.status_code != 200:
        return f"its status is {response.status_code}"
    headers = response.headers
    if "Set-Cookie" in headers:
        return "it sets a cookie"
    if response.is_streamed or response.direct_passthrough:
        return "it is sent piece by piece"
    control = response.cache_control
    if control.no_store or (control.private and not is_personal):
        return f"it says Cache-Control: {control.to_header()}"
    named = {name.lower() for name in response.vary}
    more = named - _HARMLESS - varies - ({"cookie"} if is_personal else set())
    if more:
        return f"it says Vary: {', '.join(sorted(more))}. Name that in vary_on"
    return None
