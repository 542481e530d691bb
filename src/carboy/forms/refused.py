"""The answer to a refused request: what to do, and what was typed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Response, render_template, request

from carboy.core import get_current_app, registry_of
from carboy.site import problem_response, wants_json

from .csrf import CsrfError
from .current_token import csrf_token, token_name

# Larger forms are not repeated: the page would be as large as the request.
MAX_FIELDS = 200
MAX_CHARACTERS = 64 * 1024
# What a page must not repeat in its source.
_SECRET_WORDS: tuple[str, ...] = ("password", "passwd", "secret", "token")
# The same for what is short: a longer one is a text, such as the source_code of a form.
_CODE_WORDS = ("code", "card", "cvc")
_LONGEST_CODE = 40


@dataclass(frozen=True, slots=True)
class SentField:
    """A field of the refused request; the value of a secret or of a file is missing."""

    name: str
    value: str = ""
    kind: str = "hidden"


def answer_refused(error: CsrfError) -> Any:
    """Answer a refused request; what a visitor typed can be sent again from there."""
    if wants_json():
        return _answer_program(error)
    fields = list(_list_fields()) if error.may_retry else []
    is_too_large = _is_too_large(fields)
    page = render_template(
        "carboy/csrf.html",
        has_ui="ui" in registry_of(get_current_app()).installed,
        message=str(error),
        may_retry=error.may_retry and not is_too_large,
        is_too_large=is_too_large,
        fields=fields,
        has_files=any(each.kind == "file" for each in fields),
    )
    return Response(page, error.status, content_type="text/html; charset=utf-8")


def _answer_program(error: CsrfError) -> Response:
    extra: dict[str, Any] = {"code": "csrf", "may_retry": error.may_retry}
    if error.may_retry:
        # Only scripts of this site can read it; they send it as X-CSRFToken.
        extra["csrf_token"] = csrf_token()
    return problem_response(error.status, str(error), **extra)


def _list_fields() -> Iterator[SentField]:
    own = token_name()
    for name, value in request.form.items(multi=True):
        # None is the name of a part of a body that has none.
        if not name or name == own or name.endswith(f"-{own}"):
            continue
        words: tuple[str, ...] = _SECRET_WORDS
        if len(value) <= _LONGEST_CODE:
            words += _CODE_WORDS
        if not any(word in name.lower() for word in words):
            yield SentField(name, value)
        else:
            kind = "password" if "pass" in name.lower() else "text"
            yield SentField(name, kind=kind)
    for name, file in request.files.items(multi=True):
        if name and file.filename:
            yield SentField(name, file.filename, "file")


def _is_too_large(fields: list[SentField]) -> bool:
    size = sum(len(each.name) + len(each.value) for each in fields)
    return len(fields) > MAX_FIELDS or size > MAX_CHARACTERS
