"""How the pages are guarded and answered; the HTML of a mail is in a sandbox."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, current_app, make_response, render_template, request
from werkzeug.exceptions import NotFound

from carboy.mail.app_state import MailState
from carboy.site import is_local_client, require_same_origin
from carboy.ui import OWN_FILES, secure_response

from .mail_content import MailContent

_POLICY = f"{OWN_FILES}; frame-src 'self'"
# No script, no form, no address that tells the sender that the mail was opened.
_SANDBOX = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


def guarded(
    state: MailState, view: Callable[..., Any], *, writes: bool = False
) -> Callable[..., Any]:
    """Answer 404 to those who may not know that there is something.

    Without a guard, it is a development server on this very machine.
    """

    @wraps(view)
    def guarded_view(**values: Any) -> Any:
        guard = state.guard
        is_allowed = current_app.debug and is_local_client()
        if not (is_allowed if guard is None else guard()):
            raise NotFound
        if writes:
            require_same_origin()
        return view(**values)

    return guarded_view


def show_page(template: str, **values: Any) -> Response:
    """Answer with a page that runs nothing but the files of `carboy.ui`."""
    answer = make_response(render_template(f"mail_pages/{template}.html", **values))
    return secure_response(answer, _POLICY)


def show_html(content: MailContent) -> Response:
    """Answer with the HTML of a mail, as a mail program shows it."""
    if content.html is None:
        raise NotFound
    answer = make_response(content.html)
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    return secure_response(answer, _SANDBOX)


def choose_view(content: MailContent) -> str:
    """Return which part of the mail the visitor wants to see."""
    views = ("text", "source") if content.html is None else ("html", "text", "source")
    wanted = request.args.get("view", "")
    return wanted if wanted in views else views[0]
