"""Makes pages that need a login or a POST available at plain addresses.

A browser, the HTML checker and axe open each page with GET and no cookies of the site.
"""

import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

Fields = Mapping[str, str]
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@dataclass(frozen=True, slots=True)
class Visit:
    """A request; `fields` are posted, and made anew at each visit if callable."""

    path: str
    fields: Fields | Callable[[], Fields] | None = None
    cookie: str = ""
    origin: str = "same-origin"


class Visits:
    """A WSGI app that sends requests of its list to another one."""

    def __init__(self, app: WSGIApplication, visits: Mapping[str, Visit]) -> None:
        self._app = app
        self._visits = {_address(name): visit for name, visit in visits.items()}
        self.paths = {name: _address(name) for name in visits}

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        visit = self._visits.get(environ.get("PATH_INFO", ""))
        # The debugger's own files come from the address of the page.
        is_resource = "__debugger__=yes" in environ.get("QUERY_STRING", "")
        if visit is not None and not is_resource:
            environ |= _change(visit, environ.get("HTTP_COOKIE", ""))
        return self._app(environ, start_response)


def _address(name: str) -> str:
    return f"/visit/{name.replace(' ', '-')}"


def _change(visit: Visit, cookies: str) -> dict[str, Any]:
    path, _, query = visit.path.partition("?")
    both = "; ".join(each for each in (visit.cookie, cookies) if each)
    changes: dict[str, Any] = {
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "HTTP_COOKIE": both,
    }
    if visit.cookie:
        # Another browser would not be the one that logged in.
        changes["HTTP_USER_AGENT"] = AGENT
    if visit.fields is None:
        return changes
    fields = visit.fields() if callable(visit.fields) else visit.fields
    body = urlencode(fields).encode()
    return changes | {
        "REQUEST_METHOD": "POST",
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        "HTTP_SEC_FETCH_SITE": visit.origin,
    }
