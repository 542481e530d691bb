"""Validate the JSON body of a request against a model of fields."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from flask import request
from msgspec import UNSET, Meta, UnsetType

from carboy.bounded_dict import BoundedDict
from carboy.translation import gettext

from . import fields
from .errors import abort
from .plans import make_field
from .typed import Converter, InvalidRequestError

_converters: BoundedDict[int, tuple[Any, Converter]] = BoundedDict(1024)
# The first class that fits says what a body has for a field.
_TYPES: tuple[tuple[type[Any], Any], ...] = (
    (fields.Integer, int),
    (fields.Float, float),
    (fields.Boolean, bool),
    (fields.Fixed, str | int | float),
    (fields.Arbitrary, str | int | float),
    (fields.DateTime, str),
    (fields.Url, str),
    (fields.FormattedString, str),
    (fields.String, str),
)


def validate_payload(model: Any) -> None:
    """Answer 400 with the mistakes of a body, by the path of the field.

    A model in a list is a list of such objects.
    """
    item = model[0] if isinstance(model, list) else model
    converter = _find_converter(model, item)
    try:
        converter.convert(
            request.get_json(), refuse_unknown=getattr(item, "strict", False)
        )
    except InvalidRequestError as error:
        errors = {
            each.path.strip("/").replace("/", "."): each.message
            for _, each in error.errors
        }
        abort(400, message=gettext("The body is not valid."), errors=errors)


def _find_converter(model: Any, item: Any) -> Converter:
    known = _converters.get(id(item))
    # An entry keeps its model, so that no other can have the same id.
    if known is None or known[0] != (item, type(model)):
        kind: Any = _type_of_model(item)
        kind = _list_of(kind) if isinstance(model, list) else kind
        known = (item, type(model)), Converter(kind, "body", strict=True)
        _converters[id(item)] = known
    return known[1]


def _type_of_model(model: Mapping[str, Any]) -> Any:
    members: list[Any] = []
    names = {}
    for number, (name, item) in enumerate(model.items()):
        kind = _type_of_field(item)
        own = f"f{number}"
        names[own] = name
        options = getattr(make_field(item), "options", None)
        if options is not None and options.required and not options.readonly:
            members.append((own, kind))
        else:
            members.append((own, kind | UnsetType, UNSET))
    return msgspec.defstruct("Body", members, rename=names, kw_only=True)


def _type_of_field(item: Any) -> Any:
    if isinstance(item, Mapping):
        return _type_of_model(item)
    field = make_field(item)
    if isinstance(field, fields.Nested):
        kind = _type_of_model(field.nested)
        return kind | None if field.allow_null else kind
    if isinstance(field, fields.List):
        options = field.options
        rules = Meta(min_length=options.min_items, max_length=options.max_items)
        return Annotated[_list_of(_type_of_field(field.container)), rules]
    if choices := field.options.list_choices():
        return Literal[tuple(choices)]
    kind = next((kind for known, kind in _TYPES if isinstance(field, known)), Any)
    return _add_rules(kind, field.options) if kind in {int, float, str} else kind


def _add_rules(kind: Any, options: fields.FieldRules) -> Any:
    if kind is str:
        return Annotated[
            str,
            Meta(
                min_length=options.min_length,
                max_length=options.max_length,
                pattern=options.pattern,
            ),
        ]
    rules = {
        "gt" if options.exclusiveMin else "ge": options.min,
        "lt" if options.exclusiveMax else "le": options.max,
        "multiple_of": options.multiple,
    }
    return Annotated[kind, Meta(**rules)]


def _list_of(kind: Any) -> Any:
    container: Any = list
    return container[kind]
