"""Pages that were given lately, ready to go out again without being unpacked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from carboy.engine import LazyResponse, RawResponse, make_lazy_response

from .shareability import find_visit

READING = frozenset({"GET", "HEAD"})
# What is ready lies in memory twice, so it is little.
MOST, LARGEST = 512, 65_536


@dataclass(frozen=True, slots=True)
class ReadyPage:
    """A page, and what has to hold for it to be given."""

    app: Any
    key: str
    # The very object that the store keeps: a new one means that it has changed.
    data: bytes
    find: Callable[[str], bytes | None]
    holds: Callable[[Mapping[str, bytes]], bool]
    tags: Mapping[str, bytes]
    fresh_until: float | None
    clock: Callable[[], float]
    place: tuple[str, str, str]
    plain: RawResponse

    # Whether the store's word is enough: no tags, and no time after its time.
    is_plain: bool

    def is_fresh(self) -> bool:
        """Tell whether neither its time is over nor a tag of it dropped."""
        is_in_time = self.fresh_until is None or self.fresh_until > self.clock()
        return is_in_time and (not self.tags or self.holds(self.tags))


class Hits:
    """The ready pages of one view, by path, and by query if that is in the key."""

    def __init__(self, *, with_query: bool = False) -> None:
        self._with_query = with_query
        self._pages: dict[tuple[str, str], ReadyPage] = {}

    def keep(self, path: str, query: str, page: ReadyPage) -> None:
        """Make a page ready."""
        if len(page.plain[2]) > LARGEST or not path.isascii():
            return
        if len(self._pages) >= MOST:
            self._pages.clear()
        self._pages[path, query if self._with_query else ""] = page

    def find(self) -> LazyResponse | None:
        """Give the page of the request at work, if it is ready and for this visitor.

        Whatever is out of the ordinary is left to the long way.
        """
        context = find_visit(None)
        if context is None:
            return None
        session = vars(context).get("_session")
        if session is not None and session.accessed:
            return None
        request = vars(context.request)
        environ = request.get("carboy_environ") or request.get("environ")
        if environ is None:
            return self._find_in_source(context, request.get("carboy_server_request"))
        query = environ.get("QUERY_STRING", "") if self._with_query else ""
        page = self._pages.get((environ["PATH_INFO"], query))
        if (
            page is None
            or page.app is not context.app
            or environ["REQUEST_METHOD"] not in READING
            or "HTTP_AUTHORIZATION" in environ
            or "HTTP_IF_NONE_MATCH" in environ
            or page.find(page.key) is not page.data
            or not (page.is_plain or page.is_fresh())
        ):
            return None
        host, root = environ.get("HTTP_HOST", ""), environ.get("SCRIPT_NAME", "")
        if page.place != (environ["wsgi.url_scheme"], host, root):
            return None
        return make_lazy_response(page.plain)

    def _find_in_source(self, context: Any, source: Any) -> LazyResponse | None:
        if source is None or source.extra:
            return None
        query = source.query_string if self._with_query else ""
        page = self._pages.get((source.path, query))
        if page is None or page.app is not context.app or source.method not in READING:
            return None
        names = {name for name, _ in source.headers}
        if not names.isdisjoint(("authorization", "if-none-match")):
            return None
        host = source.find_header("host") or ""
        if (
            page.place != (source.scheme, host, source.root_path)
            or page.find(page.key) is not page.data
            or not (page.is_plain or page.is_fresh())
        ):
            return None
        return make_lazy_response(page.plain)
