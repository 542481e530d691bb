"""Headers that let pages of the origins in REST_CORS_ORIGINS use the APIs of a site."""

from collections.abc import Callable, Collection

from flask import Response, request

from carboy.errors import SettingsError

from .settings import RestSettings

_ANY = "*"
_METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
_HEADERS = (
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "X-CSRFToken",
)
# What scripts may read beside the headers that browsers show always.
_EXPOSED = (
    "Deprecation, ETag, Idempotent-Replayed, Link, Location, RateLimit, "
    "RateLimit-Policy, Retry-After, Sunset"
)


def check_origins(settings: RestSettings) -> None:
    """Raise `SettingsError` for origins that browsers refuse or that are a hole."""
    if _ANY in settings.cors_origins and settings.cors_credentials:
        msg = (
            "REST_CORS_ORIGINS is '*' while REST_CORS_CREDENTIALS is true: every page "
            "could act for its visitor, and browsers refuse it. Name the origins."
        )
        raise SettingsError(msg)
    for origin in settings.cors_origins:
        is_origin = (
            origin.startswith(("https://", "http://")) and origin.count("/") == 2
        )
        if origin != _ANY and not is_origin:
            msg = (
                f"REST_CORS_ORIGINS has {origin!r}, which is not an origin. Write "
                "scheme and host without a path, such as https://shop.example."
            )
            raise SettingsError(msg)


def make_cors_hook(
    settings: RestSettings, owns_endpoint: Callable[[str], bool]
) -> Callable[[Response], Response]:
    """Return a function that adds the headers to responses of the APIs."""
    allowed: Collection[str] = frozenset(settings.cors_origins)
    known: dict[str, bool] = {}

    def add_headers(response: Response) -> Response:
        endpoint = request.endpoint
        if endpoint is None:
            return response
        is_own = known.get(endpoint)
        if is_own is None:
            is_own = known[endpoint] = owns_endpoint(endpoint)
        if is_own:
            _add_headers(response, allowed, settings)
        return response

    return add_headers


def _add_headers(
    response: Response, allowed: Collection[str], settings: RestSettings
) -> None:
    headers = response.headers
    origin = request.headers.get("Origin")
    if _ANY in allowed:
        headers["Access-Control-Allow-Origin"] = _ANY
    else:
        response.vary.add("Origin")
        if origin not in allowed or origin is None:
            return
        headers["Access-Control-Allow-Origin"] = origin
    if settings.cors_credentials:
        headers["Access-Control-Allow-Credentials"] = "true"
    if (
        request.method == "OPTIONS"
        and "Access-Control-Request-Method" in request.headers
    ):
        headers["Access-Control-Allow-Methods"] = headers.get("Allow", _METHODS)
        names = dict.fromkeys((*_HEADERS, *settings.cors_headers))
        headers["Access-Control-Allow-Headers"] = ", ".join(names)
        headers["Access-Control-Max-Age"] = str(settings.cors_max_age)
    else:
        headers["Access-Control-Expose-Headers"] = _EXPOSED
