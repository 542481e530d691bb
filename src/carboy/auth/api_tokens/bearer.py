"""The user of a request with `Authorization: Bearer`, and the scopes of views."""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from flask import Flask, Request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, Unauthorized

from carboy.auth.access.decorators import mark_access

from .service import EVERYTHING, ApiToken, ApiTokens

P = ParamSpec("P")
R = TypeVar("R")

SCOPES_ATTRIBUTE = "__carboy_scopes__"


def scopes_required(*scopes: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Open a view to tokens with all of these scopes; people need none.

    A view without scopes is reached only by tokens with the scope `*`.
    """
    if not scopes or callable(scopes[0]):
        msg = 'scopes_required needs names: @scopes_required("posts.read").'
        raise TypeError(msg)

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        own = getattr(view, SCOPES_ATTRIBUTE, ())
        setattr(view, SCOPES_ATTRIBUTE, (*own, *scopes))
        return mark_access(view, f"tokens with {' and '.join(scopes)}")

    return decorate


def read_bearer(request: Request) -> str | None:
    """Return the text after `Bearer` in the header, or None without such a header."""
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    return text.strip() if scheme.lower() == "bearer" else None


def load_token_user(
    app: Flask,
    request: Request,
    tokens: ApiTokens,
    load_user: Callable[[str], Any],
) -> Any:
    """Return the user of the token in a request, or None if there is no token.

    A token that is wrong, or of somebody who may not log in, is a 401; a token without
    the view's scope is a 403. Never falls back to the session of a cookie.
    """
    text = read_bearer(request)
    if text is None:
        return None
    token = tokens.verify(text)
    user = None if token is None else load_user(token.user_id)
    if token is None or user is None or not user.is_active:
        raise Unauthorized(
            "This token is not valid, has expired or was revoked.",
            www_authenticate=WWWAuthenticate("bearer", {"error": "invalid_token"}),
        )
    _check_scopes(token, _scopes_of(app, request))
    return user


def _scopes_of(app: Flask, request: Request) -> tuple[str, ...]:
    view = app.view_functions.get(request.endpoint or "")
    own: tuple[str, ...] = getattr(view, SCOPES_ATTRIBUTE, ())
    view_class = getattr(view, "view_class", None)
    method = getattr(view_class, request.method.lower(), None)
    return (*own, *getattr(method, SCOPES_ATTRIBUTE, ()))


def _check_scopes(token: ApiToken, scopes: tuple[str, ...]) -> None:
    missing = [name for name in scopes or (EVERYTHING,) if not token.allows(name)]
    if missing:
        raise Forbidden(
            f"This token lacks the scope {', '.join(missing)}. It has: "
            f"{', '.join(token.scopes)}."
        )
