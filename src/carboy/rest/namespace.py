"""A namespace of Flask-RESTX: resources below one address, described together."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from .decorators import ResourceDecorators
from .resource import Resource
from .resource_notes import ResourceNotes, add_notes, make_notes

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
Add = Callable[..., None]


class Namespace(ResourceDecorators):
    """Resources below one address: `books = Namespace("books", "All books")`.

    `api.add_namespace(books)` adds them at `/books`, or at `path`.
    """

    def __init__(
        self,
        name: str,
        description: str = "",
        path: str | None = None,
        decorators: Iterable[Callable[..., Any]] = (),
        *,
        validate: bool | None = None,
    ) -> None:
        super().__init__()
        self.name = name
        self.description = description
        self.path = f"/{name}" if path is None else path
        self.decorators = list(decorators)
        self.validate = validate
        self._resources: list[tuple[type[Resource], tuple[str, ...], Any]] = []
        self._adders: list[Add] = []

    def add_resource(
        self, resource: type[Resource], *urls: str, **options: Any
    ) -> None:
        """Answer requests for these addresses, below that of the namespace."""
        self._resources.append((resource, urls, options))
        for add in self._adders:
            add(resource, urls, options)

    def route(self, *urls: str, **options: Any) -> Any:
        """Answer requests for these addresses with the resource below."""
        return make_route(self.add_resource, urls, options)

    def connect(self, add: Add) -> None:
        """Call a function for each resource, and for those that follow."""
        self._adders.append(add)
        for each in self._resources:
            add(*each)


def make_route(add: Add, urls: Sequence[str], options: dict[str, Any]) -> Any:
    """Return the decorator that adds a resource, with what `doc` says of it."""
    notes = options.pop("doc", None)

    def decorate(resource: type[Resource]) -> type[Resource]:
        if notes is False:
            add_notes(resource, ResourceNotes(is_hidden=True))
        elif notes:
            add_notes(resource, make_notes(dict(notes)))
        add(resource, *urls, **options)
        return resource

    return decorate


def name_endpoint(resource: type[Resource], namespace: str = "") -> str:
    """Return the name of an endpoint: `books_book_list` for `BookList` in `books`."""
    name = _CAMEL.sub("_", resource.__name__).lower()
    return f"{namespace}_{name}" if namespace else name
