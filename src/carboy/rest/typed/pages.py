"""One page of a list, as operations return it: by number, or after a key."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from typing import Annotated, Any, Generic, TypeVar

import msgspec
from msgspec import Meta, Struct

T = TypeVar("T")
_MOST_PER_PAGE = 100


class Page(Struct, Generic[T], omit_defaults=True):
    """Items of a page, and its place among the others: `-> Page[BookOut]`."""

    items: list[T]
    page: int
    per_page: int
    total: int | None = None
    pages: int | None = None


class KeyPage(Struct, Generic[T]):
    """Items of a page, and the key with which the next one begins, None at the end."""

    items: list[T]
    next: str | None = None


class PageQuery(Struct, frozen=True, kw_only=True):
    """Parameters of a list with numbered pages: `page: PageQuery`."""

    page: Annotated[int, Meta(ge=1, le=2**31 - 1)] = 1
    per_page: Annotated[int, Meta(ge=1, le=_MOST_PER_PAGE)] = 20


class KeyQuery(Struct, frozen=True, kw_only=True):
    """Parameters of a list that goes on after a key: `page: KeyQuery`."""

    after: str | None = None
    per_page: Annotated[int, Meta(ge=1, le=_MOST_PER_PAGE)] = 20


def make_page(pagination: Any) -> Page[Any]:
    """Return the page for what `db.paginate(…)` returned."""
    total = pagination.total
    return Page(
        items=list(pagination.items),
        page=pagination.page,
        per_page=pagination.per_page,
        total=total,
        pages=pagination.pages if total is not None else None,
    )


def encode_key(values: Iterable[Any]) -> str:
    """Return the values of a row's key as a text for addresses."""
    return urlsafe_b64encode(msgspec.json.encode(list(values))).decode().rstrip("=")


def decode_key(text: str) -> list[Any]:
    """Return the values of a key, or raise ValueError for a text that is none."""
    try:
        data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        values = msgspec.json.decode(data, type=list)
    except (ValueError, TypeError) as error:
        msg = f"{text!r} is not a key that an earlier page named."
        raise ValueError(msg) from error
    return values
