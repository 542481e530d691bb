"""What responses show, written once: classes of msgspec, or of pydantic."""

from collections.abc import Callable
from typing import Any

AUTHOR = {"name": str, "email": str}
TAG = {"id": int, "name": str}
FLAT = {
    "id": int,
    "title": str,
    "body": str,
    "views": int,
    "rating": float,
    "published": bool,
}
MakeClass = Callable[[str, dict[str, Any]], Any]


def make_structs() -> tuple[Any, Any]:
    """Return the classes of an article with its relations, and without, for Carboy."""
    # Imported here: a server loads its own library alone.
    from msgspec import defstruct

    return _make_classes(lambda name, fields: defstruct(name, list(fields.items())))


def make_pydantic() -> tuple[Any, Any]:
    """Return the same classes for FastAPI."""
    from pydantic import ConfigDict, create_model

    def make(name: str, fields: dict[str, Any]) -> Any:
        required: Any = {field: (kind, ...) for field, kind in fields.items()}
        reads_rows = ConfigDict(from_attributes=True)
        return create_model(name, __config__=reads_rows, **required)

    return _make_classes(make)


def _make_classes(make: MakeClass) -> tuple[Any, Any]:
    author = make("Author", AUTHOR)
    tags: Any = list
    nested = {"author": author, "tags": tags[make("Tag", TAG)]}
    return make("Article", {**FLAT, **nested}), make("FlatArticle", FLAT)
