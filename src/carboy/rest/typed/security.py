"""How clients prove who they are, as OpenAPI describes it and operations ask for it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .problems import UnauthorizedError

# Gets the scopes that are needed, and returns whether the request has credentials.
Accepts = Callable[[tuple[str, ...]], bool]


@dataclass(frozen=True, slots=True)
class SecurityScheme:
    """One kind of credentials: its description, and the function that checks them."""

    name: str
    definition: Mapping[str, Any]
    accepts: Accepts
    challenge: str | None = None
    scopes: tuple[str, ...] = field(default=())

    def with_scopes(self, *scopes: str) -> "SecurityScheme":
        """Return the scheme for operations that need these scopes."""
        return replace(self, scopes=scopes)


def http_bearer(accepts: Accepts, name: str = "token") -> SecurityScheme:
    """Return the scheme of tokens in `Authorization: Bearer …`."""
    return SecurityScheme(name, {"type": "http", "scheme": "bearer"}, accepts, "Bearer")


def api_key(header: str, accepts: Accepts, name: str = "key") -> SecurityScheme:
    """Return the scheme of keys in a header."""
    definition = {"type": "apiKey", "in": "header", "name": header}
    return SecurityScheme(name, definition, accepts)


def session_cookie(
    accepts: Accepts, cookie: str = "session", name: str = "session"
) -> SecurityScheme:
    """Return the scheme of visitors who have logged in on a page."""
    definition = {"type": "apiKey", "in": "cookie", "name": cookie}
    return SecurityScheme(name, definition, accepts)


def require_one(schemes: Iterable[SecurityScheme]) -> SecurityScheme:
    """Return the scheme that accepts the request, or raise `UnauthorizedError`."""
    challenges = []
    for scheme in schemes:
        if scheme.accepts(scheme.scopes):
            return scheme
        if scheme.challenge is not None:
            challenges.append(scheme.challenge)
    raise UnauthorizedError(challenges)
