"""Responses of Carboy."""

from msgspec import Struct


class AuthorOut(Struct):
    """An author, as responses show one."""

    name: str
    email: str


class TagOut(Struct):
    """A tag, as responses show one."""

    id: int
    name: str


class FlatOut(Struct):
    """An article without its relations."""

    id: int
    title: str
    body: str
    views: int
    rating: float
    published: bool


class ArticleOut(FlatOut):
    """An article, as responses show one."""

    author: AuthorOut
    tags: list[TagOut]
