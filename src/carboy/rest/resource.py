"""A resource: a class with one method for each HTTP method that it answers."""

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, ClassVar

from flask import current_app, request
from flask.views import MethodView
from werkzeug.wrappers import Response

from .results import split_result

Decorators = Sequence[Callable[..., Any]]


class Resource(MethodView):
    """Answers the requests of an address with its methods `get`, `post` and so on.

    A method returns data, `data, status` or `data, status, headers`.
    `method_decorators` wraps all methods, or those that it names:
    `{"post": [login_required]}`.
    """

    representations: ClassVar[Mapping[str, Callable[..., Any]] | None] = None
    method_decorators: ClassVar[Decorators | Mapping[str, Decorators]] = ()
    # Set when the resource is added to an API.
    endpoint: str
    mediatypes: Callable[..., list[str]]

    def dispatch_request(self, *args: Any, **kwargs: Any) -> Any:
        """Call the method for this request, inside its decorators."""
        name = request.method.lower()
        method = getattr(self, name, None)
        if method is None and name == "head":
            method = getattr(self, "get", None)
        if method is None:
            msg = f"{type(self).__name__} has no method {name!r}."
            raise AssertionError(msg)
        method = current_app.ensure_sync(method)
        for decorator in self._decorators(name):
            method = decorator(method)
        result = method(*args, **kwargs)
        if isinstance(result, Response) or not self.representations:
            return result
        mediatype = request.accept_mimetypes.best_match(self.representations)
        if mediatype is None:
            return result
        return represent(self.representations[mediatype], mediatype, result)

    def _decorators(self, name: str) -> Decorators:
        if isinstance(self.method_decorators, Mapping):
            return self.method_decorators.get(name, ())
        return self.method_decorators


def represent(make: Callable[..., Any], mediatype: str, result: Any) -> Any:
    """Return the response that a representation makes, with status and headers.

    A function that makes a response of the data alone keeps neither: both are set.
    """
    data, status, headers = split_result(result)
    response = make(data, status, headers)
    if response.status_code == HTTPStatus.OK and status != HTTPStatus.OK:
        if isinstance(status, str):
            response.status = status
        else:
            response.status_code = int(status)
    own = list(response.headers)
    for name, value in _list_headers(headers):
        if (name, value) not in own:
            response.headers.add(name, value)
    if response.mimetype != mediatype:
        # Otherwise it is there already, with its charset.
        response.headers["Content-Type"] = mediatype
    return response


def _list_headers(headers: Any) -> list[tuple[str, str]]:
    pairs = headers.items() if isinstance(headers, Mapping) else headers or ()
    return [(name, str(value)) for name, value in pairs]
