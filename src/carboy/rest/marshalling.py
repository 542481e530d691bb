"""Decorators that reduce what a view returns to the fields that a response shows."""

from collections.abc import Callable, Mapping
from typing import Any

from .errors import abort
from .fields import marshal_any
from .plans import make_field
from .results import split_result, wrap_view


def marshal(data: Any, fields: Mapping[str, Any], envelope: str | None = None) -> Any:
    """Return the fields of an object, or of each object of a list.

    `envelope` puts the result under a key: `{"users": […]}`.
    """
    marshalled = marshal_any(data, fields)
    return {envelope: marshalled} if envelope else marshalled


class marshal_with:
    """Marshal what a view returns.

    A view that returns None has found no row: the answer is 404. With `missing=None` it
    is an object whose fields are null, as in Flask-RESTful.
    """

    def __init__(
        self,
        fields: Mapping[str, Any],
        envelope: str | None = None,
        *,
        missing: int | None = 404,
    ) -> None:
        self.fields = fields
        self.envelope = envelope
        self.missing = missing

    def __call__(self, view: Callable[..., Any]) -> Callable[..., Any]:
        """Return the view with its result marshalled."""
        marshalled = wrap_view(view, after=self._marshal_result)
        # What the description of the API shows.
        vars(marshalled)["marshal_fields"] = self.fields
        vars(marshalled)["marshal_envelope"] = self.envelope
        return marshalled

    def _marshal_result(self, result: Any) -> Any:
        if isinstance(result, tuple):
            data, status, headers = split_result(result)
            return self._marshal(data), status, headers
        return self._marshal(result)

    def _marshal(self, data: Any) -> Any:
        if data is None and self.missing is not None:
            abort(self.missing)
        return marshal(data, self.fields, self.envelope)


class marshal_with_field:
    """Write what a view returns with one field: `fields.List(fields.Integer)`."""

    def __init__(self, field: Any) -> None:
        self.field = make_field(field)

    def __call__(self, view: Callable[..., Any]) -> Callable[..., Any]:
        """Return the view with its result formatted."""
        formatted = wrap_view(view, after=self._format_result)
        vars(formatted)["marshal_field"] = self.field
        return formatted

    def _format_result(self, result: Any) -> Any:
        if isinstance(result, tuple):
            data, status, headers = split_result(result)
            return self.field.format(data), status, headers
        return self.field.format(result)
