"""Read the parameters of an operation from a request."""

import copy
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from flask import request
from msgspec import inspect
from werkzeug.datastructures import Headers, MultiDict

from carboy.site import check_form_size
from carboy.translation import gettext

from .field_errors import FieldError, missing, strip_metadata
from .problems import InvalidRequestError
from .request_body import has_body, read_json
from .signature import NO_DEFAULT, Parameter, Signature, is_list, strip_optional
from .validation import Converter

# Adds to the arguments of the function what it reads.
Reader = Callable[[dict[str, Any]], None]
Values = Mapping[str, str] | MultiDict[str, str] | Headers


def make_readers(signature: Signature, *, refuse_unknown: bool) -> list[Reader]:
    """Return the functions that read all parameters of an operation."""
    readers: list[Reader] = []
    if paths := signature.of("path"):
        readers.append(_make_path_reader(paths))
    for place, get_values in _PLACES.items():
        parameters = [each for each in signature.parameters if each.place == place]
        plain = [each for each in parameters if not each.is_object]
        if plain:
            readers.append(_make_reader(place, plain, get_values))
        readers.extend(
            _make_object_reader(place, each, get_values)
            for each in parameters
            if each.is_object
        )
    readers.extend(_make_file_reader(each) for each in signature.of("file"))
    readers.extend(
        _make_body_reader(each, refuse_unknown=refuse_unknown)
        for each in signature.of("body")
    )
    return readers


def _read_form() -> Values:
    check_form_size()
    return request.form


_PLACES: Mapping[str, Callable[[], Values]] = {
    "query": lambda: request.args,
    "header": lambda: request.headers,
    "cookie": lambda: request.cookies,
    "form": _read_form,
}


def _make_reader(
    place: str, parameters: list[Parameter], get_values: Callable[[], Values]
) -> Reader:
    """Return a reader of parameters that are values of their own."""
    fields = [_make_field(each) for each in parameters]
    rename = {each.name: each.wire_name for each in parameters}
    kind = msgspec.defstruct(f"{place}_parameters", fields, rename=rename, kw_only=True)
    converter = Converter(kind, place, strict=False)
    names = [(each.name, each.wire_name, is_list(each.type)) for each in parameters]

    def read(arguments: dict[str, Any]) -> None:
        values = get_values()
        found: dict[str, Any] = {}
        if values:
            for _, wire_name, is_many in names:
                _collect(values, wire_name, found, is_many=is_many)
        converted = converter.convert(found)
        for name, _, _ in names:
            arguments[name] = getattr(converted, name)

    return read


def _make_field(parameter: Parameter) -> Any:
    default = parameter.default
    if default is NO_DEFAULT:
        return (parameter.name, parameter.type)
    if isinstance(default, list | dict | set):
        make = msgspec.field(default_factory=lambda: copy.copy(default))
        return (parameter.name, parameter.type, make)
    return (parameter.name, parameter.type, default)


def _make_object_reader(
    place: str, parameter: Parameter, get_values: Callable[[], Values]
) -> Reader:
    """Return a reader of an object whose fields are parameters."""
    converter = Converter(parameter.type, place, strict=False)
    names = [
        (wire_name, is_many) for wire_name, is_many, _ in list_fields(parameter.type)
    ]

    def read(arguments: dict[str, Any]) -> None:
        values = get_values()
        found: dict[str, Any] = {}
        for wire_name, is_many in names:
            _collect(values, wire_name, found, is_many=is_many)
        if not found and not parameter.is_required:
            arguments[parameter.name] = parameter.default
        else:
            arguments[parameter.name] = converter.convert(found)

    return read


def list_fields(kind: Any) -> list[tuple[str, bool, Any]]:
    """Return name, "may stand several times" and description of an object's fields."""
    info: Any = strip_metadata(inspect.type_info(strip_optional(kind)))
    if isinstance(info, inspect.CustomType):
        # A model of pydantic.
        return [
            (field.alias or name, is_list(field.annotation), None)
            for name, field in getattr(info.cls, "model_fields", {}).items()
        ]
    return [
        (
            getattr(field, "encode_name", field.name),
            hasattr(_skip_none(field.type), "item_type"),
            field,
        )
        for field in info.fields
    ]


def _skip_none(info: inspect.Type) -> inspect.Type:
    info = strip_metadata(info)
    if isinstance(info, inspect.UnionType):
        others = [each for each in info.types if not isinstance(each, inspect.NoneType)]
        return strip_metadata(others[0]) if len(others) == 1 else info
    return info


def _collect(
    values: Values, name: str, found: dict[str, Any], *, is_many: bool
) -> None:
    """Copy the values of one parameter, if the request has it."""
    if is_many:
        several = values.getlist(name) if hasattr(values, "getlist") else []
        if several:
            found[name] = several
    elif (value := values.get(name)) is not None:
        found[name] = value


def _make_path_reader(parameters: list[Parameter]) -> Reader:
    """Return a reader that converts what the router found in the address."""
    converters = [
        (each.name, Converter(each.type, "path", strict=False)) for each in parameters
    ]

    def read(arguments: dict[str, Any]) -> None:
        for name, converter in converters:
            arguments[name] = converter.convert(arguments[name])

    return read


def _make_file_reader(parameter: Parameter) -> Reader:
    is_many = is_list(parameter.type)

    def read(arguments: dict[str, Any]) -> None:
        files = [
            each for each in request.files.getlist(parameter.wire_name) if each.filename
        ]
        if files:
            arguments[parameter.name] = files if is_many else files[0]
        elif parameter.is_required:
            raise InvalidRequestError("form", [missing(f"/{parameter.wire_name}")])
        else:
            arguments[parameter.name] = parameter.default

    return read


def _make_body_reader(parameter: Parameter, *, refuse_unknown: bool) -> Reader:
    converter = Converter(parameter.type, "body", strict=True)

    def read(arguments: dict[str, Any]) -> None:
        if not has_body():
            if parameter.is_required:
                text = gettext("The request needs a body.")
                raise InvalidRequestError("body", [FieldError("", "missing", text)])
            arguments[parameter.name] = parameter.default
            return
        arguments[parameter.name] = converter.convert(
            read_json(), refuse_unknown=refuse_unknown
        )

    return read
