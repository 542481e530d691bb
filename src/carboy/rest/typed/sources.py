"""Where a parameter of an operation is read: the query string, a header, the body."""

from dataclasses import dataclass
from typing import Literal

Place = Literal["path", "query", "header", "cookie", "form", "file", "body"]


@dataclass(frozen=True, slots=True)
class Source:
    """Part of an annotation: `Annotated[str, header("X-Trace")]`."""

    place: Place
    name: str | None = None
    description: str = ""


def path(*, description: str = "") -> Source:
    """Describe a parameter of the address."""
    return Source("path", None, description)


def query(name: str | None = None, *, description: str = "") -> Source:
    """Read a parameter from the query string, by another name if one is given."""
    return Source("query", name, description)


def header(name: str | None = None, *, description: str = "") -> Source:
    """Read a parameter from a header; `user_agent` is `User-Agent` unless named."""
    return Source("header", name, description)


def cookie(name: str | None = None, *, description: str = "") -> Source:
    """Read a parameter from a cookie."""
    return Source("cookie", name, description)


def form(name: str | None = None, *, description: str = "") -> Source:
    """Read a parameter, or all fields of an object, from a form."""
    return Source("form", name, description)


def file(name: str | None = None, *, description: str = "") -> Source:
    """Read an uploaded file from a form."""
    return Source("file", name, description)


def body(*, description: str = "") -> Source:
    """Read a parameter from the whole JSON body."""
    return Source("body", None, description)
