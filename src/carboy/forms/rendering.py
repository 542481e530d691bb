"""Forms as HTML with the look of `carboy.ui`, made without a template.

The markup is that of the macros in carboy/ui.html. Macros take five times as long for
it, and a site with many fields on a page notices.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape
from wtforms import DateTimeField, DecimalField, FloatField, IntegerField

from .inputs import escape_text, quote, render_button, render_hidden, render_input
from .intents import INTENT, add_intent, entry_intent, entry_marker, find_focus
from .words import Words

_VISIBLE_INPUT = re.compile(r"<(input|select|textarea)(?![^>]* type=.hidden)")
# Fields that refuse to be empty unless `Optional` stops them.
_PARSED = (IntegerField, DecimalField, FloatField, DateTimeField)
# Fields that are never marked as optional.
_LABELLED = frozenset({"checkbox", "list", "group", "hidden", "submit"})


@dataclass(frozen=True, slots=True)
class FormOptions:
    """Where a form is sent, and its buttons."""

    action: str = ""
    method: str = "post"
    submit: str = ""
    # Of the button `submit`: "danger" where something is lost.
    kind: str = "primary"
    cancel: str = ""
    # A selector: the part of the page that the answer replaces, where scripts run.
    update: str = ""
    more_buttons: str = ""


class FormRenderer:
    """Renders forms with the words of one request.

    `filters` are those of `carboy.ui`, which knows what a field is and what is wrong
    with it; `hidden` returns the token.
    """

    def __init__(
        self,
        words: Words,
        filters: Mapping[str, Callable[..., Any]],
        hidden: Callable[[Any], Markup],
    ) -> None:
        self.words = words
        self.hidden = hidden
        # What a button of a list has just asked for.
        self._intent = ""
        self.kind_of = filters["ui_kind"]
        self._messages_of = filters["ui_messages"]
        self._errors_of = filters["ui_errors"]
        self._has_files = filters["ui_has_files"]

    def render(self, form: Any, options: FormOptions) -> Markup:
        """Return the whole element `form`."""
        self._intent = getattr(form, "intent", "")
        kinds = [(each, self.kind_of(each)) for each in form]
        attributes = f' method="{quote(options.method)}"'
        for name, value in (
            ("action", options.action),
            ("data-update", options.update),
        ):
            if value:
                attributes += f' {name}="{quote(value)}"'
        if self._has_files(form):
            attributes += ' enctype="multipart/form-data"'
        parts = [f'<form class="ui-form"{attributes} novalidate>', self.summary(form)]
        if options.method.lower() == "post":
            parts.append(self.hidden(form))
        buttons = [each for each, kind in kinds if kind == "submit"]
        text = options.submit or self.words["Save"]
        if any(kind in {"list", "group"} for _, kind in kinds):
            parts.append(_default_button(buttons, text))
        parts += [self.field(each, kind) for each, kind in kinds if kind != "submit"]
        parts.append('<div class="ui-actions">')
        parts += self._buttons(buttons, text, options)
        parts.append("</div></form>")
        return to_markup("\n".join(parts))

    def summary(self, form: Any) -> str:
        """Return the summary of all errors, each a link to its field."""
        errors = self._errors_of(form)
        if not errors:
            return ""
        rows = "".join(
            f'<li><a href="#{quote(target)}">{escape_text(text)}</a></li>'
            if target
            else f"<li>{escape_text(text)}</li>"
            for target, text in errors
        )
        return (
            '<div class="ui-summary" role="alert" aria-labelledby="error-summary-title"'
            ' tabindex="-1" data-focus><h2 id="error-summary-title">'
            f"{self.words['There is a problem']}</h2><ul>{rows}</ul></div>"
        )

    def field(self, field: Any, kind: str = "", label: str = "", hint: str = "") -> str:
        """Return one field with label, hint, error and input."""
        kind = kind or self.kind_of(field)
        if kind == "hidden":
            return render_hidden(field)
        if kind == "submit":
            return render_button(field, "ui-button ui-primary")
        messages = self._messages_of(field.errors)
        hint = hint or field.description or ""
        if kind == "file" and (sent := _sent_file(field)):
            again = self.words["Choose the file again:"]
            hint = Markup(" ").join([each for each in (hint, again, sent) if each])
        notes, described = self._notes(field, hint, messages)
        label = label or field.label.text
        if kind not in _LABELLED and _may_be_empty(field):
            label = escape(label) + self.words.optional
        invalid = " ui-invalid" if messages else ""
        if kind in {"list", "group"}:
            entries = self._entries(field, label) if kind == "list" else ""
            content = entries or "\n".join(self.field(each) for each in field.form)
            return _fieldset(field, "ui-group", label, notes + content, described)
        if kind in {"radios", "checkboxes"}:
            choices = "\n".join(
                f'<div class="ui-choice">{option()}{option.label}</div>'
                for option in field
            )
            css = f"ui-field{invalid}"
            return _fieldset(field, css, label, notes + choices, described)
        attributes: dict[str, str] = {}
        if described:
            attributes["aria-describedby"] = described
        if messages:
            attributes["aria-invalid"] = "true"
        control = render_input(field, attributes, kind)
        caption = f'<label for="{quote(field.id)}">{escape_text(label)}</label>'
        if kind == "checkbox":
            choice = f'<div class="ui-choice">{control}{caption}</div>'
            return f'<div class="ui-field{invalid}">{choice}{notes}</div>'
        return f'<div class="ui-field{invalid}">{caption}{notes}{control}</div>'

    def _notes(self, field: Any, hint: str, messages: list[str]) -> tuple[str, str]:
        """Return hint and error, and the ids of both."""
        notes, ids = "", []
        name = quote(field.id)
        if hint:
            notes += f'<p class="ui-hint" id="{name}-hint">{escape_text(hint)}</p>'
            ids.append(f"{name}-hint")
        if messages:
            text = escape_text(" ".join(messages))
            prefix = f'<span class="ui-hidden">{self.words["Error:"]}</span>'
            notes += f'<p class="ui-error" id="{name}-error">{prefix} {text}</p>'
            ids.append(f"{name}-error")
        return notes, " ".join(ids)

    def _entries(self, field: Any, label: str) -> str:
        """Return the entries of a repeated field, with the buttons that change it."""
        rows = []
        count = len(field.entries)
        for number, entry in enumerate(field.entries, 1):
            title = f"{_entry_label(field, label)} {number}"
            marker = quote(entry_marker(entry.name))
            buttons = "".join(self._entry_buttons(field, entry, title, number, count))
            content = self.field(entry, label=title)
            if number == count and self._intent == add_intent(_prefix(field)):
                content = _VISIBLE_INPUT.sub(r"<\1 autofocus", content, count=1)
            rows.append(
                f'<input type="hidden" name="{marker}" value="">{content}'
                f'<div class="ui-actions">{buttons}</div>'
            )
        if not field.max_entries or count < field.max_entries:
            what = f'<span class="ui-hidden"> {escape_text(label)}</span>'
            text = f"{self.words['Add another']}{what}"
            intent = add_intent(_prefix(field))
            row = _intent_button(intent, text, has_focus=self._focus_for(field, intent))
            rows.append(f'<div class="ui-actions">{row}</div>')
        return "\n".join(rows) or " "

    def _focus_for(self, field: Any, intent: str) -> bool:
        """Return whether a button gets the focus after the one that was pressed."""
        if not self._intent:
            return False
        count, prefix = len(field.entries), _prefix(field)
        return intent == find_focus(self._intent, prefix, count, field.min_entries)

    def _entry_buttons(
        self, field: Any, entry: Any, title: str, number: int, count: int
    ) -> Iterator[str]:
        what = f'<span class="ui-hidden"> {escape_text(title)}</span>'
        actions = []
        if number > 1:
            actions.append(("up", "Move up"))
        if number < count:
            actions.append(("down", "Move down"))
        if count > field.min_entries:
            actions.append(("remove", "Remove"))
        for action, text in actions:
            intent = entry_intent(action, entry.name)
            yield _intent_button(
                intent,
                f"{self.words[text]}{what}",
                has_focus=self._focus_for(field, intent),
            )

    def _buttons(
        self, buttons: list[Any], submit: str, options: FormOptions
    ) -> Iterator[str]:
        for number, each in enumerate(buttons):
            css = "ui-button ui-primary" if number == 0 else "ui-button"
            yield render_button(each, css)
        if not buttons:
            text = escape_text(submit)
            css = f"ui-button ui-{escape_text(options.kind)}"
            yield f'<button class="{css}" type="submit">{text}</button>'
        yield options.more_buttons
        if options.cancel:
            address, text = quote(options.cancel), self.words["Cancel"]
            yield f'<a class="ui-button ui-quiet" href="{address}">{text}</a>'


def to_markup(html: str) -> Markup:
    """Return HTML in which every value is escaped."""
    return Markup(html)  # noqa: S704 - that is what the caller says


def _may_be_empty(field: Any) -> bool:
    """Return whether a field accepts nothing: WTForms reads no number or date in it."""
    flags = field.flags
    return not flags.required and (flags.optional or not isinstance(field, _PARSED))


def _fieldset(field: Any, css: str, label: str, content: str, described: str) -> str:
    link = f' aria-describedby="{described}"' if described else ""
    return (
        f'<fieldset class="{css}" id="{quote(field.id)}"{link}>'
        f"<legend>{escape_text(label)}</legend>{content}</fieldset>"
    )


def _intent_button(intent: str, content: str, *, has_focus: bool) -> str:
    focus = " autofocus" if has_focus else ""
    return (
        '<button class="ui-button ui-small" type="submit" '
        f'name="{INTENT}" value="{quote(intent)}"{focus}>{content}</button>'
    )


def _default_button(buttons: list[Any], text: str) -> str:
    """Return the button that Enter presses: browsers take the first of a form."""
    value = ""
    if buttons:
        name, text = quote(buttons[0].name), buttons[0].label.text
        value = f' name="{name}" value="{quote(text)}"'
    return (
        f'<button class="ui-hidden" type="submit" tabindex="-1" aria-hidden="true"'
        f"{value}>{escape_text(text)}</button>"
    )


def _entry_label(field: Any, label: str) -> str:
    """Return the label that its author wrote for an entry, or that of the list."""
    unbound = field.unbound_field
    written = unbound.args[0] if unbound.args else unbound.kwargs.get("label")
    # The first argument of a FormField is its form.
    return written if isinstance(written, str) else label


def _prefix(field: Any) -> str:
    """Return what the names of all entries of a list begin with."""
    return f"{field.name}{getattr(field, '_separator', '-')}"


def _sent_file(field: Any) -> str:
    if getattr(field, "has_file", False):
        return ""
    names = [getattr(each, "filename", "") or "" for each in field.raw_data or ()]
    return ", ".join(name for name in names if name)
