"""`werkzeug.urls`: the functions of the standard library, under their old names."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import (
    SplitResult,
    quote,
    quote_plus,
    unquote,
    unquote_plus,
    urlencode,
    urljoin,
    urlsplit,
    urlunsplit,
)

from werkzeug.datastructures import MultiDict

from carboy.legacy.rows import Row, rows_of

_HERE = "carboy.legacy.names.werkzeug_urls"
_GONE = "Werkzeug 3.0"
_SAFE = "What browsers read as another host (///host, backslashes) has a netloc here."


class OldURL(SplitResult):
    """The parts of a URL, with the methods that Werkzeug's had."""

    __slots__ = ()

    @property
    def host(self) -> str | None:
        """The host, without the port."""
        return self.hostname

    ascii_host = host

    def decode_query(self) -> Any:
        """Return the arguments of the query."""
        return url_decode(self.query)

    def replace(self, **parts: Any) -> Any:
        """Return a URL with other parts."""
        return self._replace(**parts)

    def to_url(self) -> str:
        """Return the URL as text."""
        return self.geturl()

    __str__ = to_url


def url_parse(url: Any, scheme: str = "", allow_fragments: bool = True) -> OldURL:
    """Split a URL into its parts, as browsers read it."""
    text = _to_text(url)
    seen = text.strip("".join(map(chr, range(33)))).replace("\\", "/")
    if seen.startswith("//"):
        text = "//" + seen.lstrip("/")
    return OldURL(*urlsplit(text, scheme, allow_fragments))


def url_decode(query: Any, *_: Any, separator: str = "&", **_old: Any) -> Any:
    """Parse a query string."""
    pairs = (pair.partition("=") for pair in _to_text(query).split(separator) if pair)
    return MultiDict([(unquote_plus(name), unquote_plus(v)) for name, _, v in pairs])


def url_encode(values: Any, *_: Any, **_old: Any) -> str:
    """Return a query string."""
    return urlencode([(n, v) for n, v in _pairs(values) if v is not None])


def url_quote(
    text: Any, _charset: str = "utf-8", _errors: str = "", safe: str = "/:"
) -> str:
    """Quote a text for a URL."""
    return quote(text if isinstance(text, bytes) else str(text), safe)


def url_quote_plus(
    text: Any, _charset: str = "utf-8", _errors: str = "", safe: str = ""
) -> str:
    """Quote a text for a query; a space becomes a plus."""
    return quote_plus(text if isinstance(text, bytes) else str(text), safe)


def url_unquote(text: Any, *_: Any, **_old: Any) -> str:
    """Return what was quoted."""
    return unquote(_to_text(text))


def url_unquote_plus(text: Any, *_: Any, **_old: Any) -> str:
    """Return what was quoted for a query."""
    return unquote_plus(_to_text(text))


def url_join(base: Any, url: Any, allow_fragments: bool = True) -> str:
    """Return the URL that `url` means on the page `base`."""
    return urljoin(_to_text(base), _to_text(url), allow_fragments)


def url_unparse(parts: Iterable[Any]) -> str:
    """Return the URL of five parts."""
    return str(urlunsplit([_to_text(part) for part in parts]))


def url_fix(text: str, _charset: str = "utf-8") -> str:
    """Quote what a URL must not have."""
    parts = urlsplit(text.replace("\\", "/"))
    return parts._replace(
        path=quote(parts.path, "/%+$!*'(),"),
        query=quote_plus(parts.query, ":&%=+$!*'(),"),
    ).geturl()


class Href:
    """A function that makes URLs below another one."""

    def __init__(self, base: str = "./") -> None:
        self.base = base

    def __getattr__(self, name: str) -> "Href":
        if name.startswith("__"):
            raise AttributeError(name)
        return Href(url_join(self.base.rstrip("/") + "/", name))

    def __call__(self, *path: Any, **query: Any) -> str:
        """Return the URL of a path, with arguments."""
        tail = "/".join(quote(str(part), "") for part in path)
        url = self.base.rstrip("/") + "/" + tail if tail else self.base
        return f"{url}?{url_encode(query)}" if query else url


def _to_text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _pairs(values: Any) -> Iterable[tuple[Any, Any]]:
    if isinstance(values, MultiDict):
        return values.items(multi=True)
    if not isinstance(values, Mapping):
        return [*values]
    return [
        (name, value)
        for name, item in values.items()
        for value in (item if isinstance(item, list | tuple) else [item])
    ]


_EDITS = {
    "url_parse": "from urllib.parse import urlsplit",
    "url_decode": "from urllib.parse import parse_qsl",
    "url_encode": "from urllib.parse import urlencode",
    "url_quote": "from urllib.parse import quote",
    "url_quote_plus": "from urllib.parse import quote_plus",
    "url_unquote": "from urllib.parse import unquote",
    "url_unquote_plus": "from urllib.parse import unquote_plus",
    "url_join": "from urllib.parse import urljoin",
    "url_unparse": "from urllib.parse import urlunsplit",
    "url_fix": "from werkzeug.urls import iri_to_uri",
    "Href": "url_for(…)",
}
ROWS: tuple[Row, ...] = tuple(
    row
    for module in ("werkzeug.urls", "werkzeug")
    for name, edit in _EDITS.items()
    for row in rows_of(
        module,
        _GONE if module != "werkzeug" else "Werkzeug 1.0",
        {name: f"{_HERE}:{name}"},
        edit,
        _SAFE if name == "url_parse" else "",
    )
)
