"""The JSON Schema of a form of accounts, drawn from its fields."""

from collections.abc import Collection
from typing import Any

from wtforms import BooleanField, PasswordField
from wtforms.validators import InputRequired, Length

from carboy.forms import Form

_ANSWER = "answer"
_ANSWERED = {
    "type": ["object", "string"],
    "description": "What the authenticator has answered, as an object or as JSON.",
}


def make_form_schema(
    form_class: type[Form], *, without: Collection[str] = (), may_lack: bool = False
) -> dict[str, Any]:
    """Return the schema of what a program sends for a form.

    `without` are fields that this site does not have; `may_lack`: which of them are
    asked for depends on the account.
    """
    properties: dict[str, Any] = {}
    required: list[str] = []
    for field in form_class(formdata=None):
        if field.short_name in without:
            continue
        properties[field.short_name] = _describe(field)
        if any(isinstance(each, InputRequired) for each in field.validators):
            required.append(field.short_name)
    schema: dict[str, Any] = {"type": "object", "properties": properties}
    if required and not may_lack:
        schema["required"] = required
    return schema


def _describe(field: Any) -> dict[str, Any]:
    if field.short_name == _ANSWER:
        return dict(_ANSWERED)
    if isinstance(field, BooleanField):
        return {"type": "boolean"}
    schema: dict[str, Any] = {"type": "string"}
    if isinstance(field, PasswordField):
        schema["format"] = "password"
    longest = [v.max for v in field.validators if isinstance(v, Length) and v.max > 0]
    if longest:
        schema["maxLength"] = min(longest)
    return schema
