"""Answers of the pages of accounts: a page for browsers, JSON for programs."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import Response, flash, jsonify, make_response, redirect, render_template

from carboy.auth.errors import ThrottledError
from carboy.errors import RefusedError, UnavailableError
from carboy.site import wants_json

_UNPROCESSABLE = 422


@dataclass(frozen=True, slots=True)
class FormPage:
    """A page with one form."""

    title: str
    submit: str
    lead: str = ""
    template: str = "auth/form.html"
    # Of the button: "primary", or "danger" where something is lost.
    kind: str = "primary"


def show_form(
    page: FormPage, form: Any, *, data: Any = None, **context: Any
) -> Response:
    """Show a form, with its errors if it was sent; programs get `data` too."""
    status = _UNPROCESSABLE if form.errors else 200
    if wants_json():
        body: dict[str, Any] = {
            "fields": [f.name for f in form if f.type != "TokenField"],
            **(data or {}),
        }
        if form.errors:
            body = {"errors": _list_errors(form)}
        return no_store(jsonify(body), status)
    text = render_template(
        page.template,
        page=page,
        form=form,
        title=page.title,
        **(data or {}),
        **context,
    )
    return no_store(make_response(text), status)


def refuse(
    page: FormPage, form: Any, error: RefusedError | UnavailableError, **context: Any
) -> Response:
    """Show a form again that was understood and refused."""
    form.form_errors = [*form.form_errors, str(error)]
    response = show_form(page, form, **context)
    response.status_code = error.status
    if isinstance(error, ThrottledError | UnavailableError):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def done(message: str, target: str, **values: Any) -> Response:
    """Lead on to another page, with a message."""
    if wants_json():
        return no_store(jsonify({"message": message, "next": target, **values}))
    if message:
        flash(message, "success")
    return no_store(make_response(redirect(target, 303)))


def show(template: str, body: dict[str, Any], **context: Any) -> Response:
    """Show a page that only tells something."""
    if wants_json():
        return no_store(jsonify(body))
    return no_store(make_response(render_template(template, **body, **context)))


def no_store(response: Response, status: int | None = None) -> Response:
    """Keep a page of an account out of every cache."""
    if status is not None:
        response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response


def format_time(seconds: float | None) -> str:
    """Return a time in ISO 8601, as answers of accounts hold it; "" for none."""
    if seconds is None:
        return ""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _list_errors(form: Any) -> dict[str, list[str]]:
    # The errors of the form as a whole have the key None.
    return {
        name or "": [str(e) for e in errors] for name, errors in form.errors.items()
    }
