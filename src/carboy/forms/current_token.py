"""The token of the visitor at work: for templates, scripts and forms."""

from importlib import import_module
from typing import Any

from flask import session
from markupsafe import Markup

from carboy.core import get_current_app

from .csrf import is_left_to_flask_wtf, protection_state
from .token import drop_secret, make_token

_DEFAULT_NAME = "csrf_token"


def csrf_token() -> str:
    """Return a token, for `<meta name="csrf-token">` or a form written by hand."""
    if is_left_to_flask_wtf(get_current_app()):
        # Its CSRFProtect compares with a token of its own.
        made: str = import_module("flask_wtf.csrf").generate_csrf()
        return made
    return make_token(session)


def rotate_csrf_token() -> None:
    """Make all tokens of this session void: after a login, or when one has leaked."""
    drop_secret(session)


def token_name() -> str:
    """Return the name of the hidden field."""
    protection = protection_state.find(get_current_app())
    return protection.settings.field_name if protection else _DEFAULT_NAME


def hidden_token(form: Any = None) -> Markup:
    """Return the hidden field with the token, unless `form` brings its own."""
    settings = protection_state.current().settings
    name = settings.field_name
    if not settings.enabled or (form is not None and name in form):
        return Markup("")
    field = Markup('<input type="hidden" name="{}" value="{}">')
    return field.format(name, csrf_token())


def csrf_meta_tag() -> Markup:
    """Return the element of the head in which scripts look for the token."""
    if not protection_state.current().settings.enabled:
        return Markup("")
    return Markup('<meta name="csrf-token" content="{}">').format(csrf_token())
