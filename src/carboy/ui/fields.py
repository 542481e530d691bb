"""What the macros need to know of a form field; works on any WTForms field."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol
from zlib import crc32

_LISTS = {"radio": "radios", "checkbox": "checkboxes"}
# Fields whose label never says that they are optional.
_UNMARKED = {"checkbox", "group", "hidden", "list", "submit"}
# Fields of WTForms that refuse to be empty unless `Optional` stops them.
_PARSED = {"DateTimeField", "DecimalField", "FloatField", "IntegerField"}
# A one-line input for each of these would promise too much room.
_SHORT = {"number", "date", "time", "datetime-local", "month", "week"}


class FormField(Protocol):
    """The part of a WTForms field that the macros read."""

    id: str
    name: str
    errors: Any
    widget: Any
    flags: Any

    def __call__(self, **attributes: Any) -> str:
        """Render the field as HTML."""


def field_kind(field: FormField) -> str:
    """Return which macro renders `field`.

    One of: hidden, submit, file, checkbox, radios, checkboxes, group, list, input.
    """
    widget = field.widget
    if hasattr(field, "append_entry"):
        return "list"
    if hasattr(field, "form"):
        return "group"
    option = getattr(field, "option_widget", None)
    if option is not None and not hasattr(widget, "multiple"):
        return _LISTS.get(getattr(option, "input_type", ""), "input")
    kind = getattr(widget, "input_type", "")
    return kind if kind in {"hidden", "submit", "file", "checkbox"} else "input"


def field_is_optional(field: FormField) -> bool:
    """Return whether the label of `field` says that it may be left empty."""
    flags = field.flags
    if flags.required or field_kind(field) in _UNMARKED:
        return False
    if getattr(flags, "optional", False):
        return True
    names = {kind.__name__ for kind in type(field).__mro__}
    if names & _PARSED:
        return False
    if "SelectMultipleField" in names or "SelectField" not in names:
        return True
    return _accepts_no_choice(field)


def _accepts_no_choice(field: Any) -> bool:
    """Return whether nothing can be chosen: browsers send a choice of each select."""
    if "RadioField" in {kind.__name__ for kind in type(field).__mro__}:
        return not field.validate_choice
    if field.has_groups():
        return False
    # WTForms is about to replace pairs by objects.
    values = (getattr(each, "value", each[0]) for each in field.iter_choices())
    return any(value in {"", None, "__None"} for value in values)


def field_class(field: FormField) -> str:
    """Return the CSS classes of an input."""
    kind = getattr(field.widget, "input_type", "")
    return "ui-input ui-short" if kind in _SHORT else "ui-input"


def field_target(field: FormField) -> str:
    """Return the id that a link to `field` leads to: the first input of a list."""
    if field_kind(field) in {"radios", "checkboxes"}:
        return f"{field.id}-0"
    return field.id


def described_by(field: FormField, hint: str) -> str | None:
    """Return the ids of the hint and the error of `field`, in reading order."""
    ids = [f"{field.id}-hint"] if hint else []
    if list_messages(field.errors):
        ids.append(f"{field.id}-error")
    return " ".join(ids) or None


def list_messages(errors: Any) -> list[str]:
    """Return the messages of a field itself, without those of its sub-fields."""
    if not errors:
        return []
    if isinstance(errors, Mapping):
        return [str(each) for each in errors.get(None, ())]
    return [str(each) for each in errors if isinstance(each, str) or _is_lazy(each)]


def list_form_errors(form: Any) -> list[tuple[str, str]]:
    """Return (target, message) of every error, in the order of the fields.

    A message that belongs to no field has an empty target.
    """
    errors = [("", str(each)) for each in getattr(form, "form_errors", ())]
    return [*errors, *_walk(form)]


def _walk(fields: Iterable[Any]) -> Iterator[tuple[str, str]]:
    for field in fields:
        kind = field_kind(field)
        for message in list_messages(field.errors):
            yield field_target(field), message
        if kind == "group":
            yield from _walk(field.form)
        elif kind == "list":
            yield from _walk(field.entries)


def _is_lazy(message: Any) -> bool:
    """Return whether `message` is a translation that is looked up when shown."""
    return not isinstance(message, str | bytes | Iterable | Mapping) or hasattr(
        message, "__html__"
    )


def has_files(form: Iterable[Any]) -> bool:
    """Return whether a form has a field for files, also in its sub-forms."""
    for field in form:
        kind = field_kind(field)
        inner = {"group": "form", "list": "entries"}.get(kind)
        if kind == "file" or (inner and has_files(getattr(field, inner))):
            return True
    return False


def make_id(text: object) -> str:
    """Return an id for an element, the same one for the same text."""
    return f"id-{crc32(str(text).encode()):08x}"
