"""`jsonify` and `app.json.response` without parsing headers that are known."""

from typing import Any

from flask.json.provider import DefaultJSONProvider
from flask.wrappers import Response

from .json_encoder import (
    DEFAULT_PROVIDERS,
    DEFAULT_RESPONSES,
    encode,
    has_default_dumps,
    is_compact,
)
from .response import is_response_unchanged, make_json_response

original_response = DefaultJSONProvider.response


def fast_response(self: DefaultJSONProvider, *args: Any, **kwargs: Any) -> Any:
    """Return what `DefaultJSONProvider.response` returns."""
    is_known = (
        has_default_dumps(self)
        and is_compact(self)
        and self.mimetype == "application/json"
        and self._app.response_class is Response
        and is_response_unchanged()
    )
    if not is_known:
        return original_response(self, *args, **kwargs)
    obj = self._prepare_response_obj(args, kwargs)
    return make_json_response(f"{encode(self, obj)}\n".encode())


class JSONProvider(DefaultJSONProvider):
    """Flask's default provider, with the cheaper `response`."""

    def response(self, *args: Any, **kwargs: Any) -> Any:
        """Return what `DefaultJSONProvider.response` returns, replaced or not."""
        current = DefaultJSONProvider.response
        if current is original_response:
            current = fast_response
        return current(self, *args, **kwargs)

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Parse JSON; for a site, nesting that is too deep is invalid JSON.

        Without settings the error is that of stock Flask.
        """
        try:
            return super().loads(s, **kwargs)
        except RecursionError:
            if not getattr(self._app, "has_settings", False):
                raise
            msg = "The JSON is nested too deeply."
            raise ValueError(msg) from None


# `repr(app.json)` shows Flask's name; isinstance holds anyway.
JSONProvider.__name__ = DefaultJSONProvider.__name__
JSONProvider.__qualname__ = DefaultJSONProvider.__qualname__
JSONProvider.__module__ = DefaultJSONProvider.__module__
DEFAULT_PROVIDERS.add(JSONProvider)
DEFAULT_RESPONSES.add(fast_response)
