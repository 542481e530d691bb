"""Pages served lately, as responses in memory that need no decoding."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from carboy.bounded_dict import BoundedDict
from carboy.engine import LazyResponse, RawResponse, make_lazy_response
from carboy.translation import get_language, hook

from .entry import TagVersions
from .shareability import get_request_context

CACHED_METHODS = frozenset({"GET", "HEAD"})
# These pages are in memory twice, so there are few of them.
MAX_PAGES, MAX_BYTES = 512, 65_536


@dataclass(frozen=True, slots=True)
class HotPage:
    """A page, and the conditions under which it is served."""

    app: Any
    key: str
    # The very object that the store holds: another object means that it has changed.
    data: bytes
    fetch: Callable[[str], bytes | None]
    are_current: Callable[[TagVersions], bool]
    tags: TagVersions
    fresh_until: float | None
    clock: Callable[[], float]
    origin: tuple[str, ...]
    raw: RawResponse

    # Whether the store alone decides: the page has no tags, and is never stale.
    is_unconditional: bool

    def is_fresh(self) -> bool:
        """Return whether its timeout has not passed and no tag of it was dropped."""
        is_in_time = self.fresh_until is None or self.fresh_until > self.clock()
        return is_in_time and (not self.tags or self.are_current(self.tags))

    def is_in_language(self) -> bool:
        """Return whether it is in the language of the visitor."""
        return hook.find is None or self.origin[3:] == (get_language(),)


class HotPages:
    """The hot pages of one view, by path, and by query if the key contains it."""

    def __init__(self, *, with_query: bool = False) -> None:
        self._with_query = with_query
        self._pages = BoundedDict[tuple[str, str], HotPage](MAX_PAGES)

    def add(self, path: str, query: str, page: HotPage) -> None:
        """Add a page, unless it is too large."""
        if len(page.raw[2]) > MAX_BYTES or not path.isascii():
            return
        self._pages[path, query if self._with_query else ""] = page

    def get(self) -> LazyResponse | None:
        """Return the page of the current request if it is hot and may be served.

        Every unusual request is left to the full lookup.
        """
        context = get_request_context(None)
        if context is None:
            return None
        session = vars(context).get("_session")
        if session is not None and session.accessed:
            return None
        request = vars(context.request)
        environ = request.get("carboy_environ") or request.get("environ")
        if environ is None:
            return self._get_for_source(context, request.get("carboy_server_request"))
        query = environ.get("QUERY_STRING", "") if self._with_query else ""
        page = self._pages.get((environ["PATH_INFO"], query))
        if (
            page is None
            or page.app is not context.app
            or environ["REQUEST_METHOD"] not in CACHED_METHODS
            or "HTTP_AUTHORIZATION" in environ
            or "HTTP_IF_NONE_MATCH" in environ
            or page.fetch(page.key) is not page.data
            or not (page.is_unconditional or page.is_fresh())
            or not page.is_in_language()
        ):
            return None
        host, root = environ.get("HTTP_HOST", ""), environ.get("SCRIPT_NAME", "")
        if page.origin[:3] != (environ["wsgi.url_scheme"], host, root):
            return None
        return make_lazy_response(page.raw)

    def _get_for_source(self, context: Any, source: Any) -> LazyResponse | None:
        if source is None or source.extra:
            return None
        query = source.query_string if self._with_query else ""
        page = self._pages.get((source.path, query))
        if (
            page is None
            or page.app is not context.app
            or source.method not in CACHED_METHODS
        ):
            return None
        names = {name for name, _ in source.headers}
        if not names.isdisjoint(("authorization", "if-none-match")):
            return None
        host = source.find_header("host") or ""
        if (
            page.origin[:3] != (source.scheme, host, source.root_path)
            or page.fetch(page.key) is not page.data
            or not (page.is_unconditional or page.is_fresh())
            or not page.is_in_language()
        ):
            return None
        return make_lazy_response(page.raw)
