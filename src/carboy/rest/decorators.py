"""Decorators of Flask-RESTX: what an API and its namespaces have in common."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from flask import current_app, request

from .errors import abort
from .field_models import FieldModel, merge_models
from .marshalling import marshal, marshal_with
from .payloads import validate_payload
from .reqparse import RequestParser
from .resource_notes import ResourceNotes, ResponseNote, add_notes, make_notes
from .results import wrap_view

T = TypeVar("T")


class ResourceDecorators:
    """Models, and decorators that describe resources and their methods."""

    validate: bool | None = None

    def __init__(self) -> None:
        self.models: dict[str, FieldModel] = {}
        self.error_handlers: dict[type[Exception], Callable[..., Any]] = {}

    # Models

    def model(
        self, name: str, fields: Mapping[str, Any], *, strict: bool = False
    ) -> FieldModel:
        """Return fields under a name: `api.model("Book", {"title": fields.String})`."""
        model = self.models[name] = FieldModel(name, fields, strict=strict)
        return model

    def clone(self, name: str, *models: Mapping[str, Any]) -> FieldModel:
        """Return a model with the fields of others."""
        model = self.models[name] = merge_models(name, *models)
        return model

    def inherit(self, name: str, *models: Mapping[str, Any]) -> FieldModel:
        """Return a model with the fields of others."""
        return self.clone(name, *models)

    def parser(self) -> RequestParser:
        """Return a parser of arguments."""
        return RequestParser()

    @property
    def payload(self) -> Any:
        """The JSON body of the request."""
        return request.get_json()

    # Descriptions

    def doc(self, shortcut: str | bool | None = None, **options: Any) -> Any:
        """Describe the class or method below: `@api.doc(params={"id": "A key"})`.

        A text is the name of the operation; `False` leaves it out of the document.
        """
        if isinstance(shortcut, str):
            options["id"] = shortcut
        parser = options.pop("parser", None)
        notes = make_notes(options)
        if shortcut is False:
            notes = ResourceNotes(is_hidden=True)
        if parser is None:
            return _noting(notes)
        # What `expect` is for today.
        return lambda target: self.expect(parser)(_noting(notes)(target))

    def response(
        self, code: int, description: str, model: Any = None, **options: Any
    ) -> Any:
        """Describe a response of the class or method below."""
        note = ResponseNote(description, model, options.get("headers", {}))
        return _noting(ResourceNotes(responses={int(code): note}))

    def param(
        self, name: str, description: str = "", _in: str = "query", **options: Any
    ) -> Any:
        """Describe a parameter of the class or method below."""
        note = {"description": description, "in": _in, **options}
        return _noting(ResourceNotes(params={name: note}))

    def header(self, name: str, description: str = "") -> Any:
        """Describe a header of the successful response."""
        note = ResponseNote("Success", None, {name: description})
        return _noting(ResourceNotes(responses={200: note}))

    def hide(self, target: T) -> T:
        """Leave the class or method out of the document."""
        add_notes(target, ResourceNotes(is_hidden=True))
        return target

    def deprecated(self, target: T) -> T:
        """Describe the class or method as one that ends."""
        add_notes(target, ResourceNotes(is_deprecated=True))
        return target

    # Bodies and results

    def expect(self, *inputs: Any, validate: bool | None = None) -> Any:
        """Describe the body of the method below: a model, a list of it, a parser.

        With `validate=True`, or `validate` of the API, or RESTX_VALIDATE, a body that
        is not so is answered with 400.
        """

        def decorate(target: Any) -> Any:
            result = target
            for each in inputs:
                if isinstance(each, RequestParser):
                    result.expected_parser = each
                    continue
                add_notes(result, ResourceNotes(body=each))
                if not isinstance(result, type):
                    result = self._validated(result, each, validate)
            return result

        return decorate

    def _validated(
        self, function: Callable[..., Any], model: Any, validate: bool | None
    ) -> Callable[..., Any]:
        def check() -> None:
            chosen = self.validate if validate is None else validate
            if chosen is None:
                chosen = current_app.config.get("RESTX_VALIDATE", False)
            if chosen:
                validate_payload(model)

        return wrap_view(function, before=check)

    def marshal_with(
        self,
        fields: Mapping[str, Any],
        as_list: bool = False,
        code: int = 200,
        description: str = "Success",
        **options: Any,
    ) -> Any:
        """Marshal what the method below returns, and describe it."""
        model: Any = [fields] if as_list else fields
        envelope = options.get("envelope")
        note = ResponseNote(description, {envelope: model} if envelope else model)

        def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
            decorated = marshal_with(fields, **options)(view)
            add_notes(decorated, ResourceNotes(responses={int(code): note}))
            return decorated

        return decorate

    def marshal_list_with(self, fields: Mapping[str, Any], **options: Any) -> Any:
        """Marshal a list that the method below returns, and describe it."""
        return self.marshal_with(fields, as_list=True, **options)

    def marshal(self, data: Any, fields: Mapping[str, Any], **options: Any) -> Any:
        """Return the fields of an object, or of each object of a list."""
        return marshal(data, fields, **options)

    # Errors

    def abort(self, code: int = 500, message: str | None = None, **data: Any) -> Any:
        """End the request with a status."""
        if message is not None:
            data["message"] = message
        abort(code, **data)

    def errorhandler(self, exception: type[Exception]) -> Callable[[T], T]:
        """Answer an exception with the function below: it returns data and a status."""

        def add(handler: T) -> T:
            function: Any = handler
            self.error_handlers[exception] = function
            return handler

        return add

    def find_handler(self, error: Exception) -> Callable[..., Any] | None:
        """Return the handler of an exception, that of the nearest class."""
        for kind in type(error).__mro__:
            if kind in self.error_handlers:
                return self.error_handlers[kind]
        return None


def _noting(notes: ResourceNotes) -> Callable[[T], T]:
    def decorate(target: T) -> T:
        add_notes(target, notes)
        return target

    return decorate
