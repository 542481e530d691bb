"""One argument of a request: where it is looked for and how it is converted."""

from collections.abc import Callable, Iterable, MutableSequence
from contextlib import suppress
from decimal import Decimal
from functools import lru_cache
from inspect import Parameter, signature
from typing import Any

from flask import current_app
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.wrappers import Request

from carboy.site import check_form_size

from .errors import abort

_PLACES = {
    "json": "the JSON body",
    "form": "the post body",
    "args": "the query string",
    "values": "the post body or the query string",
    "headers": "the HTTP headers",
    "cookies": "the request's cookies",
    "files": "an uploaded file",
}
_SHOWN_CHOICES = 5


class Argument:
    """One argument of a `RequestParser`; the options are those of Flask-RESTful."""

    def __init__(
        self,
        name: str,
        default: Any = None,
        dest: str | None = None,
        *,
        required: bool = False,
        ignore: bool = False,
        type: Callable[..., Any] = str,
        location: str | Iterable[str] = ("json", "values"),
        choices: Iterable[Any] = (),
        action: str = "store",
        help: str | None = None,
        operators: Iterable[str] = ("=",),
        case_sensitive: bool = True,
        store_missing: bool = True,
        trim: bool = False,
        nullable: bool = True,
    ) -> None:
        self.name = name
        self.default = default
        self.dest = dest
        self.required = required
        self.ignore = ignore
        self.type = type
        self.location = location
        self.choices = choices
        self.action = action
        self.help = help
        self.operators = operators
        self.case_sensitive = case_sensitive
        self.store_missing = store_missing
        self.trim = trim
        self.nullable = nullable

    def __str__(self) -> str:
        choices: Any = list(self.choices)
        if len(choices) > _SHOWN_CHOICES:
            choices = [*choices[:3], "...", choices[-1]]
        return f"Name: {self.name}, type: {self.type}, choices: {choices}"

    def __repr__(self) -> str:
        options = {name: value for name, value in vars(self).items() if name != "name"}
        listed = ", ".join(f"{name}={value!r}" for name, value in options.items())
        return f"{type(self).__name__}({self.name!r}, {listed})"

    def source(self, request: Any) -> Any:
        """Return all values of the places where this argument may be."""
        if isinstance(self.location, str):
            found = read_place(request, self.location)
            return MultiDict() if found is None else found
        values: MultiDict[str, Any] = MultiDict()
        for place in self.location:
            found = read_place(request, place)
            # JSON that is no object has no names.
            if hasattr(found, "get"):
                values.update(found)
        return values

    def convert(self, value: Any, op: str) -> Any:
        """Return the value in the type of the argument."""
        if value is None:
            if self.nullable:
                return None
            msg = "Must not be null!"
            raise ValueError(msg)
        kind = self.type
        if kind is str or kind is int:
            return kind(value)
        if isinstance(value, FileStorage) and kind == FileStorage:
            return value
        if kind is Decimal:
            return Decimal(str(value))
        count = _find_extras(kind)
        return kind(value, *(self.name, op)[:count]) if count else kind(value)

    def handle_validation_error(self, error: Exception, bundle_errors: bool) -> Any:
        """Answer 400 with the reason, or return it if errors are collected."""
        reason = str(error)
        text = self.help.format(error_msg=reason) if self.help else reason
        if self._bundles(bundle_errors):
            return error, {self.name: text}
        return abort(400, message={self.name: text})

    def parse(self, request: Any, bundle_errors: bool = False) -> tuple[Any, Any]:
        """Return the value of a request, and whether there was one."""
        results: list[Any] = []
        source = self._read_source(request)
        # JSON that is no object has no names.
        for operator in self.operators if hasattr(source, "get") else ():
            name = self.name
            if operator != "=":
                name += operator.replace("=", "", 1)
            if name not in source:
                continue
            try:
                results += self._accept_all(self._list_values(source, name), operator)
            except Exception as error:  # noqa: BLE001 - a type may raise anything
                return self._fail(error, bundle_errors)
            if request.unparsed_arguments:
                request.unparsed_arguments.pop(name, None)
        if results:
            is_many = self.action == "append" or (
                self.action != "store" and len(results) > 1
            )
            return (results if is_many else results[0]), True
        if self.required:
            return self._fail(ValueError(self._describe_missing()), bundle_errors)
        return (self.default() if callable(self.default) else self.default), False

    def _fail(self, error: Exception, bundle_errors: bool) -> tuple[Any, Any]:
        failed: tuple[Any, Any] = self.handle_validation_error(error, bundle_errors)
        return failed

    def _accept_all(self, values: Iterable[Any], operator: str) -> list[Any]:
        """Return the values that fit; one that does not is an error or left out."""
        if not self.ignore:
            return [self._accept(value, operator) for value in values]
        accepted = []
        for value in values:
            with suppress(Exception):
                accepted.append(self._accept(value, operator))
        return accepted

    def _read_source(self, request: Any) -> Any:
        """Return the source of values, which the arguments of a parser share."""
        sources = getattr(request, "argument_sources", None)
        if not isinstance(sources, dict) or type(self).source is not Argument.source:
            return self.source(request)
        places = self.location
        key = places if isinstance(places, str | tuple) else tuple(places)
        source = sources.get(key)
        if source is None:
            source = sources[key] = self.source(request)
        return source

    def _list_values(self, source: Any, name: str) -> Iterable[Any]:
        getlist = getattr(source, "getlist", None)
        if getlist is not None:
            values: list[Any] = getlist(name)
            return values
        value = source.get(name)
        if isinstance(value, MutableSequence) and self.action == "append":
            return value
        return [value]

    def _accept(self, value: Any, operator: str) -> Any:
        """Return one value, trimmed, converted and looked up among the choices."""
        if self.trim and hasattr(value, "strip"):
            value = value.strip()
        choices = self.choices
        if not choices and self.case_sensitive:
            return self.convert(value, operator)
        if not self.case_sensitive and hasattr(value, "lower"):
            value = value.lower()
            choices = [choice.lower() for choice in choices]
        converted = self.convert(value, operator)
        if choices and converted not in choices:
            msg = f"{converted} is not a valid choice"
            raise _NoChoiceError(msg)
        return converted

    def _describe_missing(self) -> str:
        places = [self.location] if isinstance(self.location, str) else self.location
        names = " or ".join(_PLACES.get(place, place) for place in places)
        return f"Missing required parameter in {names}"

    def _bundles(self, bundle_errors: bool) -> bool:
        return bundle_errors or bool(current_app.config.get("BUNDLE_ERRORS", False))


class _NoChoiceError(ValueError):
    """A value is none of the choices."""


def read_place(request: Any, place: str) -> Any:
    """Return the values of one place of a request; None if it has none.

    A form is no JSON and an empty body is none, but JSON that cannot be read is an
    error of the client.
    """
    if place == "json" and isinstance(request, Request):
        return request.get_json() if request.is_json and request.get_data() else None
    if place in {"form", "values"} and isinstance(request, Request):
        check_form_size(request)
    value = getattr(request, place, None)
    return value() if callable(value) else value


def _find_extras(function: Callable[..., Any]) -> int:
    """Return `_count_extras`, remembered for what can be a key."""
    try:
        return _count_extras(function)
    except TypeError:
        # It has no hash, or is no function: calling it will say so.
        return 0


@lru_cache(maxsize=1024)
def _count_extras(function: Callable[..., Any]) -> int:
    """Return how many of name and operator a type takes after the value."""
    if isinstance(function, type) and function.__module__ == "builtins":
        return 0
    try:
        parameters = signature(function).parameters.values()
    except (TypeError, ValueError):
        return 0
    positional = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
    if any(parameter.kind is Parameter.VAR_POSITIONAL for parameter in parameters):
        return 2
    count = sum(parameter.kind in positional for parameter in parameters)
    return max(0, min(count - 1, 2))
