"""`jsonify` and `app.json.response` without parsing headers that are known."""

from typing import Any

from flask.json.provider import DefaultJSONProvider
from flask.wrappers import Response

from .json_encoder import KNOWN, RESPONSES, encode, is_compact, is_plain_writer
from .response import as_json, is_stock

stock_response = DefaultJSONProvider.response


def quick_response(self: DefaultJSONProvider, *args: Any, **kwargs: Any) -> Any:
    """Do what `DefaultJSONProvider.response` does."""
    is_known = (
        is_plain_writer(self)
        and is_compact(self)
        and self.mimetype == "application/json"
        and self._app.response_class is Response
        and is_stock()
    )
    if not is_known:
        return stock_response(self, *args, **kwargs)
    obj = self._prepare_response_obj(args, kwargs)
    return as_json(f"{encode(self, obj)}\n".encode())


class JSONProvider(DefaultJSONProvider):
    """Flask's default provider, with the cheaper `response`."""

    def response(self, *args: Any, **kwargs: Any) -> Any:
        """Do what `DefaultJSONProvider.response` does, whoever has replaced that."""
        current = DefaultJSONProvider.response
        if current is stock_response:
            current = quick_response
        return current(self, *args, **kwargs)


# Who prints `app.json` sees Flask's name; isinstance holds anyway.
JSONProvider.__name__ = DefaultJSONProvider.__name__
JSONProvider.__qualname__ = DefaultJSONProvider.__qualname__
JSONProvider.__module__ = DefaultJSONProvider.__module__
KNOWN.add(JSONProvider)
RESPONSES.add(quick_response)
