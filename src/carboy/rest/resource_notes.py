"""What decorators say of a resource for the OpenAPI document."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

_NAME = "api_notes"


@dataclass(frozen=True, slots=True)
class ResponseNote:
    """One response: its words, its model, its headers."""

    description: str
    model: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ResourceNotes:
    """The notes of a method, or of a class for all its methods."""

    id: str | None = None
    description: str | None = None
    params: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    responses: Mapping[int, ResponseNote] = field(default_factory=dict)
    body: Any = None
    security: tuple[Any, ...] | None = None
    is_deprecated: bool = False
    is_hidden: bool = False
    methods: Mapping[str, "ResourceNotes"] = field(default_factory=dict)


def read_notes(target: Any) -> ResourceNotes:
    """Return the notes of a function or class itself."""
    notes: ResourceNotes = vars(target).get(_NAME, ResourceNotes())
    return notes


def add_notes(target: Any, notes: ResourceNotes) -> None:
    """Add notes to those of a function or class; the new ones win."""
    setattr(target, _NAME, merge_notes(read_notes(target), notes))


def merge_notes(first: ResourceNotes, second: ResourceNotes) -> ResourceNotes:
    """Return the notes of both; the second ones win."""
    params = {name: dict(each) for name, each in first.params.items()}
    for name, each in second.params.items():
        params.setdefault(name, {}).update(each)
    methods = {**first.methods}
    for name, notes in second.methods.items():
        methods[name] = merge_notes(methods.get(name, ResourceNotes()), notes)
    return ResourceNotes(
        id=second.id or first.id,
        description=second.description or first.description,
        params=params,
        responses={**first.responses, **second.responses},
        body=first.body if second.body is None else second.body,
        security=first.security if second.security is None else second.security,
        is_deprecated=first.is_deprecated or second.is_deprecated,
        is_hidden=first.is_hidden or second.is_hidden,
        methods=methods,
    )


def notes_of_method(kind: type[Any], name: str) -> ResourceNotes:
    """Return the notes of a method, with those of its class and the classes above."""
    notes = ResourceNotes()
    for each in reversed(kind.__mro__):
        own = read_notes(each)
        notes = merge_notes(notes, merge_notes(own, own.methods.get(name, notes)))
    own = read_notes(getattr(kind, name))
    # A name of the class would be that of all its methods.
    return replace(merge_notes(notes, own), id=own.id)


def make_notes(options: dict[str, Any]) -> ResourceNotes:
    """Return the notes of `@api.doc(…)`, or raise TypeError for unknown ones."""
    methods = {
        name: ResourceNotes(is_hidden=True) if each is False else make_notes(dict(each))
        for name in ("get", "post", "put", "patch", "delete")
        if (each := options.pop(name, None)) is not None
    }
    params = {
        name: {"description": each} if isinstance(each, str) else dict(each)
        for name, each in options.pop("params", {}).items()
    }
    responses = {
        int(code): _make_response(each)
        for code, each in options.pop("responses", {}).items()
    }
    if (model := options.pop("model", None)) is not None:
        responses.setdefault(200, ResponseNote("Success", model))
    security = options.pop("security", None)
    if security is not None:
        security = tuple(security) if isinstance(security, list) else (security,)
    return ResourceNotes(
        params=params,
        responses=responses,
        security=security,
        is_deprecated=bool(options.pop("deprecated", False)),
        methods=methods,
        **options,
    )


def _make_response(each: Any) -> ResponseNote:
    if isinstance(each, str):
        return ResponseNote(each)
    description, model, *_ = each
    return ResponseNote(description, model)
