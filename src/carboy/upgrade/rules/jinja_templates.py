"""Read properties of users in templates without parentheses."""

import re
from collections.abc import Iterator

from carboy.upgrade.rule import Finding, UpgradeRule
from carboy.upgrade.source import Edit
from carboy.upgrade.text_file import UnparsedFile

_CALL = re.compile(
    rb"(?:current_user|g\.user)\.(?:is_authenticated|is_active|is_anonymous)(\(\s*\))"
)
_ITER = re.compile(rb"\.(iter)(items|values|keys)\(\s*\)")
_SAFE = re.compile(rb"\|\s*(safe)\b")
_UNESCAPED = (
    "|safe prints markup as it is: remove it if a visitor may have written this"
)
_MACROS = re.compile(rb"bootstrap/wtf\.html")
_FORMS = (
    "Flask-Bootstrap is not kept up. With Bootstrap-Flask: import render_form from"
    " 'bootstrap5/form.html' and write render_form(form) for wtf.quick_form(form)"
)
_BLOCK = re.compile(rb"\{[{%].*?[%}]\}", re.DOTALL)


def _check(file: UnparsedFile) -> Iterator[Finding]:
    for block in _BLOCK.finditer(file.data):
        for match in _CALL.finditer(file.data, *block.span()):
            edits = (Edit(*match.span(1), ""),)
            yield Finding(match.start(), "this is a property of users", edits)
        for match in _ITER.finditer(file.data, *block.span()):
            edits = (Edit(*match.span(1), ""),)
            name = match.group(2).decode()
            yield Finding(match.start(), f"iter{name}() is {name}()", edits)
        for match in _SAFE.finditer(file.data, *block.span()):
            yield Finding(match.start(), _UNESCAPED)
        for match in _MACROS.finditer(file.data, *block.span()):
            yield Finding(match.start(), _FORMS)


RULE = UpgradeRule(
    id="jinja-templates",
    title="Read properties of users in templates without parentheses",
    why=(
        "Since Flask-Login 0.3 is_authenticated, is_active and "
        "is_anonymous are properties; Jinja 3 removed the extensions "
        "with_ and autoescape."
    ),
    package="flask-login",
    since="0.3",
    words=(
        "is_authenticated",
        "is_active",
        "is_anonymous",
        "iteritems",
        "itervalues",
        "iterkeys",
        "|safe",
        "| safe",
        "bootstrap/wtf.html",
    ),
    check=_check,
    examples=(
        (
            "{% if current_user.is_authenticated() %}hi{% endif %}\n",
            "{% if current_user.is_authenticated %}hi{% endif %}\n",
        ),
    ),
    kind="template",
)
