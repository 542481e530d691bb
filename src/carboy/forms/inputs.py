"""The inputs of fields as HTML, made without the widgets of WTForms.

A widget takes ten times as long. Where a site has its own widget, field, attributes or
way to render, its widget is called.
"""

import re
from collections.abc import Callable, Mapping
from operator import methodcaller
from typing import Any

from markupsafe import Markup, escape
from wtforms.fields import Field
from wtforms.meta import DefaultMeta
from wtforms.widgets import (
    CheckboxInput,
    DateInput,
    DateTimeLocalInput,
    Input,
    MonthInput,
    NumberInput,
    PasswordInput,
    Select,
    SubmitInput,
    TextArea,
    TimeInput,
    WeekInput,
)

from .select_choice import Choice

Attributes = dict[str, Any]

_SHORT = frozenset({"number", "date", "time", "datetime-local", "month", "week"})
_NUMBER = r"(?:-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)?"
_DAY = r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?"
# What may be the value of an input, by its type.
_FORMATS = {
    "number": re.compile(_NUMBER),
    "date": re.compile(f"(?:{_DAY})?"),
    "time": re.compile(f"(?:{_CLOCK})?"),
    "datetime-local": re.compile(f"(?:{_DAY}[T ]{_CLOCK})?"),
    "month": re.compile("(?:[0-9]{4}-(?:0[1-9]|1[0-2]))?"),
    "week": re.compile("(?:[0-9]{4}-W[0-9]{2})?"),
    "url": re.compile(r"(?:[a-zA-Z][a-zA-Z0-9+.-]*://[\w.:/?#@!$&'()*+,;=%~-]+)?"),
    # An input for a colour cannot be empty.
    "color": re.compile("#[0-9a-fA-F]{6}"),
}
_INPUT_CALL, _INPUT_PARAMS = Input.__call__, Input.html_params
_FIELD_CALL, _RENDER = Field.__call__, DefaultMeta.render_field
# What the widgets of WTForms call.
_read_value = methodcaller("_value")
_is_plain_text = re.compile("[^&<>\"']*").fullmatch


def escape_text(value: Any) -> str:
    """Return a value as it stands between two tags; markup stays markup."""
    if type(value) is str and _is_plain_text(value):
        return value
    return value if type(value) is Markup else escape(value)


def quote(value: Any) -> str:
    """Return a value as it stands between the quotes of an attribute."""
    if type(value) is str and _is_plain_text(value):
        return value
    return str(escape(value)).replace('"', "&quot;")


def render_input(field: Any, attributes: Mapping[str, str], kind: str) -> str:
    """Return the input of a field; `attributes` are added to those of its widget."""
    widget = field.widget
    if _is_strange(field, getattr(widget, "input_type", "")):
        # Browsers drop a value that is none of its type, and it would be lost.
        flags = {"required": True} if field.flags.required else {}
        more = {**attributes, **flags, "type": "text", "value": _read_value(field)}
        return _make_tag("input", field, "ui-input", more)
    css = "" if kind == "checkbox" else _css_class(widget)
    rendered = _render_plain(field, css, attributes)
    if rendered is not None:
        return rendered
    options: Attributes = dict(attributes)
    if css:
        options["class_"] = css
    if hasattr(field, "iter_choices") and not _has_empty_choice(field):
        # HTML wants an empty first option in a select that is required.
        options["required"] = False
    # Nor may the text of an option be empty.
    return str(field(**options)).replace("></option>", ">\u2013</option>")


def render_hidden(field: Any) -> str:
    """Return a hidden input."""
    rendered = _render_plain(field, "", {})
    return str(field()) if rendered is None else rendered


def render_button(field: Any, css: str) -> str:
    """Return the button of a field that sends the form."""
    rendered = _render_plain(field, css, {})
    return str(field(class_=css)) if rendered is None else rendered


def _render_plain(field: Any, css: str, attributes: Mapping[str, Any]) -> str | None:
    """Return what the widget of WTForms would, or None for a widget of the site."""
    if (
        field.render_kw is not None
        or getattr(field, "_datalist", None) is not None
        or type(field).__call__ is not _FIELD_CALL
        or type(field.meta).render_field is not _RENDER
    ):
        return None
    widget = field.widget
    kind = type(widget)
    if kind is TextArea:
        start = _make_tag("textarea", field, css, {**attributes, **_flags(field)})
        return f"{start}\r\n{escape_text(_read_value(field))}</textarea>"
    if kind is Select:
        return _render_select(field, css, attributes)
    if getattr(kind, "html_params", None) is not _INPUT_PARAMS:
        return None
    find = _MORE.get(kind)
    if find is None and kind.__call__ is not _INPUT_CALL:
        return None
    more = {**attributes, **_flags(field)}
    if find is not None:
        more.update(find(field))
    more["type"] = widget.input_type
    if "value" not in more:
        more["value"] = _read_value(field)
    return _make_tag("input", field, css, more)


def _flags(field: Any) -> Attributes:
    """Return what the validators of a field say to the browser."""
    known = field.widget.validation_attrs
    return {
        name: flag() if callable(flag) else flag
        for name, flag in vars(field.flags).items()
        if name in known
    }


def _number(field: Any) -> Attributes:
    widget = field.widget
    limits = {"step": widget.step, "min": widget.min, "max": widget.max}
    return {name: limit for name, limit in limits.items() if limit is not None}


def _date(field: Any) -> Attributes:
    form = getattr(field, "format", None)
    if form is None:
        return {}
    form = form[0] if isinstance(form, list) else form
    found = {}
    for name in ("min", "max"):
        limit = getattr(field.flags, name)
        limit = limit() if callable(limit) else limit
        if hasattr(limit, "strftime"):
            found[name] = limit.strftime(form)
    return found


def _password(field: Any) -> Attributes:
    return {"value": ""} if field.widget.hide_value else {}


def _checkbox(field: Any) -> Attributes:
    return {"checked": True} if getattr(field, "checked", field.data) else {}


def _submit(field: Any) -> Attributes:
    return {"value": field.label.text}


# What the widgets with a `__call__` of their own add.
_MORE: dict[type, Callable[[Any], Attributes]] = {
    NumberInput: _number,
    DateInput: _date,
    TimeInput: _date,
    MonthInput: _date,
    WeekInput: _date,
    DateTimeLocalInput: _date,
    PasswordInput: _password,
    CheckboxInput: _checkbox,
    SubmitInput: _submit,
}


def _render_select(field: Any, css: str, attributes: Mapping[str, Any]) -> str | None:
    if field.has_groups():
        return None
    choices = list(field.iter_choices())
    if any(type(each) is not Choice for each in choices):
        return None
    more = {**attributes, **_flags(field)}
    if not choices or choices[0].value not in {"", None}:
        more.pop("required", None)
    if field.widget.multiple:
        more["multiple"] = True
    options = "".join(map(_render_option, choices))
    return f"{_make_tag('select', field, css, more)}{options}</select>"


def _render_option(choice: Any) -> str:
    value: Any = choice.value
    if choice.render_kw:
        # Attributes may be called anything; the widget knows what to do.
        # The types of WTForms still have the signature of 3.2.
        render: Any = Select.render_option
        text = str(render(choice))
        return text.replace("></option>", ">\u2013</option>")
    text = escape_text(choice.label or value) or "\u2013"
    selected = " selected" if choice.selected else ""
    return f'<option{selected} value="{quote(value)}">{text}</option>'


def _make_tag(tag: str, field: Any, css: str, attributes: Attributes) -> str:
    text = f'<{tag} class="{css}"' if css else f"<{tag}"
    text += f' id="{quote(field.id)}" name="{quote(field.name)}"'
    for name, value in attributes.items():
        if value is True:
            text += f" {name}"
        elif value is not None and value is not False:
            text += f' {name}="{quote(value)}"'
    return f"{text}>"


def _is_strange(field: Any, input_type: str) -> bool:
    """Return whether the value of a field cannot stand in an input of its type."""
    pattern = _FORMATS.get(input_type)
    if pattern is None:
        return False
    value = str(_read_value(field))
    return bool(value and field.process_errors) or pattern.fullmatch(value) is None


def _css_class(widget: Any) -> str:
    kind = getattr(widget, "input_type", "")
    return "ui-input ui-short" if kind in _SHORT else "ui-input"


def _has_empty_choice(field: Any) -> bool:
    first = next(iter(field.iter_choices()), None)
    return first is not None and first[0] in {"", None}
