"""Security headers on every response, built once at start."""

import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Annotated, Any, ClassVar, ParamSpec, TypeVar

import msgspec
from flask import Flask, Response

from carboy.core import (
    AppState,
    Check,
    ContextState,
    Extension,
    Section,
    Wiring,
    setting,
)
from carboy.errors import ConfigError

P = ParamSpec("P")
R = TypeVar("R")

POLICY: Mapping[str, tuple[str, ...]] = {
    "default-src": ("'none'",),
    "script-src": ("'self'",),
    "style-src": ("'self'",),
    "img-src": ("'self'",),
    "media-src": ("'self'",),
    "font-src": ("'self'",),
    "connect-src": ("'self'",),
    "manifest-src": ("'self'",),
    "form-action": ("'self'",),
    "base-uri": ("'none'",),
    "object-src": ("'none'",),
    "frame-ancestors": ("'none'",),
}
_WITH_NONCE = ("script-src", "style-src")
_PLACEHOLDER = "{nonce}"
_UNUSED_FEATURES = (
    "accelerometer",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "usb",
)


class HeaderSettings(Section, frozen=True, kw_only=True):
    """Security header settings."""

    prefix: ClassVar[str] = "HEADERS"

    csp: Annotated[
        dict[str, str | list[str]],
        setting(
            "Sources to add, by directive: {'img-src': 'https://img.example.com'}."
        ),
    ] = msgspec.field(default_factory=dict)
    frame: Annotated[
        str, setting("X-Frame-Options: DENY, or SAMEORIGIN to frame own pages.")
    ] = "DENY"
    referrer: Annotated[str, setting("Referrer-Policy.")] = "same-origin"
    permissions: Annotated[
        str, setting("Permissions-Policy; by default rarely used features are off.")
    ] = ", ".join(f"{name}=()" for name in _UNUSED_FEATURES)
    # Short: what a browser has once stored cannot be taken back without https.
    hsts: Annotated[
        int,
        setting(
            "Seconds that browsers insist on https; 0 switches it off. An hour at"
            " first: set 31536000, a year, once https works on every page.",
            ge=0,
        ),
    ] = 3_600
    hsts_subdomains: Annotated[
        bool,
        setting("Send includeSubDomains: every subdomain has to have https too."),
    ] = False


@dataclass(frozen=True, slots=True)
class _Relaxation:
    """What a view is allowed that others are not."""

    csp: Mapping[str, tuple[str, ...]]
    frame: str | None


@dataclass(frozen=True, slots=True)
class _HeaderSet:
    """The headers as pairs, for responses with and without a nonce."""

    others: tuple[tuple[str, str], ...]
    policy: str
    policy_with_nonce: str
    settings: HeaderSettings


@dataclass(slots=True)
class _ResponseState:
    """What is special about a response; most have nothing, and create none."""

    nonce: str | None = None
    relaxation: _Relaxation | None = None


_state: ContextState[_ResponseState] = ContextState("headers", _ResponseState)
_header_set: AppState[_HeaderSet] = AppState("carboy.headers")
# The names of the blueprints whose policy is relaxed.
_relaxed: AppState[set[str]] = AppState("carboy.headers.relaxed")


class Headers(Extension):
    """The battery that sends security headers."""

    name = "headers"

    def install(self, wiring: Wiring) -> None:
        """Build the headers and add them to each response."""
        settings = wiring.settings(HeaderSettings)
        always_https = bool(wiring.app.config.get("HTTPS"))
        headers = _build(settings, https=always_https)
        _header_set.set(wiring.app, headers)
        wiring.after_request(_make_after_request(headers))
        wiring.template_global("csp_nonce", csp_nonce)
        wiring.check(_check)


def csp_nonce() -> str:
    """Return the nonce of this response, for `<script nonce="{{ csp_nonce() }}">`.

    The policy of a page that does not use it has none, and allows no inline script.
    """
    state = _state.get()
    if state.nonce is None:
        state.nonce = secrets.token_urlsafe(16)
    return state.nonce


def has_nonce() -> bool:
    """Return whether this response has a nonce, and so must not be cached."""
    state = _state.find()
    return state is not None and state.nonce is not None


def relax_csp(
    csp: Mapping[str, str] | None = None, *, frame: str | None = None
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Relax the policy of a view: `@relax_csp({"img-src": "https://example.com"})`."""
    relaxation = _Relaxation(
        {k: tuple(v.split()) for k, v in (csp or {}).items()}, frame
    )

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def relaxed(*args: P.args, **kwargs: P.kwargs) -> R:
            _state.get().relaxation = relaxation
            return view(*args, **kwargs)

        return relaxed

    return decorate


def relax_blueprints(
    app: Flask,
    package: str,
    csp: Mapping[str, str] | None = None,
    *,
    frame: str | None = None,
) -> None:
    """Relax the policy of an extension's pages, by the package of its blueprints.

    Call it after they are registered:
    `relax_blueprints(app, "flask_admin", {"script-src": "'unsafe-inline'"})`.
    """
    names = _list_blueprints(app, package)
    if not names:
        msg = (
            f"The app {app.name!r} has no blueprint of {package!r}. Call "
            f"relax_blueprints after the extension has registered its pages."
        )
        raise ConfigError(msg)
    relaxation = _Relaxation(
        {k: tuple(v.split()) for k, v in (csp or {}).items()}, frame
    )

    def relax() -> None:
        _state.get().relaxation = relaxation

    for name in names:
        app.before_request_funcs.setdefault(name, []).insert(0, relax)
    relaxed_packages = _relaxed.find(app) or _relaxed.set(app, set())
    relaxed_packages.update(names)


def _list_blueprints(app: Flask, package: str) -> list[str]:
    return [
        name
        for name, blueprint in app.blueprints.items()
        if f"{blueprint.import_name}.".startswith(f"{package}.")
    ]


def _build(settings: HeaderSettings, *, https: bool) -> _HeaderSet:
    others = [
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", settings.frame),
        ("Referrer-Policy", settings.referrer),
        ("Permissions-Policy", settings.permissions),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
    ]
    if https and settings.hsts:
        subdomains = "; includeSubDomains" if settings.hsts_subdomains else ""
        value = f"max-age={settings.hsts}{subdomains}"
        others.append(("Strict-Transport-Security", value))
    added = {
        name: tuple(sources.split() if isinstance(sources, str) else sources)
        for name, sources in settings.csp.items()
    }
    if settings.frame.upper() == "SAMEORIGIN":
        added.setdefault("frame-ancestors", ("'self'",))
    return _HeaderSet(
        others=tuple(pair for pair in others if pair[1]),
        policy=_policy(added, nonce=False),
        policy_with_nonce=_policy(added, nonce=True),
        settings=settings,
    )


def _policy(added: Mapping[str, tuple[str, ...]], *, nonce: bool) -> str:
    merged = dict(POLICY)
    for name, sources in added.items():
        others = tuple(s for s in merged.get(name, ()) if s != "'none'")
        merged[name] = (*others, *sources)
    if nonce:
        for name in _WITH_NONCE:
            merged[name] = (*merged[name], f"'nonce-{_PLACEHOLDER}'")
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in merged.items())


def _make_after_request(headers: _HeaderSet) -> Callable[[Response], Response]:
    default = (*headers.others, ("Content-Security-Policy", headers.policy))
    names = frozenset(name.lower() for name, _ in default)

    def add_headers(response: Response) -> Response:
        # The list behind the headers: checking ten names with its public methods
        # would take longer than the rest of a small request.
        pairs: list[tuple[str, str]] = response.headers._list  # noqa: SLF001 - see above
        state = _state.find()
        added = default if state is None else _headers_for(headers, state)
        present = {name.lower() for name, _ in pairs}
        if names.isdisjoint(present):
            pairs.extend(added)
        else:
            pairs.extend(pair for pair in added if pair[0].lower() not in present)
        return response

    return add_headers


def _headers_for(
    headers: _HeaderSet, state: _ResponseState
) -> tuple[tuple[str, str], ...]:
    others = headers.others
    if state.relaxation is not None:
        headers = _relax(headers, state.relaxation)
        hsts = [pair for pair in others if pair[0] == "Strict-Transport-Security"]
        others = (*headers.others, *hsts)
    nonce = state.nonce
    policy = headers.policy if nonce is None else headers.policy_with_nonce
    if nonce is not None:
        policy = policy.replace(_PLACEHOLDER, nonce)
    return (*others, ("Content-Security-Policy", policy))


def _relax(headers: _HeaderSet, relaxation: _Relaxation) -> _HeaderSet:
    settings = headers.settings
    relaxed = HeaderSettings(
        csp=_merge(settings.csp, relaxation.csp),
        frame=relaxation.frame or settings.frame,
        referrer=settings.referrer,
        permissions=settings.permissions,
    )
    return _build(relaxed, https=False)


def _merge(
    first: Mapping[str, str | list[str]], second: Mapping[str, tuple[str, ...]]
) -> dict[str, str | list[str]]:
    merged: dict[str, str | list[str]] = dict(first)
    for name, sources in second.items():
        before: Any = merged.get(name, ())
        merged[name] = [*(before.split() if isinstance(before, str) else before)]
        merged[name] = [*merged[name], *sources]
    return merged


def _check(app: Flask) -> Iterator[Check]:
    yield from _check_admin(app)
    for name, sources in _header_set.of(app).settings.csp.items():
        if "'unsafe-inline'" in sources and name in _WITH_NONCE:
            yield Check(
                "headers.W001",
                f"HEADERS_CSP allows 'unsafe-inline' in {name}: injected scripts run.",
                'Use nonce="{{ csp_nonce() }}" on inline blocks instead.',
            )
        if name not in POLICY and not name.endswith("-src"):
            yield Check(
                "headers.E001",
                f"HEADERS_CSP names the directive {name!r}, which browsers ignore.",
                f"Known ones: {', '.join(POLICY)}.",
            )


def _check_admin(app: Flask) -> Iterator[Check]:
    strict = {*_list_blueprints(app, "flask_admin")} - (_relaxed.find(app) or set())
    if strict:
        yield Check(
            "headers.W002",
            "The policy blocks the inline handlers of Flask-Admin, such as the "
            "question before a delete: a click on Delete deletes at once.",
            "After the last add_view, write: relax_blueprints(app, 'flask_admin', "
            "{'script-src': \"'unsafe-inline'\"}), from carboy.site.",
        )
