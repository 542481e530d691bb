"""Functions on the WSGI environ that `werkzeug.wsgi` had."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from carboy.legacy.rows import Row, rows_of

_HERE = "carboy.legacy.names.werkzeug_wsgi"
_GONE = "Werkzeug 2.3"
_PATH_SAFE = "/!$&'()*+,:;=@%"


def _to_text(value: str, charset: str) -> str:
    return value.encode("latin-1").decode(charset, "replace")


def get_path_info(environ: Any, charset: str = "utf-8", _errors: str = "") -> str:
    """Return the path of a request."""
    return _to_text(environ.get("PATH_INFO", ""), charset)


def get_script_name(environ: Any, charset: str = "utf-8", _errors: str = "") -> str:
    """Return the path below which the app is."""
    return _to_text(environ.get("SCRIPT_NAME", ""), charset)


def get_query_string(environ: Any) -> str:
    """Return the query of a request, quoted."""
    query: bytes = environ.get("QUERY_STRING", "").encode("latin-1")
    return quote(query, ":&%=+$!*'(),")


def peek_path_info(
    environ: Any, charset: str = "utf-8", _errors: str = ""
) -> str | None:
    """Return the first part of the path, or None."""
    parts = environ.get("PATH_INFO", "").lstrip("/").split("/", 1)
    return _to_text(parts[0], charset) if parts[0] else None


def pop_path_info(environ: Any, charset: str = "utf-8", _errors: str = "") -> Any:
    """Move the first part of the path to SCRIPT_NAME, and return it."""
    path = environ.get("PATH_INFO")
    if not path:
        return None
    rest = path.lstrip("/")
    script = environ.get("SCRIPT_NAME", "") + "/" * (len(path) - len(rest))
    part, slash, tail = rest.partition("/")
    environ["PATH_INFO"] = f"{slash}{tail}"
    environ["SCRIPT_NAME"] = script + part
    return _to_text(part, charset)


def extract_path_info(
    environ_or_baseurl: Any, path_or_url: Any, *_: Any, **_old: Any
) -> str | None:
    """Return the path of a URL below that of an app, or None."""
    from werkzeug.urls import iri_to_uri
    from werkzeug.wsgi import get_current_url

    base = environ_or_baseurl
    if isinstance(base, dict):
        base = get_current_url(base, root_only=True)
    base = iri_to_uri(base).rstrip("/") + "/"
    url = iri_to_uri(path_or_url)
    if url.startswith("/"):
        return url
    return f"/{url.removeprefix(base)}" if url.startswith(base) else None


def make_line_iter(
    stream: Any, limit: int | None = None, *_: Any, **_old: Any
) -> Iterator[bytes]:
    """Yield the lines of a stream, of at most so many bytes."""
    data = stream.read() if limit is None else stream.read(limit)
    yield from data.splitlines(keepends=True)


def make_chunk_iter(
    stream: Any, separator: bytes, limit: int | None = None, *_: Any, **_old: Any
) -> Iterator[bytes]:
    """Yield what a separator separates in a stream of at most so many bytes."""
    data = stream.read() if limit is None else stream.read(limit)
    parts = data.split(separator)
    yield from parts if parts[-1] else parts[:-1]


_EDITS = {
    "get_path_info": "request.path",
    "get_script_name": "request.root_path",
    "get_query_string": "request.query_string.decode()",
    "peek_path_info": "request.path.split('/')[1]",
    "pop_path_info": "the class of werkzeug.middleware.dispatcher",
    "extract_path_info": "from urllib.parse import urlsplit",
    "make_line_iter": "for line in stream:",
    "make_chunk_iter": "data.split(separator)",
}
ROWS: tuple[Row, ...] = (
    *(
        row
        for module, gone in (("werkzeug.wsgi", _GONE), ("werkzeug", "Werkzeug 1.0"))
        for name, edit in _EDITS.items()
        for row in rows_of(module, gone, {name: f"{_HERE}:{name}"}, edit)
    ),
    *rows_of(
        "werkzeug.wsgi",
        "Werkzeug 2.1",
        {"host_is_trusted": "werkzeug.sansio.utils:host_is_trusted"},
    ),
)
