"""Responses of FastAPI."""

import pydantic


class _Row(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(from_attributes=True)


class AuthorModel(_Row):
    """An author."""

    name: str
    email: str


class TagModel(_Row):
    """A tag."""

    id: int
    name: str


class FlatModel(_Row):
    """An article without its relations."""

    id: int
    title: str
    body: str
    views: int
    rating: float
    published: bool


class ArticleModel(FlatModel):
    """An article."""

    author: AuthorModel
    tags: list[TagModel]
