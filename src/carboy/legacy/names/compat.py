"""Names for Python 2 and 3, which Flask, Werkzeug and WTForms had for their own use."""

from io import BytesIO, StringIO
from typing import Any
from urllib.parse import quote, unquote, urljoin

from carboy.legacy.rows import rows_of

_HERE = "carboy.legacy.names.compat"

PY2 = False
PY3 = True
text_type = str
string_types = (str,)
integer_types = (int,)
range_type = range
izip = zip
imap = map


def iteritems(mapping: Any, *args: Any, **options: Any) -> Any:
    """Return an iterator over the items of a dict."""
    return iter(mapping.items(*args, **options))


def itervalues(mapping: Any) -> Any:
    """Return an iterator over the values of a dict."""
    return iter(mapping.values())


def iterkeys(mapping: Any) -> Any:
    """Return an iterator over the keys of a dict."""
    return iter(mapping.keys())


def with_metaclass(meta: Any, *bases: Any) -> Any:
    """Return a base class that makes its subclasses with `meta`."""
    return meta("NewBase", bases, {})


def to_bytes(value: Any, charset: str = "utf-8", errors: str = "strict") -> Any:
    """Encode a text; bytes and None stay as they are."""
    return value.encode(charset, errors) if isinstance(value, str) else value


def to_unicode(value: Any, charset: str = "utf-8", errors: str = "strict") -> Any:
    """Decode bytes; a text and None stay as they are."""
    return value.decode(charset, errors) if isinstance(value, bytes) else value


to_native = to_unicode
_URLS = {"quote": quote, "unquote": unquote, "urljoin": urljoin}
_FILES = {"BytesIO": BytesIO, "StringIO": StringIO}
_PLAIN = {
    "PY2": "False",
    "text_type": "str",
    "string_types": "str",
    "integer_types": "int",
    "range_type": "range",
    "izip": "zip",
    "imap": "map",
    "iteritems": "mapping.items()",
    "itervalues": "mapping.values()",
    "iterkeys": "mapping.keys()",
    "with_metaclass": "class Name(Base, metaclass=Meta)",
    "to_bytes": "text.encode()",
    "to_unicode": "data.decode()",
    "to_native": "data.decode()",
}
_MODULES = {
    "flask._compat": "Flask 2.0",
    "werkzeug._compat": "Werkzeug 2.0",
    "wtforms.compat": "WTForms 3.0",
}

MODULES = tuple(_MODULES)
ROWS = tuple(
    row
    for module, gone in _MODULES.items()
    for name, edit in _PLAIN.items()
    for row in rows_of(module, gone, {name: f"{_HERE}:{name}"}, edit)
) + tuple(
    row
    for module, gone in _MODULES.items()
    for source, names in (("urllib.parse", _URLS), ("io", _FILES))
    for row in rows_of(module, gone, {name: f"{source}:{name}" for name in names})
)
