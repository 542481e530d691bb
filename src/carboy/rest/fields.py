"""What a response shows of an object: `{"title": fields.String}`.

The names and arguments are those of Flask-RESTful. A class of your own overrides
`format(value)`, or `output(key, obj)`.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from email.utils import format_datetime, formatdate
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from flask import request, url_for

from carboy.errors import CarboyError

from .field_rules import FieldRules
from .plans import ByClass, make_field, plan_of
from .values import get_value, is_container, list_items, to_mapping

__all__ = [
    "Arbitrary",
    "Boolean",
    "DateTime",
    "FieldRules",
    "Fixed",
    "Float",
    "FormattedString",
    "Integer",
    "List",
    "MarshallingException",
    "Nested",
    "Price",
    "Raw",
    "String",
    "Url",
    "get_value",
]


class MarshallingException(CarboyError, Exception):
    """A value does not fit its field."""

    def __init__(self, cause: object) -> None:
        super().__init__(str(cause))


class Raw:
    """A value as it is, and the base of all fields.

    `attribute` names the value if the field is called otherwise: an attribute or key, a
    path such as `"author.name"`, or a function of the object. `default` is shown where
    there is no value. Other options describe the field: see `FieldRules`.
    """

    def __init__(
        self, default: Any = None, attribute: Any = None, **options: Any
    ) -> None:
        self.attribute = attribute
        self.default = default
        self.options = FieldRules(**options)

    def format(self, value: Any) -> Any:
        """Return what is written for a value that is not None."""
        return value

    def output(self, key: Any, obj: Any) -> Any:
        """Return what is written for an object."""
        value = self.read(key, obj)
        return self.default if value is None else self.format(value)

    def read(self, key: Any, obj: Any) -> Any:
        """Return the value of an object."""
        return get_value(key if self.attribute is None else self.attribute, obj)

    def has_plain_output(self) -> bool:
        """Return whether `output` is one of this module, which plans know."""
        return type(self).output in _PLAIN_OUTPUTS and "output" not in vars(self)

    def convert(self, value: Any) -> Any:
        """Return what is written for a value that was read already."""
        return self.default if value is None else self.format(value)

    def kind_written_as_is(self) -> Any:
        """Return the type whose values `format` does not change.

        `Any` if it changes nothing but None, None if every value has to be formatted.
        """
        if "format" in vars(self):
            return None
        return _WRITTEN_AS_IS.get(type(self).format)

    def make_by_class(self) -> ByClass | None:
        """Return functions by the class of the value, for fields with fields inside."""
        return None

    def list_inner(self) -> Mapping[str, Any] | None:
        """Return the dict of fields inside."""
        return None


class Nested(Raw):
    """An object inside the object, with fields of its own.

    Without an object all its fields are null; with `allow_null=True` the whole is.
    """

    def __init__(
        self,
        nested: Mapping[str, Any],
        allow_null: bool = False,
        **options: Any,
    ) -> None:
        self.nested = nested
        self.allow_null = allow_null
        super().__init__(**options)

    def output(self, key: Any, obj: Any) -> Any:
        """Return the fields of the inner object."""
        return self.format_inner(self.read(key, obj))

    def format_inner(self, value: Any) -> Any:
        """Return the fields of an inner object, a list of them, or what None gives."""
        if value is None:
            if self.allow_null:
                return None
            if self.default is not None:
                return self.default
        return marshal_any(value, self.nested)

    def make_by_class(self) -> ByClass:
        """Return functions for inner objects, by their class."""
        inner = plan_of(self.nested).by_class
        nothing = type(None)
        return ByClass(
            lambda kind: self.format_inner if kind is nothing else inner[kind]
        )

    def list_inner(self) -> Mapping[str, Any]:
        """Return the fields of the inner object."""
        return self.nested


class List(Raw):
    """A list, of which each element is written by another field."""

    def __init__(self, cls_or_instance: Any, **options: Any) -> None:
        super().__init__(**options)
        is_class = isinstance(cls_or_instance, type)
        if not (
            issubclass(cls_or_instance, Raw)
            if is_class
            else isinstance(cls_or_instance, Raw)
        ):
            msg = (
                f"fields.List({cls_or_instance!r}): the elements need a field, such as "
                "fields.List(fields.String)."
            )
            raise MarshallingException(msg)
        self.container: Raw = make_field(cls_or_instance)

    def format(self, value: Any) -> list[Any]:
        """Return the elements, each as its field writes it."""
        inner = self.container
        values = list_items(value)
        if type(inner) is Nested and inner.attribute is None:
            return [inner.format_inner(element) for element in values]
        return [
            inner.output(
                position,
                element if self._is_read_itself(element) else values,
            )
            for position, element in enumerate(values)
        ]

    def _is_read_itself(self, element: Any) -> bool:
        """Return whether the field reads the element itself, not the list."""
        inner = self.container
        if isinstance(inner, Nested) or type(inner) is Raw:
            return False
        name = inner.attribute
        return isinstance(element, dict) or (
            isinstance(name, str) and hasattr(element, name)
        )

    def output(self, key: Any, obj: Any) -> Any:
        """Return the list, or a list of one if the value is a single object."""
        return self.format_list(self.read(key, obj))

    def format_list(self, value: Any) -> Any:
        """Return a value as a list; None gives the default."""
        if is_container(value) and not isinstance(value, dict):
            return self.format(value)
        if value is None:
            return self.default
        if isinstance(self.container, Nested):
            return [marshal_any(value, self.container.nested)]
        return [self.container.format(value)]

    def make_by_class(self) -> ByClass:
        """Return functions for lists, by their class."""
        container = self.container
        if type(container) is not Nested or container.attribute is not None:
            return ByClass(lambda _kind: self.format_list)
        inner = container.make_by_class()

        def marshal_all(values: Any) -> list[Any]:
            return [inner[type(value)](value) for value in values]

        return ByClass(
            lambda kind: (
                marshal_all if issubclass(kind, (list, tuple)) else self.format_list
            )
        )

    def list_inner(self) -> Mapping[str, Any] | None:
        """Return the fields of the elements, if they have some."""
        return self.container.list_inner()


class String(Raw):
    """A text."""

    def format(self, value: Any) -> str:
        """Return the value as a text."""
        try:
            return str(value)
        except ValueError as error:
            raise MarshallingException(error) from error


class Integer(Raw):
    """A whole number; 0 where there is no value."""

    def __init__(self, default: Any = 0, **options: Any) -> None:
        super().__init__(default=default, **options)

    def format(self, value: Any) -> Any:
        """Return the value as a whole number."""
        if value is None:
            return self.default
        try:
            return int(value)
        except ValueError as error:
            raise MarshallingException(error) from error


class Boolean(Raw):
    """True or false, as Python judges the value."""

    def format(self, value: Any) -> bool:
        """Return whether the value is a true one."""
        return bool(value)


class Float(Raw):
    """A floating point number."""

    def format(self, value: Any) -> float:
        """Return the value as a floating point number."""
        try:
            return float(value)
        except ValueError as error:
            raise MarshallingException(error) from error


class Arbitrary(Raw):
    """A number of any precision, written as a text."""

    def format(self, value: Any) -> str:
        """Return all digits of the number."""
        return str(Decimal(value))


class Fixed(Raw):
    """A decimal number with a fixed number of places, written as a text."""

    def __init__(self, decimals: int = 5, **options: Any) -> None:
        super().__init__(**options)
        self.precision = Decimal(1).scaleb(-decimals)

    def format(self, value: Any) -> str:
        """Return the number, rounded half to even."""
        number = Decimal(value)
        if not number.is_normal() and number != 0:
            msg = f"{value!r} is not a number that fields.Fixed can write."
            raise MarshallingException(msg)
        return str(number.quantize(self.precision, rounding=ROUND_HALF_EVEN))


Price = Fixed


class FormattedString(Raw):
    """A text into which other values of the object are put: `"Hello {name}"`."""

    def __init__(self, src_str: str, **options: Any) -> None:
        super().__init__(**options)
        self.src_str = str(src_str)

    def output(self, key: str, obj: Any) -> str:
        """Return the text for an object."""
        try:
            return self.src_str.format(**to_mapping(obj))
        except (TypeError, IndexError) as error:
            raise MarshallingException(error) from error


class Url(Raw):
    """The address of an endpoint; its parameters are values of the object."""

    def __init__(
        self,
        endpoint: str | None = None,
        absolute: bool = False,
        scheme: str | None = None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.endpoint = endpoint
        self.absolute = absolute
        self.scheme = scheme

    def output(self, key: str, obj: Any) -> str:
        """Return the address for an object, without a query string."""
        endpoint = self.endpoint if self.endpoint is not None else request.endpoint
        try:
            values = {
                name: value
                for name, value in to_mapping(obj).items()
                # SQLAlchemy's own state stands among the attributes of a row.
                if not name.startswith("_")
            }
            address = url_for(str(endpoint), _external=self.absolute, **values)
        except (TypeError, AttributeError) as error:
            raise MarshallingException(error) from error
        parts = urlsplit(address)
        if not self.absolute:
            return urlunsplit(("", "", parts.path, "", ""))
        scheme = self.scheme if self.scheme is not None else parts.scheme
        return urlunsplit((scheme, parts.netloc, parts.path, "", ""))


class DateTime(Raw):
    """A time as in mails and headers (`rfc822`), or in ISO's form (`iso8601`)."""

    def __init__(self, dt_format: str = "rfc822", **options: Any) -> None:
        super().__init__(**options)
        self.dt_format = dt_format

    def format(self, value: Any) -> str:
        """Return the time in the format of the field."""
        try:
            if self.dt_format == "rfc822":
                return _format_rfc822(value)
            if self.dt_format == "iso8601":
                return str(value.isoformat())
        except AttributeError as error:
            raise MarshallingException(error) from error
        msg = (
            f"fields.DateTime(dt_format={self.dt_format!r}): the format is 'rfc822' or "
            "'iso8601'."
        )
        raise MarshallingException(msg)


def _format_rfc822(value: datetime) -> str:
    # Years before 1970 too; the zone is always UTC, written as Flask-RESTful does.
    if value.tzinfo is None:
        return format_datetime(value)
    return formatdate(value.timestamp())


def marshal_any(data: Any, fields: Mapping[str, Any]) -> Any:
    """Return the fields of an object, or of each object of a list or tuple."""
    return plan_of(fields).by_class[type(data)](data)


_PLAIN_OUTPUTS = frozenset({Raw.output, Nested.output, List.output})
# What `format` of a class leaves as it is.
_WRITTEN_AS_IS: dict[Any, Any] = {
    Raw.format: Any,
    String.format: str,
    Integer.format: int,
    Boolean.format: bool,
    Float.format: float,
}
